package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicaPlacementTest {
  private static final int CLUSTERS = 2_000;

  @Test
  void replicasAreThoseOfAWalkFromEachToken() {
    for (int seed = 0; seed < CLUSTERS; seed++) {
      GeneratedCluster cluster = new GeneratedCluster(seed);
      TokenMap map = cluster.tokenMap();
      ForwardWalk walk = new ForwardWalk(cluster.owners);
      for (Map.Entry<String, Map<String, String>> one : cluster.replication.entrySet()) {
        for (long token : cluster.interestingTokens()) {
          List<Node> expected = walk.replicas(one.getValue(), token);
          List<Node> actual = map.replicas(one.getKey(), token).toList();
          if (expected.size() > 32) { // these begin the same, and go on in another order
            actual = firstAndSorted(actual);
            expected = firstAndSorted(expected);
          }
          if (!actual.equals(expected)) {
            assertThat(actual).as("seed %d, token %d, %s", seed, token, one).isEqualTo(expected);
          }
        }
      }
    }
  }

  private static List<Node> firstAndSorted(List<Node> nodes) {
    List<Node> sorted = new ArrayList<>(nodes);
    sorted.sort(Comparator.comparing(Node::hostId));
    sorted.add(0, nodes.get(0));
    return sorted;
  }

  @Test
  void generatedClustersHaveWhatIsHard() {
    int duplicates = 0;
    int empty = 0;
    int large = 0;
    int several = 0;
    for (int seed = 0; seed < CLUSTERS; seed++) {
      GeneratedCluster cluster = new GeneratedCluster(seed);
      int tokens = cluster.nodes.stream().mapToInt(node -> node.tokens().size()).sum();
      duplicates += cluster.owners.size() < tokens ? 1 : 0;
      empty += cluster.owners.isEmpty() ? 1 : 0;
      large += new HashSet<>(cluster.owners.values()).size() > 32 ? 1 : 0;
      several +=
          cluster.owners.values().stream().map(Node::datacenter).distinct().count() > 1 ? 1 : 0;
    }
    assertThat(List.of(duplicates, empty, large, several)).allMatch(count -> count > 50);
  }

  @Test
  void oneSmallRackDoesNotMakeEachTokenLookForItAnew() {
    List<NodeTokens> nodes = new ArrayList<>();
    TreeMap<Long, Node> owners = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      Node node = new PlacedNode(i, "dc", i == 0 ? "small" : "rack" + i % 2);
      List<String> tokens = new ArrayList<>();
      for (int t = 0; t < (i == 0 ? 1 : 256); t++) {
        long token = 31L * (t * 1_000 + i);
        tokens.add(Long.toString(token));
        owners.put(token, node);
      }
      nodes.add(new NodeTokens(node, tokens));
    }
    Map<String, String> settings = Map.of("class", "NetworkTopologyStrategy", "dc", "3");
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, nodes, Map.of("ks", settings));
    ForwardWalk walk = new ForwardWalk(owners);

    for (long token = 0; token < 31L * 256_000; token += 999_959) {
      assertThat(map.replicas("ks", token).toList())
          .isEqualTo(walk.replicas(settings, token))
          .contains(nodes.get(0).node());
    }
  }

  @Test
  void everybodyInALargeClusterIsOneList() {
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      nodes.add(new NodeTokens(new PlacedNode(i, "dc", "r"), List.of(Integer.toString(i))));
    }
    TokenMap map =
        TokenMap.of(
            Partitioner.MURMUR3,
            nodes,
            Map.of("ks", Map.of("class", "NetworkTopologyStrategy", "dc", "2147483647")));

    assertThat(map.replicas("ks", 7L).size()).isEqualTo(2_000);
    assertThat(map.replicas("ks", 7L).get(0)).isSameAs(nodes.get(7).node());
    assertThat(map.replicas("ks", 7L).get(1_999)).isSameAs(nodes.get(6).node());
  }

  @Test
  void sameReplicasAreKeptOnce() {
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<String> tokens = new ArrayList<>();
      for (int t = 0; t < 50; t++) {
        tokens.add(Integer.toString(3 * t + i));
      }
      nodes.add(new NodeTokens(new PlacedNode(i, "dc", "r"), tokens));
    }
    TokenMap map =
        TokenMap.of(
            Partitioner.MURMUR3,
            nodes,
            Map.of("ks", Map.of("class", "SimpleStrategy", "replication_factor", "2")));

    for (int token = 3; token < 150; token++) {
      assertThat(map.replicas("ks", token).table().lists())
          .isSameAs(map.replicas("ks", 0).table().lists());
      assertThat(map.replicas("ks", token).start())
          .isEqualTo(map.replicas("ks", token - 3).start())
          .isNotEqualTo(map.replicas("ks", token - 1).start());
    }
  }
}
