package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.TokenMap;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What another policy says, without some nodes: these are neither connected to nor asked. Told
 * about nodes on the conductor's thread; any thread may ask.
 *
 * <p>The other policy is told about all nodes, because the filter may change its mind.
 */
public final class HostFilterPolicy implements LoadBalancingPolicy {
  private final LoadBalancingPolicy child;
  private final Predicate<? super Node> filter;

  /**
   * A policy that leaves out nodes.
   *
   * @param child says how near the others are, and in which order they are asked
   * @param filter true for nodes that may be used; called by any thread, for each request, so it
   *     must not block
   */
  public HostFilterPolicy(LoadBalancingPolicy child, Predicate<? super Node> filter) {
    this.child = Objects.requireNonNull(child, "child");
    this.filter = Objects.requireNonNull(filter, "filter");
  }

  /**
   * Which nodes may be used.
   *
   * @return the filter
   */
  public Predicate<? super Node> filter() {
    return filter;
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
    return filter.test(node) ? child.distance(node) : NodeDistance.IGNORED;
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    plan.retain(filter);
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
