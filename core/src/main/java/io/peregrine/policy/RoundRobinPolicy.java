package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;

/**
 * All nodes in turn, wherever they are. Told about nodes on the conductor's thread; any thread may
 * ask.
 */
public final class RoundRobinPolicy implements LoadBalancingPolicy {
  private final LiveNodes live = new LiveNodes();

  /** A policy for one cluster. */
  public RoundRobinPolicy() {}

  @Override
  public void init(PolicyContext context) {
    context.nodes().forEach(live::add);
  }

  @Override
  public NodeDistance distance(Node node) {
    return NodeDistance.LOCAL;
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    plan.addAll(live.nodes(), request.turn());
  }

  @Override
  public void onAdd(Node node) {
    live.add(node);
  }

  @Override
  public void onUp(Node node) {
    live.add(node);
  }

  @Override
  public void onDown(Node node) {
    live.remove(node);
  }

  @Override
  public void onRemove(Node node) {
    live.remove(node);
  }
}
