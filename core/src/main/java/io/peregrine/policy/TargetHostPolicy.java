package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.TokenMap;
import java.util.Objects;

/**
 * The node that a statement names first, then what another policy says. Told about nodes on the
 * conductor's thread; any thread may ask.
 */
public final class TargetHostPolicy implements LoadBalancingPolicy {
  private final LoadBalancingPolicy child;

  /**
   * A policy that heeds {@link io.peregrine.Statement#setTargetNode}.
   *
   * @param child says everything else
   */
  public TargetHostPolicy(LoadBalancingPolicy child) {
    this.child = Objects.requireNonNull(child, "child");
  }

  @Override
  public void init(PolicyContext context) {
    child.init(context);
  }

  @Override
  public void onTokenMap(TokenMap tokens) {
    child.onTokenMap(tokens);
  }

  @Override
  public NodeDistance distance(Node node) {
    return child.distance(node);
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    Node target = request.target();
    if (target != null) {
      plan.add(target);
    }
    child.plan(request, plan);
  }

  @Override
  public void onAdd(Node node) {
    child.onAdd(node);
  }

  @Override
  public void onUp(Node node) {
    child.onUp(node);
  }

  @Override
  public void onDown(Node node) {
    child.onDown(node);
  }

  @Override
  public void onRemove(Node node) {
    child.onRemove(node);
  }
}
