package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Some nodes in turn, and no others. Told about nodes on the conductor's thread; any thread may
 * ask.
 *
 * <p>With an empty list there is no node to ask. {@link HostFilterPolicy} can do more.
 */
public final class WhiteListPolicy implements LoadBalancingPolicy {
  private final Set<InetAddress> allowed;
  private final LiveNodes live = new LiveNodes();

  /**
   * A policy for some nodes. Looks names up, which may take a moment.
   *
   * @param hosts the nodes' names or addresses; all addresses of a name count
   * @throws IllegalArgumentException if one has no address
   */
  public WhiteListPolicy(Collection<String> hosts) {
    Set<InetAddress> allowed = new HashSet<>();
    for (String host : hosts) {
      if (host.isBlank()) {
        // To look that up would give this machine's own address.
        throw new IllegalArgumentException(
            "an empty host in the white list " + hosts + "; leave it out");
      }
      try {
        allowed.addAll(List.of(InetAddress.getAllByName(host)));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException(
            "The host '"
                + host
                + "' of the white list has no address; check the name, and that this machine can"
                + " look it up",
            e);
      }
    }
    this.allowed = Set.copyOf(allowed);
  }

  @Override
  public void init(PolicyContext context) {
    context.nodes().forEach(this::add);
  }

  @Override
  public NodeDistance distance(Node node) {
    InetAddress address = node.address().getAddress();
    return address != null && allowed.contains(address) ? NodeDistance.LOCAL : NodeDistance.IGNORED;
  }

  @Override
  public void plan(RoutingRequest request, QueryPlan plan) {
    plan.addAll(live.nodes(), request.turn());
  }

  @Override
  public void onAdd(Node node) {
    add(node);
  }

  @Override
  public void onUp(Node node) {
    add(node);
  }

  @Override
  public void onDown(Node node) {
    live.remove(node);
  }

  @Override
  public void onRemove(Node node) {
    live.remove(node);
  }

  private void add(Node node) {
    if (distance(node) == NodeDistance.LOCAL) {
      live.add(node);
    } else {
      // Its address may have been another one before.
      live.remove(node);
    }
  }
}
