package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.io.ConnectionListener;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorAgent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries nodes, and prepares there what the cluster's sessions use, keyspace by keyspace. What a
 * node refuses to prepare is logged and stops nothing; a node that leaves a PREPARE or a USE
 * unanswered gets no more of them. Confined to the conductor's thread.
 */
final class StatementWarmUp implements NodeWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(StatementWarmUp.class);
  private static final int MOST_IN_FLIGHT = 32;
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);

  private final ClusterConductor conductor;
  private final SelectorAgent agent;
  private final ConnectTemplate template;
  private final @Nullable PreparedRegistry<?> statements;
  private final BiFunction<ClusterNode, Connection, CompletableFuture<Void>> first;

  /**
   * @param statements what to prepare, or null for nothing
   * @param first what to do before that with a node that is connected to; must not fail
   */
  StatementWarmUp(
      ClusterConductor conductor,
      SelectorAgent agent,
      ConnectTemplate template,
      @Nullable PreparedRegistry<?> statements,
      BiFunction<ClusterNode, Connection, CompletableFuture<Void>> first) {
    this.conductor = conductor;
    this.agent = agent;
    this.template = template;
    this.statements = statements;
    this.first = first;
  }

  @Override
  public CompletableFuture<Void> warmUp(ClusterNode node, Runnable onConnected) {
    Visit visit = new Visit(node, onConnected);
    template.connect(agent, node.address(), visit);
    return visit.done;
  }

  /** One node that is visited. Confined to the conductor's thread, but for the listener's calls. */
  private final class Visit implements ConnectionListener {
    private final ClusterNode node;
    private final Runnable onConnected;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Queue<Map.Entry<String, List<PreparedRegistry.Text>>> keyspaces =
        new ArrayDeque<>();
    private final Queue<PreparedRegistry.Text> left = new ArrayDeque<>();
    private int inFlight;
    private int refused;
    private @Nullable String refusal;

    private Visit(ClusterNode node, Runnable onConnected) {
      this.node = node;
      this.onConnected = onConnected;
    }

    private void begin(Connection connection) {
      onConnected.run();
      first.apply(node, connection).thenRun(() -> prepareAll(connection));
    }

    private void prepareAll(Connection connection) {
      if (statements != null) {
        // No keyspace first, for there is no way back to it.
        new TreeMap<>(
                statements.texts().stream()
                    .collect(
                        Collectors.groupingBy(
                            text -> text.keyspace() == null ? "" : text.keyspace())))
            .entrySet()
            .forEach(keyspaces::add);
      }
      nextKeyspace(connection);
    }

    private void nextKeyspace(Connection connection) {
      Map.Entry<String, List<PreparedRegistry.Text>> next = keyspaces.poll();
      if (next == null) {
        end(connection);
        return;
      }
      if (next.getKey().isEmpty()) {
        left.addAll(next.getValue());
        prepare(connection);
        return;
      }
      long begin = conductor.nanoTime();
      ConductorRequest.query(
              conductor, connection, KeyspaceSwitch.statement(next.getKey()), TIMEOUT)
          .whenComplete(
              (rows, error) -> {
                if (error == null) {
                  left.addAll(next.getValue());
                } else {
                  onRefused(connection, begin, next.getValue().size(), error);
                }
                prepare(connection);
              });
    }

    private void prepare(Connection connection) {
      while (inFlight < MOST_IN_FLIGHT && !left.isEmpty()) {
        inFlight++;
        long begin = conductor.nanoTime();
        ConductorRequest.prepare(conductor, connection, left.remove().query(), TIMEOUT)
            .whenComplete((prepared, error) -> onAnswer(connection, begin, error));
      }
      if (inFlight == 0) {
        nextKeyspace(connection);
      }
    }

    private void onAnswer(Connection connection, long begin, @Nullable Throwable error) {
      inFlight--;
      if (error != null) {
        onRefused(connection, begin, 1, error);
      }
      prepare(connection);
    }

    private void onRefused(Connection connection, long begin, int count, Throwable error) {
      refused += count;
      refusal = error.getMessage();
      if (!connection.isReady() || conductor.nanoTime() - begin >= TIMEOUT) {
        refused += left.size();
        left.clear();
        keyspaces.forEach(keyspace -> refused += keyspace.getValue().size());
        keyspaces.clear();
      }
    }

    private void end(Connection connection) {
      if (!connection.isReady()) {
        // It was lost, and whoever waits is told so.
        return;
      }
      if (refused > 0) {
        LOG.warn(
            "{} prepared statements could not be prepared on {} before requests go there; each is"
                + " when it is first asked for: {}",
            refused,
            node,
            refusal);
      }
      done.complete(null);
      agent
          .connections()
          .close(connection, new DriverException("The connection was for preparing only"));
    }

    @Override
    public void onReady(Connection connection) {
      conductor.run(() -> begin(connection));
    }

    @Override
    public void onClosed(Connection connection, DriverException cause) {
      conductor.run(() -> done.completeExceptionally(cause));
    }

    @Override
    public void onEvent(Response event) {
      // It subscribes to nothing.
    }
  }
}
