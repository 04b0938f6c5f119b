package io.peregrine.policy;

import io.peregrine.Node;

/**
 * The node that a statement names first, then what another policy says. Told about nodes on the
 * conductor's thread; any thread may ask.
 */
public final class TargetHostPolicy extends PolicyAround {
  /**
   * A policy that heeds {@link io.peregrine.Statement#setTargetNode}.
   *
   * @param child says everything else
   */
  public TargetHostPolicy(LoadBalancingPolicy child) {
    super(child);
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    Node target = request.target();
    if (target != null) {
      plan.add(target);
    }
    super.plan(request, plan);
  }
}
