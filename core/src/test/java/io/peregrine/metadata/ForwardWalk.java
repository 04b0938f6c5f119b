package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds the replicas of one token as Cassandra does: forward from it, until there are enough. */
final class ForwardWalk {
  private final TreeMap<Long, Node> owners;
  private final Set<Node> nodes;

  ForwardWalk(TreeMap<Long, Node> owners) {
    this.owners = owners;
    nodes = new HashSet<>(owners.values());
  }

  List<Node> replicas(Map<String, String> replication, long token) {
    List<Node> ahead = new ArrayList<>(owners.tailMap(token, true).values());
    ahead.addAll(owners.headMap(token, false).values());
    String name = replication.get("class");
    if (name.endsWith("SimpleStrategy")) {
      int[] factor = factor(replication.get("replication_factor"));
      return distinct(ahead).stream().limit(factor[0]).limit(factor[0] - factor[1]).toList();
    }
    if (name.endsWith("EverywhereStrategy")) {
      return distinct(ahead);
    }
    List<Node> replicas = new ArrayList<>();
    Map<String, Rest> rests = new HashMap<>();
    for (Node node : distinct(ahead)) {
      Rest rest =
          rests.computeIfAbsent(
              node.datacenter(),
              datacenter -> new Rest(replication.getOrDefault(datacenter, "0"), in(datacenter)));
      if (rest.takes(node)) {
        replicas.add(node);
      }
    }
    return replicas;
  }

  private List<Node> in(String datacenter) {
    return nodes.stream().filter(node -> node.datacenter().equals(datacenter)).toList();
  }

  private static List<Node> distinct(List<Node> nodes) {
    return nodes.stream().distinct().toList();
  }

  private static int[] factor(String text) {
    String[] parts = text.split("/");
    return new int[] {
      Integer.parseInt(parts[0]), parts.length == 1 ? 0 : Integer.parseInt(parts[1])
    };
  }

  /** What a data centre still lacks. */
  private static final class Rest {
    private final Set<String> racks = new HashSet<>();
    private final int transients;
    private int missing;
    private int repeats;

    Rest(String replication, List<Node> nodes) {
      int[] factor = factor(replication);
      int allRacks = (int) nodes.stream().map(Node::rack).distinct().count();
      missing = Math.min(factor[0], nodes.size());
      repeats = factor[0] - allRacks;
      transients = Math.max(0, factor[1] - (factor[0] - missing));
    }

    /** Whether a node that was not met before becomes a full replica. */
    boolean takes(Node node) {
      if (missing == 0) {
        return false;
      }
      boolean isNewRack = racks.add(node.rack());
      if (!isNewRack && repeats <= 0) {
        return false;
      }
      if (!isNewRack) {
        repeats--;
      }
      boolean isFull = missing > transients;
      missing--;
      return isFull;
    }
  }
}
