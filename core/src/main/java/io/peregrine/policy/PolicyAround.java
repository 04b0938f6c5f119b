package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.TokenMap;
import java.util.Objects;

/**
 * A policy that says what another one says, but for what its heirs change. Told about nodes on the
 * conductor's thread; any thread may ask.
 *
 * <p>Who wraps a policy by way of this class passes on whatever there is to pass on, be it new in a
 * later version.
 */
public abstract class PolicyAround implements LoadBalancingPolicy {
  private final LoadBalancingPolicy child;

  /**
   * A policy around another one.
   *
   * @param child the other one
   */
  protected PolicyAround(LoadBalancingPolicy child) {
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
