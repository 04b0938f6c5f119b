package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes by how near they are: those of the local data centre, and a few of each other one.
 * Changed on the conductor's thread; any thread may read what it has.
 *
 * <p>A node that does not tell its data centre counts as local. As long as it is not known which
 * data centre is local, all nodes do.
 */
final class DatacenterNodes {
  private static final Logger LOG = LoggerFactory.getLogger(DatacenterNodes.class);
  private static final Node[] NONE = {};

  private final int usedPerRemote;
  private final Set<Node> known = new LinkedHashSet<>();
  private final Set<Node> down = new LinkedHashSet<>();
  private Set<InetSocketAddress> contactPoints = Set.of();
  private volatile View view;

  /**
   * What requests go by. Its arrays never change.
   *
   * @param localDatacenter the local data centre, or null if it is not known
   * @param local the local nodes that are not down
   * @param remote those of other data centres that may be asked and are not down
   * @param remoteEvenDown the same with those that are down
   */
  record View(
      @Nullable String localDatacenter, Node[] local, Node[] remote, Node[] remoteEvenDown) {
    boolean isLocal(Node node) {
      String local = localDatacenter;
      String datacenter = node.datacenter();
      return local == null || datacenter.equals(local) || datacenter.isEmpty();
    }
  }

  /**
   * No nodes yet.
   *
   * @param localDatacenter the local data centre, or null to infer it from the contact points
   * @param usedPerRemote how many nodes of each other data centre may be asked
   */
  DatacenterNodes(@Nullable String localDatacenter, int usedPerRemote) {
    if (localDatacenter != null && localDatacenter.isBlank()) {
      throw new IllegalArgumentException(
          "an empty local data centre; name it, or leave it out to have it inferred");
    }
    if (usedPerRemote < 0) {
      throw new IllegalArgumentException(
          usedPerRemote + " nodes of each remote data centre; at least 0 are possible");
    }
    this.usedPerRemote = usedPerRemote;
    this.view = new View(localDatacenter, NONE, NONE, NONE);
  }

  View view() {
    return view;
  }

  void init(PolicyContext context) {
    contactPoints = context.contactPoints();
    known.addAll(context.nodes());
    publish();
    View now = view;
    if (now.localDatacenter() == null && !known.isEmpty()) {
      LOG.warn(
          "None of the contact points {} is the address of a node that tells its data centre, so"
              + " all nodes count as local; name the local data centre",
          contactPoints);
    } else if (now.local().length == 0 && !known.isEmpty()) {
      LOG.warn(
          "No node is in the local data centre '{}': {}; check its name",
          now.localDatacenter(),
          known);
    }
  }

  /** A node is new, or up again. */
  void add(Node node) {
    known.add(node);
    down.remove(node);
    publish();
  }

  void onDown(Node node) {
    if (known.contains(node)) {
      down.add(node);
      publish();
    }
  }

  void onRemove(Node node) {
    known.remove(node);
    down.remove(node);
    publish();
  }

  NodeDistance distance(Node node) {
    View now = view;
    if (now.isLocal(node)) {
      return NodeDistance.LOCAL;
    }
    return LiveNodes.indexOf(now.remoteEvenDown(), node) < 0
        ? NodeDistance.IGNORED
        : NodeDistance.REMOTE;
  }

  private void publish() {
    String localDatacenter = view.localDatacenter();
    if (localDatacenter == null) {
      localDatacenter = infer();
    }
    View empty = new View(localDatacenter, NONE, NONE, NONE);
    List<Node> local = new ArrayList<>();
    Map<String, List<Node>> others = new LinkedHashMap<>();
    for (Node node : known) {
      if (!empty.isLocal(node)) {
        others.computeIfAbsent(node.datacenter(), name -> new ArrayList<>()).add(node);
      } else if (!down.contains(node)) {
        local.add(node);
      }
    }
    List<Node> remote = new ArrayList<>();
    List<Node> remoteEvenDown = new ArrayList<>();
    for (List<Node> nodes : others.values()) {
      List<Node> used = used(nodes);
      remoteEvenDown.addAll(used);
      used.removeIf(down::contains);
      remote.addAll(used);
    }
    view =
        new View(
            localDatacenter,
            local.toArray(Node[]::new),
            remote.toArray(Node[]::new),
            remoteEvenDown.toArray(Node[]::new));
  }

  /** Those that are not down come first, so that there are others if some are. */
  private List<Node> used(List<Node> nodes) {
    List<Node> used = new ArrayList<>(nodes);
    used.removeIf(down::contains);
    for (Node node : nodes) {
      if (down.contains(node)) {
        used.add(node);
      }
    }
    return new ArrayList<>(used.subList(0, Math.min(usedPerRemote, used.size())));
  }

  private @Nullable String infer() {
    for (Node node : known) {
      if (!node.datacenter().isEmpty() && isContactPoint(node.address())) {
        LOG.info(
            "The local data centre is taken to be '{}', because contact point {} is in it; name it"
                + " if that is wrong",
            node.datacenter(),
            node.address());
        return node.datacenter();
      }
    }
    return null;
  }

  private boolean isContactPoint(InetSocketAddress address) {
    if (contactPoints.contains(address)) {
      return true;
    }
    for (InetSocketAddress point : contactPoints) {
      if (point.getAddress() != null && point.getAddress().equals(address.getAddress())) {
        return true;
      }
    }
    return false;
  }
}
