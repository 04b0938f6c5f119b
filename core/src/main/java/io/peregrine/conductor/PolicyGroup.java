package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.PolicyException;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoutingRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The load balancing policies of one cluster, taken together, as the conductor sees them: each is
 * told about nodes, and a node is as near as the one says that wants it nearest. Confined to the
 * conductor's thread once the cluster is built.
 *
 * <p>What a policy throws is logged, once for each policy and place that throws it, and the others
 * are told all the same; a node whose distance one cannot tell stays where it is as far as that one
 * is concerned. Only to begin must not fail.
 */
public final class PolicyGroup implements LoadBalancingPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyGroup.class);
  private static final int MOST_COMPLAINTS = 256;

  private final List<LoadBalancingPolicy> policies = new ArrayList<>();

  /** The nodes that those know of that have begun, as long as not all could. */
  private final Map<LoadBalancingPolicy, Set<Node>> begun = new IdentityHashMap<>();

  /** What was told of each; those that have nothing to be told of are not there. */
  private final Map<LoadBalancingPolicy, Set<String>> complaints = new IdentityHashMap<>();

  private boolean atWork;
  private @Nullable TokenMap tokens;

  /**
   * A group.
   *
   * @param policies at least one, of which the first makes the plans of requests that name none;
   *     one that is there several times is told once
   */
  public PolicyGroup(List<? extends LoadBalancingPolicy> policies) {
    for (LoadBalancingPolicy policy : policies) {
      if (!contains(policy)) {
        this.policies.add(policy);
      }
    }
  }

  private boolean contains(LoadBalancingPolicy policy) {
    return policies.stream().anyMatch(known -> known == policy);
  }

  /**
   * Adds a policy. If the others are at work, it begins, and is told which nodes are up and which
   * are down; else it begins with them.
   *
   * @param context what there is now
   * @return false if it belongs to the group already
   * @throws PolicyException if it fails to begin; then it does not belong to the group
   */
  boolean join(LoadBalancingPolicy policy, PolicyContext context) {
    if (contains(policy)) {
      return false;
    }
    if (atWork) {
      begin(policy, context);
      context.nodes().forEach(node -> tellState(policy, node));
      TokenMap tokens = this.tokens;
      if (tokens != null) {
        tell(policy, told -> told.onTokenMap(tokens));
      }
    }
    return policies.add(policy);
  }

  private void tellState(LoadBalancingPolicy policy, Node node) {
    switch (node.state()) {
      case UP -> tell(policy, told -> told.onUp(node));
      case DOWN -> tell(policy, told -> told.onDown(node));
      case UNKNOWN -> {}
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>If one fails, it may be called again: those that have begun are told what has changed.
   *
   * @throws PolicyException if one fails to begin
   */
  @Override
  public void init(PolicyContext context) {
    for (LoadBalancingPolicy policy : policies) {
      Set<Node> known = begun.get(policy);
      if (known == null) {
        begin(policy, context);
        begun.put(policy, new HashSet<>(context.nodes()));
      } else {
        update(policy, known, context.nodes());
      }
    }
    begun.clear();
    atWork = true;
  }

  private static void begin(LoadBalancingPolicy policy, PolicyContext context) {
    try {
      policy.init(context);
    } catch (Throwable e) {
      throw new PolicyException(
          "The load balancing policy "
              + policy
              + " failed to begin with the nodes "
              + context.nodes()
              + ": "
              + e,
          e);
    }
  }

  private void update(LoadBalancingPolicy policy, Set<Node> known, Collection<Node> now) {
    for (Node node : List.copyOf(known)) {
      if (!now.contains(node)) {
        known.remove(node);
        tell(policy, told -> told.onRemove(node));
      }
    }
    for (Node node : now) {
      if (known.add(node)) {
        tell(policy, told -> told.onAdd(node));
      }
    }
  }

  @Override
  public void onTokenMap(TokenMap tokens) {
    this.tokens = tokens;
    tellAll(policy -> policy.onTokenMap(tokens));
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

  private NodeDistance distance(LoadBalancingPolicy policy, Node node) {
    try {
      return Objects.requireNonNull(policy.distance(node), "a policy returned null");
    } catch (Throwable e) {
      complain(policy, "was asked how near a node is", e);
      return node.distance();
    }
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    policies.get(0).plan(request, plan);
  }

  @Override
  public void onAdd(Node node) {
    tellAll(policy -> policy.onAdd(node));
  }

  @Override
  public void onUp(Node node) {
    tellAll(policy -> policy.onUp(node));
  }

  @Override
  public void onDown(Node node) {
    tellAll(policy -> policy.onDown(node));
  }

  @Override
  public void onRemove(Node node) {
    tellAll(policy -> policy.onRemove(node));
  }

  private void tellAll(Consumer<LoadBalancingPolicy> what) {
    policies.forEach(policy -> tell(policy, what));
  }

  private void tell(LoadBalancingPolicy policy, Consumer<LoadBalancingPolicy> what) {
    try {
      what.accept(policy);
    } catch (Throwable e) {
      complain(policy, "was told about nodes", e);
    }
  }

  /** A policy is asked of all nodes whenever one of them comes or goes. */
  private void complain(LoadBalancingPolicy policy, String when, Throwable fault) {
    StackTraceElement[] stack = fault.getStackTrace();
    String kind = when + fault.getClass() + (stack.length == 0 ? "" : " at " + stack[0]);
    Set<String> told = complaints.computeIfAbsent(policy, first -> new HashSet<>());
    if (told.size() < MOST_COMPLAINTS && told.add(kind)) {
      LOG.warn(
          "The policy {} failed when it {}, so the driver does without it; that is told once",
          policy,
          when,
          fault);
    }
  }
}
