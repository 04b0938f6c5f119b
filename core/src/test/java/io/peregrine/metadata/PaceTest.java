package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever makes a token map hears often how far it has come, so that others can have the core. */
class PaceTest {
  private static final int NODES = 60;
  private static final int TOKENS_EACH = 64;
  private static final int TOKENS = NODES * TOKENS_EACH;

  private final Random random = new Random(5);
  private final List<NodeTokens> nodes = new ArrayList<>();
  private int told;

  PaceTest() {
    for (int i = 0; i < NODES; i++) {
      List<String> own = random.longs(TOKENS_EACH).mapToObj(Long::toString).toList();
      nodes.add(new NodeTokens(new PlacedNode(i, "dc" + i % 2, "r" + i / 2 % 3), own));
    }
  }

  /** What is told at once of many tokens is room that has been made for them. */
  private void did(int tokens) {
    told += tokens <= TOKENS_EACH ? tokens : 0;
  }

  private static Map<String, String> network(String... factors) {
    return Map.of("class", "NetworkTopologyStrategy", "dc0", factors[0], "dc1", factors[1]);
  }

  @Test
  void everyWayThroughTheTokensIsToldStepByStep() {
    TokenMap ring = TokenMap.of(Partitioner.MURMUR3, nodes, Map.of(), this::did);
    // They are added, counted, put into buckets, sorted, told from each other, and given owners.
    assertThat(told).isGreaterThanOrEqualTo(6 * TOKENS);

    told = 0;
    TokenMap some = ring.withKeyspaces(Map.of("some", network("2", "3")));
    // The walk goes around twice, and then lists that are the same are found.
    assertThat(told).isGreaterThanOrEqualTo(2 * TOKENS);

    told = 0;
    ring.withKeyspaces(Map.of("all", network("30", "30")));
    assertThat(told).isGreaterThanOrEqualTo(2 * TOKENS);

    told = 0;
    some.near(node -> node.datacenter().equals("dc0"), node -> node.rack().equals("r0"));
    assertThat(told).isGreaterThan(TOKENS);
  }

  @Test
  void roomIsNotMadeForAllTokensAtOnce() {
    List<NodeTokens> large = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      List<String> own = random.longs(256).mapToObj(Long::toString).toList();
      large.add(new NodeTokens(new PlacedNode(i, "dc" + i % 2, "r" + i / 2 % 3), own));
    }
    Map<String, Map<String, String>> replication =
        Map.of("few", network("3", "0"), "many", network("3", "3"), "all", network("300", "300"));
    List<Integer> steps = new ArrayList<>();
    TokenMap.of(Partitioner.MURMUR3, large, replication, steps::add);
    assertThat(steps).hasSizeGreaterThan(600 * 256).allMatch(tokens -> tokens <= 1 << 16);
  }

  @Test
  void paceChangesNothing() {
    Map<String, Map<String, String>> replication = Map.of("some", network("2", "3"));
    TokenMap expected = TokenMap.of(Partitioner.MURMUR3, nodes, replication);
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, nodes, replication, this::did);
    assertThat(map.ranges()).isEqualTo(expected.ranges());
    for (int i = 0; i < 1_000; i++) {
      long token = random.nextLong();
      assertThat(map.replicas("some", token).toList())
          .isEqualTo(expected.replicas("some", token).toList());
    }
  }
}
