package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.Replicas;
import java.util.Objects;

/**
 * The local replicas of the key first, then what another policy says. Told about nodes on the
 * conductor's thread; any thread may ask.
 *
 * <p>A request whose key is not known goes as the other policy says.
 */
public final class TokenAwarePolicy implements LoadBalancingPolicy {
  private final LoadBalancingPolicy child;
  private final ReplicaOrder order;

  /** In which order the replicas are asked. */
  public enum ReplicaOrder {
    /** As they follow each other on the ring: the owner of the token first. */
    RING,
    /**
     * In another order for each request, which spreads load; but conditional writes and serial
     * reads as they follow on the ring, so that they do not compete.
     */
    SHUFFLED
  }

  /**
   * Replicas in the order of the ring.
   *
   * @param child says which nodes are local, and which come after the replicas
   */
  public TokenAwarePolicy(LoadBalancingPolicy child) {
    this(child, ReplicaOrder.RING);
  }

  /**
   * Replicas in some order.
   *
   * @param child says which nodes are local, and which come after the replicas
   * @param order the order
   */
  public TokenAwarePolicy(LoadBalancingPolicy child, ReplicaOrder order) {
    this.child = Objects.requireNonNull(child, "child");
    this.order = Objects.requireNonNull(order, "order");
  }

  @Override
  public void init(PolicyContext context) {
    child.init(context);
  }

  @Override
  public NodeDistance distance(Node node) {
    return child.distance(node);
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    Replicas replicas = request.replicas();
    if (replicas.size() > 0) {
      long local = 0;
      int count = ReplicaMask.size(replicas);
      for (int i = 0; i < count; i++) {
        if (child.distance(replicas.get(i)) == NodeDistance.LOCAL) {
          local |= 1L << i;
        }
      }
      if (order == ReplicaOrder.RING || request.isConditional()) {
        plan.addInOrder(replicas, local);
      } else {
        plan.addShuffled(replicas, local);
      }
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
