package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What another policy says, without some nodes: these are neither connected to nor asked. Told
 * about nodes on the conductor's thread; any thread may ask.
 *
 * <p>The other policy is told about all nodes, because the filter may change its mind.
 */
public final class HostFilterPolicy extends PolicyAround {
  private final Predicate<? super Node> filter;

  /**
   * A policy that leaves out nodes.
   *
   * @param child says how near the others are, and in which order they are asked
   * @param filter true for nodes that may be used; called by any thread, for each request, so it
   *     must not block
   */
  public HostFilterPolicy(LoadBalancingPolicy child, Predicate<? super Node> filter) {
    super(child);
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
  public NodeDistance distance(Node node) {
    return filter.test(node) ? super.distance(node) : NodeDistance.IGNORED;
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    plan.retain(filter);
    super.plan(request, plan);
  }
}
