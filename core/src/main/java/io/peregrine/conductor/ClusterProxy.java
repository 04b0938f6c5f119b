package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.io.Connection;
import io.peregrine.policy.PolicyContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the public API asks the conductor for things. Any thread may use it; futures complete on the
 * conductor's thread.
 */
public final class ClusterProxy {
  private final ClusterConductor conductor;
  private final SelectorAgents agents;
  private final ContactSettings settings;
  private final Map<String, String> startupOptions;
  private final @Nullable PreparedRegistry<?> forNewNodes;
  private final ClusterView view;
  private @Nullable CompletableFuture<ControlConnection.Found> found;
  private volatile List<Node> nodes = List.of();

  /**
   * A proxy to a conductor that need not run yet.
   *
   * @param conductor the conductor
   * @param agents the agents that drive the connections
   * @param settings how to find the cluster
   * @param startupOptions what to tell the servers about this client
   * @param forNewNodes what to prepare on nodes that come up or are new, or null for nothing
   * @param view what requests go by, to be kept up to date
   */
  public ClusterProxy(
      ClusterConductor conductor,
      SelectorAgents agents,
      ContactSettings settings,
      Map<String, String> startupOptions,
      @Nullable PreparedRegistry<?> forNewNodes,
      ClusterView view) {
    this.view = view;
    this.conductor = conductor;
    this.agents = agents;
    this.settings = settings;
    this.startupOptions = Map.copyOf(startupOptions);
    this.forNewNodes = forNewNodes;
  }

  /**
   * The nodes of the cluster.
   *
   * @return what was found when the cluster was connected to; empty before
   */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * Opens the connections of a session; connects to the cluster first if that has not been done.
   *
   * @param keyspace the keyspace that all its connections use, or null for none
   * @param size how many connections, and by whom they are driven
   * @param ways makes what the session keeps of a connection; called on the conductor's thread
   * @param <W> what that is
   * @return the connections, as soon as there is one
   */
  public <W> CompletableFuture<SessionPool<W>> openSession(
      @Nullable String keyspace, PoolSize size, BiFunction<Node, Connection, W> ways) {
    CompletableFuture<SessionPool<W>> session = new CompletableFuture<>();
    conductor.run(
        () ->
            cluster()
                .thenCompose(cluster -> openPool(cluster, keyspace, size, ways))
                .whenComplete(
                    (pool, error) -> {
                      if (error == null) {
                        session.complete(pool);
                      } else {
                        session.completeExceptionally(error);
                      }
                    }));
    return session;
  }

  private CompletableFuture<ControlConnection.Found> cluster() {
    CompletableFuture<ControlConnection.Found> found = this.found;
    if (found == null) {
      found = new ControlConnection(conductor, agents.first(), settings, startupOptions).open();
      this.found = found;
      // A cluster that could not be reached is looked for again by who asks next.
      found.whenComplete(
          (cluster, error) -> {
            if (error != null) {
              this.found = null;
            } else {
              view.policy()
                  .init(new PolicyContext(cluster.nodes(), Set.copyOf(settings.contactPoints())));
            }
          });
    }
    return found;
  }

  private <W> CompletableFuture<SessionPool<W>> openPool(
      ControlConnection.Found cluster,
      @Nullable String keyspace,
      PoolSize size,
      BiFunction<Node, Connection, W> ways) {
    nodes = cluster.nodes();
    OwnerThread owner = size.owner();
    PoolContext<W> context =
        new PoolContext<>(
            conductor,
            owner == null ? agents : new SelectorAgents(List.of(owner.agent())),
            template(cluster),
            size,
            new TrustingHealth(),
            ways);
    SessionPool<W> pool = new SessionPool<>(context, keyspace);
    if (owner != null) {
      new Absence(conductor, owner, pool, size.restAfterNanos()).watch();
    }
    return pool.open(near(cluster.nodes()))
        .handle(
            (done, error) -> {
              if (error == null) {
                return CompletableFuture.completedFuture(pool);
              }
              return pool.close()
                  .<SessionPool<W>>thenCompose(closed -> CompletableFuture.failedFuture(error));
            })
        .thenCompose(result -> result);
  }

  private ConnectTemplate template(ControlConnection.Found cluster) {
    return new ConnectTemplate(
        cluster.version(), startupOptions, settings.compression(), settings.connectTimeoutNanos());
  }

  /** What makes nodes ready that come up or are new. */
  NodeWarmUp warmUp(ControlConnection.Found cluster) {
    return new StatementWarmUp(conductor, agents.first(), template(cluster), forNewNodes);
  }

  /** Nobody tells distances yet: all nodes are near. */
  private static List<ClusterNode> near(List<Node> nodes) {
    List<ClusterNode> near = new ArrayList<>();
    for (Node node : nodes) {
      if (node instanceof ClusterNode known) {
        known.distance(NodeDistance.LOCAL);
        near.add(known);
      }
    }
    return near;
  }
}
