package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.metadata.NearReplicas;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster uses that is not told otherwise. First comes the node that the statement names;
 * then the replicas of its key in the local data centre; then the other nodes there, in turn; then,
 * if that is wanted, a few of each other data centre. Told about nodes on the conductor's thread;
 * any thread may ask.
 *
 * <p>Of two replicas chosen at random, the one with fewer requests on their way is asked, which
 * keeps away from a slow node. Conditional writes and serial reads go to the replicas in the order
 * of the ring, so that they do not compete.
 *
 * <p>It is changed by what it is made from: {@code new
 * DefaultLoadBalancingPolicy().localDatacenter("east").localRack("r1")}.
 */
public final class DefaultLoadBalancingPolicy implements LoadBalancingPolicy {
  private final @Nullable String localDatacenter;
  private final @Nullable String localRack;
  private final int usedNodesPerRemoteDatacenter;
  private final DatacenterNodes nodes;
  private final NearNodes near;

  /** The data centre of the contact points, and no other. */
  public DefaultLoadBalancingPolicy() {
    this(null, null, 0);
  }

  private DefaultLoadBalancingPolicy(
      @Nullable String localDatacenter,
      @Nullable String localRack,
      int usedNodesPerRemoteDatacenter) {
    this.localDatacenter = localDatacenter;
    this.localRack = localRack;
    this.usedNodesPerRemoteDatacenter = usedNodesPerRemoteDatacenter;
    this.nodes = new DatacenterNodes(localDatacenter, usedNodesPerRemoteDatacenter);
    this.near =
        new NearNodes(
            node -> nodes.view().isLocal(node),
            localRack == null ? node -> false : node -> node.rack().equals(localRack));
  }

  /**
   * Names the local data centre. Without it, it is that of the first contact point whose data
   * centre becomes known; the log tells which that is.
   *
   * @param name its name, as the server has it
   * @return a policy with it
   * @throws IllegalArgumentException if the name is empty
   */
  public DefaultLoadBalancingPolicy localDatacenter(String name) {
    return new DefaultLoadBalancingPolicy(
        Objects.requireNonNull(name, "name"), localRack, usedNodesPerRemoteDatacenter);
  }

  /**
   * Names the rack whose replicas are asked before others. By default racks do not count.
   *
   * @param name its name, as the server has it
   * @return a policy with it
   * @throws IllegalArgumentException if the name is empty
   */
  public DefaultLoadBalancingPolicy localRack(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("an empty local rack; name it, or leave it out");
    }
    return new DefaultLoadBalancingPolicy(localDatacenter, name, usedNodesPerRemoteDatacenter);
  }

  /**
   * Sets how many nodes of each other data centre are connected to. They are asked when no local
   * one takes the request.
   *
   * @param count at least 0; 0 by default
   * @return a policy with it
   * @throws IllegalArgumentException if it is negative
   */
  public DefaultLoadBalancingPolicy usedNodesPerRemoteDatacenter(int count) {
    return new DefaultLoadBalancingPolicy(localDatacenter, localRack, count);
  }

  /**
   * The local data centre.
   *
   * @return its name, or null as long as it is neither given nor inferred
   */
  public @Nullable String localDatacenter() {
    return nodes.view().localDatacenter();
  }

  @Override
  public void init(PolicyContext context) {
    nodes.init(context);
  }

  @Override
  public void onTokenMap(TokenMap tokens) {
    near.onTokenMap(tokens);
  }

  @Override
  public NodeDistance distance(Node node) {
    return nodes.distance(node);
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    // What is published is read first: across such a read a compiler may not keep in registers what
    // has just been stored.
    NearReplicas near = this.near.replicas();
    DatacenterNodes.View now = nodes.view();
    Node target = request.target();
    if (target != null) {
      plan.add(target);
    }
    Replicas replicas = request.replicas();
    if (replicas.size() > 0) {
      addReplicas(replicas, near, request, plan);
    }
    plan.addRest(now, request.turn());
  }

  private void addReplicas(
      Replicas replicas, NearReplicas near, RoutingRequest request, QueryPlan plan) {
    long packed = near.find(replicas);
    boolean isConditional = request.isConditional();
    int order = isConditional ? QueryPlan.IN_ORDER : request.turn();
    // The order of the ring is the same for clients of all racks; that of a number is not.
    if (packed == NearReplicas.UNKNOWN || isConditional && localRack != null) {
      long local = ReplicaMask.of(replicas, this.near::isNear);
      long inRack = isConditional ? 0 : ReplicaMask.of(replicas, this.near::isNearest);
      plan.addReplicas(replicas, local, inRack, order, request);
    } else {
      plan.addNear(near, packed, order, request);
    }
  }

  @Override
  public void onAdd(Node node) {
    nodes.add(node);
    near.refresh();
  }

  @Override
  public void onUp(Node node) {
    nodes.add(node);
    near.refresh();
  }

  @Override
  public void onDown(Node node) {
    nodes.onDown(node);
    near.refresh();
  }

  @Override
  public void onRemove(Node node) {
    nodes.onRemove(node);
    near.refresh();
  }
}
