package io.peregrine.conductor;

import java.util.concurrent.CompletableFuture;

/**
 * Tries whether a node can be reached, and makes it ready for requests: opens a connection of its
 * own, prepares there what was prepared elsewhere, and closes it. Confined to the conductor's
 * thread.
 */
interface NodeWarmUp {
  /**
   * Tries a node.
   *
   * @param node the node
   * @param onConnected run when it is connected to, if it is
   * @return done when the node is ready; fails if it could not be connected to
   */
  CompletableFuture<Void> warmUp(ClusterNode node, Runnable onConnected);
}
