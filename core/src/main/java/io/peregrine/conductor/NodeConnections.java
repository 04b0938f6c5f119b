package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.metadata.TokenMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The connections of one session, as the rest of the conductor sees them. Confined to the
 * conductor's thread.
 */
interface NodeConnections {
  /**
   * A node is up, or new, or at another address: connects to it if its distance allows. Connections
   * that are open already stay, unless they lead to another address than the node's. To be told of
   * ignored nodes too, which may come nearer later.
   *
   * @param node the node
   * @return whether it could be connected to, or does not have to be, even if the session's
   *     keyspace is not there; true at once if that is up to a thread of the application's; never
   *     fails
   */
  CompletableFuture<Boolean> onUp(ClusterNode node);

  /**
   * A node has proved to be up: connects to it if that was not known before, or if what was opened
   * then is lost. What is tried again by a schedule of its own stays with that.
   *
   * @param node the node
   */
  void onProvedUp(ClusterNode node);

  /**
   * Tries at once what is not connected, whatever schedules say.
   *
   * @param which the nodes that this is about
   */
  void retry(Set<ClusterNode> which);

  /**
   * A node is down, or has left the cluster: closes its connections, and does not open others.
   *
   * @param node the node
   * @param cause what ends its requests
   */
  void onDown(ClusterNode node, DriverException cause);

  /**
   * Distances have changed: opens and closes connections accordingly. What is tried again by a
   * schedule of its own stays with that, and a node that is being tried comes by {@link #onUp}.
   *
   * @return done when all that are to be opened are open, or have failed; at once if that is up to
   *     a thread of the application's; never fails
   */
  CompletableFuture<Void> onDistancesChanged();

  /**
   * There is another token map: finds its nodes among the connections.
   *
   * @param tokens the map
   */
  void onTokenMap(TokenMap tokens);

  /**
   * Whether requests can go to a node.
   *
   * @param node the node
   * @return true if at least one connection is open
   */
  boolean isConnected(ClusterNode node);
}
