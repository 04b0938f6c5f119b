package io.peregrine.conductor;

import io.peregrine.NodeDistance;
import org.jspecify.annotations.Nullable;

/**
 * How many connections a session has, and who drives them. Immutable.
 *
 * @param perNode how many to each node
 * @param owner the thread that drives them, or null for the cluster's agents
 * @param restAfterNanos how long the owner may stay away until they are closed, in ns; 0 for as
 *     long as it likes
 * @param waitsForAll whether the session is open only when all nodes have been tried, and not as
 *     soon as there is one connection
 */
public record PoolSize(
    PerNode perNode, @Nullable OwnerThread owner, long restAfterNanos, boolean waitsForAll) {
  /**
   * How many connections go to a node, by its distance. Immutable.
   *
   * @param local how many to a local node, at least 1
   * @param remote how many to a remote node, at least 0
   */
  public record PerNode(int local, int remote) {}

  /** How many connections go to a node. */
  int connections(NodeDistance distance) {
    return switch (distance) {
      case LOCAL -> perNode.local();
      case REMOTE -> perNode.remote();
      case IGNORED -> 0;
    };
  }
}
