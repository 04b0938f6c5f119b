package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NearReplicasTest {
  private static final int CLUSTERS = 400;
  private static final String SIMPLE = "org.apache.cassandra.locator.SimpleStrategy";

  private final Random random = new Random(11);
  private final Predicate<Node> near = node -> node.datacenter().equals("dc0");
  private final Predicate<Node> nearest = node -> node.rack().equals("r0");

  private static Map<String, String> simple(int factor) {
    return Map.of("class", SIMPLE, "replication_factor", Integer.toString(factor));
  }

  private Map<String, Map<String, String>> replication() {
    return Map.of(
        "one", simple(1 + random.nextInt(3)),
        "two", simple(1 + random.nextInt(6)),
        "network", Map.of("class", "NetworkTopologyStrategy", "dc0", "3", "dc1", "2"),
        "near", Map.of("class", "NetworkTopologyStrategy", "dc0", "3"),
        "far", Map.of("class", "NetworkTopologyStrategy", "dc1", "2"));
  }

  private List<NodeTokens> cluster(int nodes, int tokens, List<Long> asked) {
    // Few bits make tokens crowd together, or have the same upper half.
    int shift = List.of(0, 20, 31, 33, 48).get(random.nextInt(5));
    List<NodeTokens> cluster = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      List<String> own = new ArrayList<>();
      for (int t = 0; t < tokens; t++) {
        long token = random.nextLong() >> shift;
        own.add(Long.toString(token));
        asked.addAll(List.of(token - 1, token, token + 1, random.nextLong()));
      }
      Node node = new PlacedNode(i, "dc" + random.nextInt(2), "r" + random.nextInt(2));
      cluster.add(new NodeTokens(node, own));
    }
    asked.addAll(List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE));
    return cluster;
  }

  private static Replicas filled(TokenMap map, String keyspace, long token) {
    Replicas filled = new Replicas();
    filled.lookIn(map, keyspace, map.replicas(keyspace, token).table());
    filled.fill(token);
    return filled;
  }

  private static List<Node> nodes(NearReplicas near, long packed) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NearReplicas.count(packed); i++) {
      nodes.add(near.nodes()[NearReplicas.index(packed, i)]);
    }
    return nodes;
  }

  @Test
  void nearReplicasAreThoseOfAllThatAreNear() {
    int few = 0;
    int many = 0;
    for (int i = 0; i < CLUSTERS; i++) {
      List<Long> asked = new ArrayList<>();
      List<NodeTokens> cluster = cluster(1 + random.nextInt(20), 1 + random.nextInt(20), asked);
      TokenMap map = TokenMap.of(Partitioner.MURMUR3, cluster, replication());
      NearReplicas nearReplicas = map.near(near, nearest);
      for (String keyspace : List.of("one", "two", "network", "near", "far")) {
        for (long token : asked) {
          Replicas all = map.replicas(keyspace, token);
          List<Node> expected = new ArrayList<>(all.toList());
          expected.removeIf(near.negate());
          List<Node> first = new ArrayList<>(expected);
          first.removeIf(nearest.negate());
          long packed = nearReplicas.find(filled(map, keyspace, token));
          if (all.size() > 0) {
            assertThat(nearReplicas.find(all)).isEqualTo(packed);
          }
          if (packed == NearReplicas.UNKNOWN) {
            assertThat(expected.size()).matches(size -> size == 0 || size > 4);
            many++;
          } else {
            assertThat(NearReplicas.nearest(packed)).isEqualTo(first.size());
            expected.sort((a, b) -> Boolean.compare(nearest.test(b), nearest.test(a)));
            assertThat(nodes(nearReplicas, packed)).isEqualTo(expected);
            few++;
          }
        }
      }
    }
    assertThat(few).isGreaterThan(100 * CLUSTERS);
    assertThat(many).isGreaterThan(CLUSTERS);
  }

  @Test
  void replicasOfAnotherTokenMapAreUnknown() {
    List<NodeTokens> cluster = cluster(5, 5, new ArrayList<>());
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, cluster, replication());
    NearReplicas nearReplicas = map.near(near, nearest);
    TokenMap other = TokenMap.of(Partitioner.MURMUR3, cluster, replication());

    assertThat(nearReplicas.find(filled(other, "near", 3))).isEqualTo(NearReplicas.UNKNOWN);
    assertThat(nearReplicas.find(Replicas.NONE)).isEqualTo(NearReplicas.UNKNOWN);
    assertThat(nearReplicas.find(filled(map.withKeyspaces(replication()), "near", 3)))
        .as("a map that differs in keyspaces alone")
        .isEqualTo(nearReplicas.find(filled(map, "near", 3)));
  }

  @Test
  void replicasOfAnotherPartitionerAreUnknown() {
    List<NodeTokens> nodes = List.of(new NodeTokens(new PlacedNode(1, "dc0", "r0"), List.of("61")));
    TokenMap map = TokenMap.of(Partitioner.BYTE_ORDERED, nodes, Map.of("ks", simple(1)));
    Replicas found = new Replicas();
    map.find("ks", new UnsafeBuffer(new byte[] {1}), 0, 1, found);
    assertThat(map.near(near, nearest).find(found)).isEqualTo(NearReplicas.UNKNOWN);
    assertThat(found.toList()).containsExactly(nodes.get(0).node());
  }

  @Test
  void nodesBeyondTheRoomOfANumberAreUnknown() {
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < 16_390; i++) {
      nodes.add(new NodeTokens(new PlacedNode(i, "dc0", "r1"), List.of(Integer.toString(i))));
    }
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, nodes, Map.of("ks", simple(1)));
    NearReplicas nearReplicas = map.near(near, nearest);
    assertThat(nodes(nearReplicas, nearReplicas.find(filled(map, "ks", 16_383))))
        .containsExactly(nodes.get(16_383).node());
    assertThat(nearReplicas.find(filled(map, "ks", 16_384))).isEqualTo(NearReplicas.UNKNOWN);
  }

  @Test
  void theySayWhetherOtherNodesAreNearNow() {
    TokenMap map =
        TokenMap.of(Partitioner.MURMUR3, cluster(9, 2, new ArrayList<>()), replication());
    NearReplicas nearReplicas = map.near(near, nearest);
    assertThat(nearReplicas.isStill(near, nearest)).isTrue();
    assertThat(nearReplicas.isStill(near.negate(), nearest)).isFalse();
    assertThat(nearReplicas.isStill(near, nearest.negate())).isFalse();
  }
}
