package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Keyspaces;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the schema, or a part of it: all queries go out together, and what they answer becomes new
 * keyspaces beside the old ones. Confined to the conductor's thread.
 *
 * <p>If a query fails, nothing is made of the others, but to begin with. What cannot be understood
 * is kept as far as it is, tells so by its {@code problems()}, and is logged once.
 */
final class SchemaReader {
  private static final int MOST_COMPLAINTS = 1_000;

  private final Set<String> complaints = new HashSet<>();
  private final Consumer<String> log;

  /**
   * A reader.
   *
   * @param log is told once of each thing that was not understood
   */
  SchemaReader(Consumer<String> log) {
    this.log = log;
  }

  /**
   * Reads what is in a scope. A reading that begins before another one has been published knows
   * nothing of it: let one follow the other.
   *
   * @param query asks the node
   * @param scope what to read; a part of a keyspace that is not known yet becomes all of it
   * @param old what is known already; of it, what is out of scope or has not changed stays
   * @return the keyspaces then, on the conductor's thread; the old ones if the server is older than
   *     Cassandra 3
   */
  CompletableFuture<Keyspaces> read(SchemaQuery query, SchemaScope scope, Keyspaces old) {
    SchemaScope wide = widened(scope, old);
    return ask(query, wide).thenApply(answers -> apply(answers, wide, old));
  }

  /**
   * What was read of all that was asked for. Immutable.
   *
   * @param keyspaces the keyspaces then
   * @param unread why of new keyspaces no more is known than how they are replicated, or null if
   *     everything was read
   */
  record Beginning(Keyspaces keyspaces, @Nullable RuntimeException unread) {}

  /**
   * Reads everything, of which the replication alone will do.
   *
   * @param query asks the node
   * @param old what is known already; of it, what has not changed or was not read stays
   * @return what was read, on the conductor's thread; fails if not even the replication was
   */
  CompletableFuture<Beginning> begin(SchemaQuery query, Keyspaces old) {
    return ask(query, SchemaScope.EVERYTHING).thenApply(answers -> begun(answers, old));
  }

  private Beginning begun(Map<SchemaTable, Answer> answers, Keyspaces old) {
    try {
      return new Beginning(apply(answers, SchemaScope.EVERYTHING, old), null);
    } catch (RuntimeException e) {
      answers.keySet().retainAll(SchemaTable.of(SchemaScope.Kind.REPLICATION));
      return new Beginning(apply(answers, SchemaScope.REPLICATION, old), e);
    }
  }

  private static CompletableFuture<Map<SchemaTable, Answer>> ask(
      SchemaQuery query, SchemaScope scope) {
    Map<SchemaTable, CompletableFuture<Answer>> asked = new EnumMap<>(SchemaTable.class);
    for (SchemaTable table : SchemaTable.of(scope.kind())) {
      asked.put(table, query.ask(table.query(scope)).handle(Answer::new));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              Map<SchemaTable, Answer> answers = new EnumMap<>(SchemaTable.class);
              asked.forEach((table, answer) -> answers.put(table, answer.join()));
              return answers;
            });
  }

  /** Rows, or why there are none. */
  private record Answer(
      @Nullable List<Map<String, @Nullable Object>> rows, @Nullable Throwable error) {
    boolean saysThatThereIsNoSuchTable() {
      String message = error == null ? null : error.getMessage();
      return message != null
          && (message.contains("does not exist") || message.contains("unconfigured table"));
    }
  }

  /** Of a keyspace that nothing is known of, a part alone would look like all of it. */
  private static SchemaScope widened(SchemaScope scope, Keyspaces old) {
    boolean isPart = !scope.name().isEmpty() || scope.kind() == SchemaScope.Kind.KEYSPACE;
    boolean isVirtual = old.get(scope.keyspace()).map(KeyspaceMetadata::isVirtual).orElse(true);
    return isPart && isVirtual ? SchemaScope.wholeKeyspace(scope.keyspace()) : scope;
  }

  private Keyspaces apply(Map<SchemaTable, Answer> answers, SchemaScope scope, Keyspaces old) {
    SchemaRows rows = new SchemaRows();
    for (Map.Entry<SchemaTable, Answer> entry : answers.entrySet()) {
      SchemaTable table = entry.getKey();
      Answer answer = entry.getValue();
      if (answer.rows() != null) {
        rows.add(table, answer.rows(), this::complain);
      } else if (!answer.saysThatThereIsNoSuchTable()) {
        throw failure(table, answer.error());
      } else if (table.isRequired()) {
        complain(
            "The server has no "
                + table
                + ", so it is older than Cassandra 3: the driver reads no schema from it");
        return old;
      }
    }
    return new SchemaMerge(rows, old, this::complain).apply(scope);
  }

  private static DriverException failure(SchemaTable table, @Nullable Throwable error) {
    return new DriverException(
        "The schema was not read, and stays as it was known: asking for "
            + table
            + " failed"
            + (error == null ? "" : ": " + error.getMessage()),
        error);
  }

  /** What cannot be understood is told once. */
  private void complain(String what) {
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(what)) {
      log.accept(what);
    }
  }
}
