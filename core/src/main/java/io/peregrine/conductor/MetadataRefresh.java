package io.peregrine.conductor;

import io.peregrine.SchemaChangeListener;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.SchemaChange;
import io.peregrine.io.Connection;
import io.peregrine.metadata.Keyspaces;
import io.peregrine.metadata.Metadata;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Pace;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the metadata of what is read, and publishes it; one thing is read at a time, and what fails
 * keeps nothing from being read later. Confined to the conductor's thread.
 */
final class MetadataRefresh {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataRefresh.class);
  private static final int MOST_COMPLAINTS = 1000;

  /** To look at a node is as much work as a few tokens. */
  private static final int STEPS_OF_NODE = 4;

  private final ClusterConductor conductor;
  private final long timeoutNanos;
  private final Consumer<Metadata> publish;
  private final Supplier<DriverException> missing;
  private final List<SchemaChangeListener> listeners;
  private final Set<String> complaints = new HashSet<>();
  private boolean schemaEnabled;
  private boolean tokensEnabled;
  private final SchemaReader schemaReader;
  private Metadata metadata = Metadata.NONE;
  private Keyspaces keyspaces = Keyspaces.NONE;
  private @Nullable Fingerprint ring;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private @Nullable CompletableFuture<Void> waitingForNodes;
  private @Nullable CompletableFuture<Void> waitingForSchema;
  private boolean force;

  /** Whether all that is to be known was read once: what that has found was there before. */
  private boolean known;

  /**
   * What the token map was made of, in brief: the texts of all tokens are half as large as the map
   * itself. Immutable.
   *
   * @param partitioner the class name of the partitioner
   * @param places where each node is, and a number that its tokens come to
   */
  private record Fingerprint(String partitioner, List<Object> places) {
    static Fingerprint of(Topology topology, Pace pace) {
      List<Object> places = new ArrayList<>();
      for (Topology.Member member : topology.members()) {
        ClusterNode.Details details = member.details();
        places.add(
            List.of(
                member.hostId(), details.datacenter(), details.rack(), member.tokens().digest()));
        pace.did(member.tokens().size());
      }
      return new Fingerprint(topology.partitioner(), places);
    }

    boolean isLike(@Nullable Fingerprint other, Pace pace) {
      boolean isLike =
          other != null
              && partitioner.equals(other.partitioner)
              && places.size() == other.places.size();
      for (int i = 0; isLike && i < places.size(); i++) {
        isLike = places.get(i).equals(other.places.get(i));
        pace.did(STEPS_OF_NODE);
      }
      return isLike;
    }
  }

  /**
   * @param publish takes each new state of the metadata
   * @param missing says why there is nobody to ask
   */
  MetadataRefresh(
      ClusterConductor conductor,
      RefreshSettings settings,
      long timeoutNanos,
      List<SchemaChangeListener> listeners,
      Consumer<Metadata> publish,
      Supplier<DriverException> missing) {
    this.missing = missing;
    this.listeners = listeners;
    this.conductor = conductor;
    this.timeoutNanos = timeoutNanos;
    this.publish = publish;
    this.schemaEnabled = settings.schema();
    this.tokensEnabled = settings.tokens();
    schemaReader = new SchemaReader(new CalmLog(LOG, conductor::nanoTime));
  }

  boolean schemaEnabled() {
    return schemaEnabled;
  }

  void schemaEnabled(boolean enabled) {
    schemaEnabled = enabled;
  }

  boolean tokensEnabled() {
    return tokensEnabled;
  }

  void tokensEnabled(boolean enabled) {
    tokensEnabled = enabled;
  }

  /**
   * Reads the nodes, soon. Who asks while another reading is waiting to begin shares it.
   *
   * @param force whether tokens are placed anew even if nothing has changed
   * @param reading reads and publishes them
   */
  CompletableFuture<Void> nodes(boolean force, Supplier<CompletableFuture<Void>> reading) {
    this.force |= force;
    CompletableFuture<Void> waiting = waitingForNodes;
    if (waiting != null) {
      return waiting;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    waitingForNodes = done;
    inTurn(
            () -> {
              waitingForNodes = null;
              return reading.get();
            })
        .whenComplete((read, error) -> complete(done, error));
    return done;
  }

  /**
   * Reads the schema or a part of it, when what is being read has been.
   *
   * @param current gives whom to ask then, or null if there is nobody
   */
  CompletableFuture<Void> schema(Supplier<@Nullable Connection> current, SchemaScope scope) {
    return inTurn(
        () -> {
          Connection connection = current.get();
          return connection == null
              ? CompletableFuture.failedFuture(missing.get())
              : read(connection, scope);
        });
  }

  /** Reads what has changed in the schema, if that is to be known. */
  CompletableFuture<Void> schema(Supplier<@Nullable Connection> current, SchemaChange change) {
    if (schemaEnabled) {
      return schema(current, SchemaScope.of(change));
    }
    return tokensEnabled && change.target() == SchemaChange.Target.KEYSPACE
        ? schema(current, SchemaScope.REPLICATION)
        : CompletableFuture.completedFuture(null);
  }

  /**
   * Reads as much of the schema as is to be known, soon. Who asks while another reading is waiting
   * to begin shares it.
   *
   * @param current gives whom to ask, or null if there is nobody
   */
  CompletableFuture<Void> known(Supplier<@Nullable Connection> current) {
    CompletableFuture<Void> waiting = waitingForSchema;
    if (waiting != null) {
      return waiting;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    waitingForSchema = done;
    inTurn(
            () -> {
              waitingForSchema = null;
              Connection connection = current.get();
              return connection == null
                  ? CompletableFuture.<Void>failedFuture(missing.get())
                  : readKeyspaces(connection);
            })
        .whenComplete((read, error) -> complete(done, error));
    return done;
  }

  /**
   * Reads as much of the schema as is to be known from a node that is to have the control
   * connection. If it cannot tell all of that, how keyspaces are replicated will do: requests find
   * their way then, and the rest can be read later. If nobody tells that either, what is known
   * stays: then requests go to any node, at worst.
   *
   * @param isLastHope whether nobody tells more
   * @return why that was not all, or null if it was; fails with an {@link UnreadSchemaException} if
   *     others are to be asked
   */
  CompletableFuture<@Nullable Throwable> begin(Connection connection, boolean isLastHope) {
    return begin(connection)
        .handle(
            (unread, error) -> {
              if (error == null) {
                return unread;
              }
              Throwable cause = FailedFuture.cause(error);
              if (isLastHope) {
                return cause;
              }
              throw new UnreadSchemaException(cause);
            });
  }

  private CompletableFuture<@Nullable Throwable> begin(Connection connection) {
    if (!schemaEnabled) {
      return readKeyspaces(connection).thenApply(read -> null);
    }
    return schemaReader
        .begin(queries(connection), keyspaces)
        .thenApply(
            begun -> {
              boolean isWhole = begun.unread() == null;
              publishKeyspaces(
                  begun.keyspaces(), isWhole ? SchemaScope.EVERYTHING : SchemaScope.REPLICATION);
              return begun.unread();
            });
  }

  private CompletableFuture<Void> readKeyspaces(Connection connection) {
    if (schemaEnabled) {
      return read(connection, SchemaScope.EVERYTHING);
    }
    return tokensEnabled
        ? read(connection, SchemaScope.REPLICATION)
        : CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> read(Connection connection, SchemaScope scope) {
    return schemaReader
        .read(queries(connection), scope, keyspaces)
        .thenAccept(now -> publishKeyspaces(now, scope));
  }

  private SchemaQuery queries(Connection connection) {
    return text -> ConductorRequest.query(conductor, connection, text, timeoutNanos);
  }

  private <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> step) {
    CompletableFuture<T> result =
        last.handle((done, error) -> null).thenCompose(done -> step.get());
    last = result;
    return result;
  }

  private static void complete(CompletableFuture<Void> future, @Nullable Throwable error) {
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(error);
    }
  }

  /**
   * The nodes are these now.
   *
   * @param nodes in the order of the members of the topology
   */
  void publishNodes(Topology now, Collection<ClusterNode> nodes) {
    if (tokensEnabled && !now.hasTokens()) {
      // They were switched on while this was read, and are asked for next: what there is stays.
      publish(
          metadata.withNodes(
              now.clusterName(), now.partitioner(), nodes, metadata.tokenMap().orElse(null)));
      return;
    }
    Fingerprint before = ring;
    ring = Fingerprint.of(now, conductor.pace());
    boolean same =
        ring.isLike(before, conductor.pace())
            && metadata.tokenMap().isPresent() == tokensEnabled
            && !force;
    force = false;
    TokenMap tokens = same ? metadata.tokenMap().orElse(null) : tokenMap(now, nodes);
    publish(metadata.withNodes(now.clusterName(), now.partitioner(), nodes, tokens));
  }

  private @Nullable TokenMap tokenMap(Topology now, Collection<ClusterNode> nodes) {
    if (!tokensEnabled) {
      return null;
    }
    Partitioner partitioner = Partitioner.of(now.partitioner()).orElse(null);
    if (partitioner == null) {
      complain(
          "The driver does not know the cluster's partitioner, \""
              + now.partitioner()
              + "\", so requests go to any node");
      return null;
    }
    List<NodeTokens> tokens = new ArrayList<>();
    Iterator<Topology.Member> members = now.members().iterator();
    for (ClusterNode node : nodes) {
      tokens.add(new NodeTokens(node, members.next().tokens()));
      conductor.pace().did(STEPS_OF_NODE);
    }
    TokenMap map = TokenMap.of(partitioner, tokens, keyspaces.replication(), conductor.pace());
    map.skipped().forEach(this::complain);
    return map;
  }

  private void publishKeyspaces(Keyspaces now, SchemaScope scope) {
    Map<String, Map<String, String>> replication = now.replication();
    TokenMap tokens = metadata.tokenMap().orElse(null);
    if (tokens != null && !replication.equals(keyspaces.replication())) {
      tokens = tokens.withKeyspaces(replication);
      tokens.skipped().forEach(this::complain);
    }
    Keyspaces before = keyspaces;
    keyspaces = now;
    publish(metadata.withKeyspaces(now, tokens));
    boolean isEverything = scope.kind() == SchemaScope.Kind.EVERYTHING;
    boolean isNews = before != Keyspaces.NONE && (known || !isEverything);
    known |= isEverything || !schemaEnabled;
    if (isNews && !listeners.isEmpty()) {
      SchemaDifference.between(before, now).forEach(this::tell);
    }
  }

  private void tell(Consumer<SchemaChangeListener> news) {
    for (SchemaChangeListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (Throwable e) {
        LOG.warn("A listener threw, which changes nothing", e);
      }
    }
  }

  private void publish(Metadata now) {
    metadata = now;
    publish.accept(now);
  }

  /** What cannot be understood is told once. */
  private void complain(String what) {
    if (complaints.size() < MOST_COMPLAINTS && complaints.add(what)) {
      LOG.warn(what);
    }
  }
}
