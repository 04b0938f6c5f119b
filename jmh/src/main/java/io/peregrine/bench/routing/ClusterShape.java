package io.peregrine.bench.routing;

import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A cluster to make token maps of, the same each time. Immutable; any thread may read it.
 *
 * <p>It has three data centres of three racks, and 50 keyspaces with one of four replication
 * settings each.
 *
 * @param nodes its nodes and their tokens
 * @param replication the replication settings of each keyspace
 */
record ClusterShape(List<NodeTokens> nodes, Map<String, Map<String, String>> replication) {
  private static final int PLACES = 3;
  private static final int KEYSPACES = 50;
  private static final List<Map<String, String>> SETTINGS =
      List.of(
          network(Map.of("dc0", "3", "dc1", "3", "dc2", "3")),
          network(Map.of("dc0", "3", "dc1", "3")),
          network(Map.of("dc0", "3")),
          Map.of(
              "class", "org.apache.cassandra.locator.SimpleStrategy", "replication_factor", "3"));

  /**
   * A cluster.
   *
   * @param text how many nodes and how many tokens each, such as 1000x256
   * @return the cluster
   */
  static ClusterShape of(String text) {
    String[] numbers = text.split("x");
    SplittableRandom random = new SplittableRandom(23);
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(numbers[0]); i++) {
      List<String> tokens = new ArrayList<>();
      for (int t = 0; t < Integer.parseInt(numbers[1]); t++) {
        tokens.add(Long.toString(random.nextLong()));
      }
      String rack = "rack" + i / PLACES % PLACES;
      nodes.add(new NodeTokens(new PlacedNode(i, "dc" + i % PLACES, rack), tokens));
    }
    Map<String, Map<String, String>> replication = new LinkedHashMap<>();
    for (int i = 0; i < KEYSPACES; i++) {
      replication.put("ks" + i, SETTINGS.get(i % SETTINGS.size()));
    }
    return new ClusterShape(nodes, replication);
  }

  /**
   * Its token map.
   *
   * @return a new map
   */
  TokenMap tokenMap() {
    return TokenMap.of(Partitioner.MURMUR3, nodes, replication);
  }

  private static Map<String, String> network(Map<String, String> factors) {
    Map<String, String> settings = new LinkedHashMap<>(factors);
    settings.put("class", "org.apache.cassandra.locator.NetworkTopologyStrategy");
    return settings;
  }
}
