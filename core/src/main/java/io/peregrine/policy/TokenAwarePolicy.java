package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.NearReplicas;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import java.util.Objects;

/**
 * The local replicas of the key first, then what another policy says. Told about nodes on the
 * conductor's thread; any thread may ask.
 *
 * <p>A request whose key is not known goes as the other policy says.
 */
public final class TokenAwarePolicy extends PolicyAround {
  private final ReplicaOrder order;
  private final NearNodes near =
      new NearNodes(node -> distance(node) == NodeDistance.LOCAL, node -> false);

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
    super(child);
    this.order = Objects.requireNonNull(order, "order");
  }

  @Override
  public void onTokenMap(TokenMap tokens) {
    super.onTokenMap(tokens);
    near.onTokenMap(tokens);
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    NearReplicas near = this.near.replicas();
    Replicas replicas = request.replicas();
    if (replicas.size() > 0) {
      boolean inOrder = this.order == ReplicaOrder.RING || request.isConditional();
      int order = inOrder ? QueryPlan.IN_ORDER : QueryPlan.SHUFFLED;
      long packed = near.find(replicas);
      if (packed == NearReplicas.UNKNOWN) {
        long mask = ReplicaMask.of(replicas, this.near::isNear);
        plan.addReplicas(replicas, mask, 0, order, request);
      } else {
        plan.addNear(near, packed, order, request);
      }
    }
    super.plan(request, plan);
  }

  @Override
  public void onAdd(Node node) {
    super.onAdd(node);
    near.refresh();
  }

  @Override
  public void onUp(Node node) {
    super.onUp(node);
    near.refresh();
  }

  @Override
  public void onDown(Node node) {
    super.onDown(node);
    near.refresh();
  }

  @Override
  public void onRemove(Node node) {
    super.onRemove(node);
    near.refresh();
  }
}
