package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of the local data centre in turn, and after them a few of each other one, if at all.
 * Told about nodes on the conductor's thread; any thread may ask.
 *
 * <p>A data centre that is not named is taken from the first contact point whose data centre
 * becomes known; the log tells which that is.
 */
public final class DcAwareRoundRobinPolicy implements LoadBalancingPolicy {
  private final DatacenterNodes nodes;

  /** The data centre of the contact points, and no other. */
  public DcAwareRoundRobinPolicy() {
    this(null, 0);
  }

  /**
   * One data centre, and no other.
   *
   * @param localDatacenter its name, as the server has it
   * @throws IllegalArgumentException if the name is empty
   */
  public DcAwareRoundRobinPolicy(String localDatacenter) {
    this(localDatacenter, 0);
  }

  /**
   * One data centre, and nodes of others that are asked when no local one takes the request.
   *
   * @param localDatacenter its name, as the server has it; null for that of the contact points
   * @param usedNodesPerRemoteDatacenter how many nodes of each other data centre are connected to,
   *     at least 0
   * @throws IllegalArgumentException if the name is empty or the number negative
   */
  public DcAwareRoundRobinPolicy(
      @Nullable String localDatacenter, int usedNodesPerRemoteDatacenter) {
    nodes = new DatacenterNodes(localDatacenter, usedNodesPerRemoteDatacenter);
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
  public NodeDistance distance(Node node) {
    return nodes.distance(node);
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    DatacenterNodes.View now = nodes.view();
    plan.addRest(now, request.turn());
  }

  @Override
  public void onAdd(Node node) {
    nodes.add(node);
  }

  @Override
  public void onUp(Node node) {
    nodes.add(node);
  }

  @Override
  public void onDown(Node node) {
    nodes.onDown(node);
  }

  @Override
  public void onRemove(Node node) {
    nodes.onRemove(node);
  }
}
