package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeStateListener;
import io.peregrine.metadata.TokenMap;

/**
 * Says which nodes are connected to, and in which order they are asked. Told about nodes on the
 * conductor's thread; {@link #plan} and {@link #distance} are called by any thread.
 *
 * <p>A policy belongs to one cluster, where several execution profiles may have it. One that
 * allocates costs garbage, nothing else. It may be told twice of the same change.
 */
public interface LoadBalancingPolicy extends NodeStateListener {
  /**
   * Begins to work. Called once, on the conductor's thread, before any other method, when the first
   * nodes are known. If it throws, the cluster is not connected to, or the profile is not added,
   * that the policy is for; it is called again when that is tried again.
   *
   * @param context the cluster
   */
  default void init(PolicyContext context) {}

  /**
   * How near a node is. The conductor asks again after each change; policies around this one may
   * ask for each request, so it is to be quick and must not block.
   *
   * @param node the node
   * @return its distance
   */
  NodeDistance distance(Node node);

  /**
   * Tells where keys are from now on. Called on the conductor's thread before requests are told so,
   * after {@link #init}; never if token metadata is switched off. What a policy makes of it once,
   * it need not look up for each request. A policy around another one passes it on, as {@link
   * PolicyAround} does.
   *
   * @param tokens the newest token map
   */
  default void onTokenMap(TokenMap tokens) {}

  /**
   * Says which nodes to ask, the best first. Called for each request; must not block. Nodes that
   * the session is not connected to are passed over.
   *
   * @param request what is to be sent
   * @param plan gets the nodes; it leaves out by itself what it has already
   */
  void plan(RoutingRequest request, QueryPlan plan);
}
