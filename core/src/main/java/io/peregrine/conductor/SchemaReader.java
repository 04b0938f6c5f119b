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
 * <p>If a query fails, nothing is made of the others. What cannot be understood is kept as far as
 * it is, tells so by its {@code problems()}, and is logged once.
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
    Map<SchemaTable, CompletableFuture<Answer>> answers = new EnumMap<>(SchemaTable.class);
    for (SchemaTable table : SchemaTable.of(wide.kind())) {
      answers.put(table, query.ask(table.query(wide)).handle(Answer::new));
    }
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
        .thenApply(all -> apply(answers, wide, old));
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

  private Keyspaces apply(
      Map<SchemaTable, CompletableFuture<Answer>> answers, SchemaScope scope, Keyspaces old) {
    SchemaRows rows = new SchemaRows();
    for (Map.Entry<SchemaTable, CompletableFuture<Answer>> entry : answers.entrySet()) {
      SchemaTable table = entry.getKey();
      Answer answer = entry.getValue().join();
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
