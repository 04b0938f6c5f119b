package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.io.Connection;
import io.peregrine.io.Way;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connections of sessions, and finds the cluster before the first of them. Confined to
 * the conductor's thread.
 */
final class SessionPools {
  private final ClusterConductor conductor;
  private final SelectorAgents agents;
  private final ContactSettings contact;
  private final int mostAttempts;
  private final Map<String, String> startupOptions;
  private final @Nullable PreparedRegistry<?> forNewNodes;
  private final ClusterWatch watch;
  private final NodeIdentity identity;
  private @Nullable CompletableFuture<Void> opening;

  /**
   * @param forNewNodes what to prepare on nodes that come up or are new, or null for nothing
   */
  SessionPools(
      ClusterConductor conductor,
      SelectorAgents agents,
      ClusterProxy.Settings settings,
      @Nullable PreparedRegistry<?> forNewNodes,
      ClusterWatch watch) {
    this.conductor = conductor;
    this.agents = agents;
    this.contact = settings.contact();
    this.mostAttempts = settings.refresh().mostAttempts();
    this.startupOptions = settings.startupOptions();
    this.forNewNodes = forNewNodes;
    this.watch = watch;
    this.identity = new NodeIdentity(conductor, watch::onStranger);
  }

  /** Whether the cluster was found, or is being looked for. */
  boolean isClusterWanted() {
    return opening != null;
  }

  /** Opens the connections of a session, after the cluster was found. */
  <W extends Way> CompletableFuture<SessionPool<W>> open(
      @Nullable String keyspace, PoolSize size, BiFunction<Node, Connection, W> ways) {
    return cluster().thenCompose(found -> openPool(keyspace, size, ways));
  }

  private CompletableFuture<Void> cluster() {
    CompletableFuture<Void> opening = this.opening;
    if (opening == null) {
      opening = watch.open();
      this.opening = opening;
      // A cluster that could not be reached is looked for again by who asks next.
      opening.whenComplete(
          (found, error) -> {
            if (error == null) {
              watch
                  .states()
                  .warmUp(
                      new StatementWarmUp(
                          conductor, agents.first(), template(), forNewNodes, identity::check));
            } else {
              this.opening = null;
            }
          });
    }
    return opening;
  }

  private <W extends Way> CompletableFuture<SessionPool<W>> openPool(
      @Nullable String keyspace, PoolSize size, BiFunction<Node, Connection, W> ways) {
    NodeStates states = watch.states();
    OwnerThread owner = size.owner();
    PoolContext<W> context =
        new PoolContext<>(
            conductor,
            owner == null
                ? agents
                : new SelectorAgents(
                    List.of(owner.agent()), conductor, mostAttempts, contact.connectTimeoutNanos()),
            template(),
            size,
            states,
            ways);
    SessionPool<W> pool = new SessionPool<>(context, keyspace, states.sessions()::remove);
    states.sessions().add(pool);
    if (owner != null) {
      new Absence(conductor, owner, pool, size.restAfterNanos()).watch();
    }
    return pool.open(states.all())
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

  private ConnectTemplate template() {
    return new ConnectTemplate(
        watch.version(), startupOptions, contact.compression(), contact.connectTimeoutNanos());
  }
}
