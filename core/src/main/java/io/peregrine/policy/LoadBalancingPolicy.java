package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeStateListener;

/**
 * Says which nodes are connected to, and in which order they are asked. Told about nodes on the
 * conductor's thread; {@link #plan} is called by any thread, and for each request.
 *
 * <p>A policy belongs to one cluster. One that allocates costs garbage, nothing else.
 */
public interface LoadBalancingPolicy extends NodeStateListener {
  /**
   * Begins to work. Called once, on the conductor's thread, before any other method, when the first
   * nodes are known.
   *
   * @param context the cluster
   */
  default void init(PolicyContext context) {}

  /**
   * How near a node is. Called on the conductor's thread, again after each change.
   *
   * @param node the node
   * @return its distance
   */
  NodeDistance distance(Node node);

  /**
   * Says which nodes to ask, the best first. Must not block.
   *
   * @param request what is to be sent
   * @param plan gets the nodes; it leaves out by itself what it has already
   */
  void plan(RoutingRequest request, QueryPlan plan);
}
