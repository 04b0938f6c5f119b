package io.peregrine.conductor;

import io.peregrine.metadata.Pace;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the cluster has told of last; one that stays is the same object, whatever it tells
 * of itself. Confined to the conductor's thread.
 */
final class KnownNodes {
  private final Pace pace;
  private final Map<UUID, ClusterNode> nodes = new LinkedHashMap<>();
  private Map<InetSocketAddress, ClusterNode> byToldAddress = Map.of();

  /**
   * What is different now. Immutable.
   *
   * @param present all nodes, in the order of the members of the topology
   * @param added those that were not known
   * @param gone those that are not known any more
   * @param changed what those tell that tell something else of themselves, which is not set yet
   */
  record Changes(
      Set<ClusterNode> present,
      List<ClusterNode> added,
      List<ClusterNode> gone,
      Map<ClusterNode, ClusterNode.Details> changed) {}

  /**
   * No nodes.
   *
   * @param pace at what to look at many nodes
   */
  KnownNodes(Pace pace) {
    this.pace = pace;
  }

  /** The nodes, as they are at any time. */
  Collection<ClusterNode> all() {
    return nodes.values();
  }

  /** The node that this client reaches at an address, or null if there is none. */
  @Nullable ClusterNode at(InetSocketAddress address) {
    for (ClusterNode node : nodes.values()) {
      if (node.address().equals(address)) {
        return node;
      }
    }
    return null;
  }

  /** The nodes by the addresses that they tell; another map whenever they are others. */
  Map<InetSocketAddress, ClusterNode> byToldAddress() {
    return byToldAddress;
  }

  /** Makes the nodes those that the cluster tells of. */
  Changes become(Topology topology) {
    Set<ClusterNode> present = new LinkedHashSet<>();
    List<ClusterNode> added = new ArrayList<>();
    Map<ClusterNode, ClusterNode.Details> changed = new LinkedHashMap<>();
    Map<InetSocketAddress, ClusterNode> telling = new HashMap<>();
    for (Topology.Member member : topology.members()) {
      ClusterNode node = nodes.get(member.hostId());
      if (node == null) {
        node = new ClusterNode(member.hostId(), member.details());
        nodes.put(member.hostId(), node);
        added.add(node);
      } else if (!node.details().equals(member.details())) {
        changed.put(node, member.details());
      }
      present.add(node);
      telling.put(member.told(), node);
      pace.did(member.tokens().size());
    }
    byToldAddress = telling;
    List<ClusterNode> gone = new ArrayList<>();
    for (ClusterNode node : nodes.values()) {
      if (!present.contains(node)) {
        gone.add(node);
      }
      pace.did(1);
    }
    gone.forEach(node -> nodes.remove(node.hostId()));
    return new Changes(present, added, gone, changed);
  }
}
