package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.Replicas;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

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
        ReplicaMask.addInOrder(local, replicas, plan);
      } else {
        addShuffled(local, replicas, plan);
      }
    }
    child.plan(request, plan);
  }

  private static void addShuffled(long mask, Replicas replicas, QueryPlan plan) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long left = mask;
    for (int count = Long.bitCount(mask); count > 0; count--) {
      int index = ReplicaMask.nth(left, count == 1 ? 0 : random.nextInt(count));
      plan.add(replicas.get(index));
      left &= ~(1L << index);
    }
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
