package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoutingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load balancing policies of one cluster, taken together, as the conductor sees them: each is
 * told about nodes, and a node is as near as the one says that wants it nearest. Told about nodes
 * on the conductor's thread; any thread may ask.
 *
 * <p>What a policy throws is logged, and the others are told all the same; a node whose distance
 * one cannot tell is ignored as far as that one is concerned.
 */
public final class PolicyGroup implements LoadBalancingPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyGroup.class);

  private final List<LoadBalancingPolicy> policies = new ArrayList<>();

  /**
   * A group.
   *
   * @param policies at least one, of which the first makes the plans of requests that name none;
   *     one that is there several times is told once
   */
  public PolicyGroup(List<? extends LoadBalancingPolicy> policies) {
    for (LoadBalancingPolicy policy : policies) {
      if (this.policies.stream().noneMatch(known -> known == policy)) {
        this.policies.add(policy);
      }
    }
  }

  @Override
  public void init(PolicyContext context) {
    tell(policy -> policy.init(context));
  }

  @Override
  public NodeDistance distance(Node node) {
    NodeDistance nearest = NodeDistance.IGNORED;
    for (LoadBalancingPolicy policy : policies) {
      NodeDistance distance = distance(policy, node);
      if (distance.compareTo(nearest) < 0) {
        nearest = distance;
      }
    }
    return nearest;
  }

  private static NodeDistance distance(LoadBalancingPolicy policy, Node node) {
    try {
      return policy.distance(node);
    } catch (RuntimeException e) {
      LOG.warn("The policy {} failed to tell how near {} is", policy, node, e);
      return NodeDistance.IGNORED;
    }
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    policies.get(0).plan(request, plan);
  }

  @Override
  public void onAdd(Node node) {
    tell(policy -> policy.onAdd(node));
  }

  @Override
  public void onUp(Node node) {
    tell(policy -> policy.onUp(node));
  }

  @Override
  public void onDown(Node node) {
    tell(policy -> policy.onDown(node));
  }

  @Override
  public void onRemove(Node node) {
    tell(policy -> policy.onRemove(node));
  }

  private void tell(Consumer<LoadBalancingPolicy> what) {
    for (LoadBalancingPolicy policy : policies) {
      try {
        what.accept(policy);
      } catch (RuntimeException e) {
        LOG.warn("The policy {} failed when it was told about a node", policy, e);
      }
    }
  }
}
