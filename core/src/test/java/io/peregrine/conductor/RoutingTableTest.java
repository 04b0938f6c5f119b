package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.io.Admission;
import io.peregrine.io.Way;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.NodePlaces;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private record PlainWay(Admission admission) implements Way {
    private static PlainWay of(int inFlight) {
      PlainWay way = new PlainWay(new Admission(9));
      for (int i = 0; i < inFlight; i++) {
        way.admission.take();
      }
      return way;
    }
  }

  private static ClusterNode node(int i) {
    return new ClusterNode(
        new UUID(0, i),
        new ClusterNode.Details(new InetSocketAddress("127.0.0.1", 1 + i), "dc", "r", "5"));
  }

  private static void assertFinds(Map<ClusterNode, List<PlainWay>> ways, List<ClusterNode> others) {
    RoutingTable<PlainWay> table = new RoutingTable<>(ways, new TurnCounter());
    List<Node> expected = new ArrayList<>();
    ways.forEach(
        (node, own) -> {
          int index = table.indexOf(node);
          if (own.isEmpty()) {
            assertThat(index).isEqualTo(RoutingTable.NONE);
            return;
          }
          expected.add(node);
          assertThat(table.ways(index)).isEqualTo(own.size());
          int inFlight = 0;
          for (int i = 0; i < own.size(); i++) {
            assertThat(table.way(index, i)).isSameAs(own.get(i));
            inFlight += own.get(i).admission().taken();
          }
          assertThat(table.inFlight(index)).isEqualTo(inFlight);
        });
    assertThat(table.nodes()).isEqualTo(expected);
    assertThat(table.size()).isEqualTo(expected.size());
    others.forEach(other -> assertThat(table.indexOf(other)).isEqualTo(RoutingTable.NONE));
  }

  @Test
  void nodesOfATokenMapAreWhereTheyAreFoundOneByOne() {
    for (int most = 1; most <= 2; most++) {
      List<NodeTokens> tokens = new ArrayList<>();
      Map<ClusterNode, List<PlainWay>> ways = new LinkedHashMap<>();
      for (int i = 0; i < 20; i++) {
        ClusterNode node = node(i);
        tokens.add(new NodeTokens(node, List.of(Integer.toString(-i))));
        List<PlainWay> own = List.of(PlainWay.of(i), PlainWay.of(100));
        if (i % 3 != 1) {
          ways.put(node, own.subList(0, i == 5 ? 0 : 1 + i % most));
        }
      }
      TokenMap map = TokenMap.of(Partitioner.MURMUR3, tokens, Map.of());
      RoutingTable<PlainWay> table = new RoutingTable<>(ways);
      table.align(map);
      NodePlaces places = Objects.requireNonNull(table.places(map.nodes()));
      int connected = 0;
      for (int i = 0; i < 20; i++) {
        int place = table.indexOf(map.nodes()[i]);
        assertThat(places.place(i)).isEqualTo(place);
        if (place == RoutingTable.NONE) {
          assertThat(places.inFlight(i)).isEqualTo(Integer.MAX_VALUE);
        } else {
          assertThat(places.inFlight(i)).isEqualTo(table.inFlight(place));
          connected++;
        }
      }
      assertThat(connected).isEqualTo(12);
    }
  }

  @Test
  void nodesOfAnotherTokenMapAreNotKnown() {
    List<NodeTokens> tokens = List.of(new NodeTokens(node(1), List.of("1")));
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, tokens, Map.of());
    TokenMap other = TokenMap.of(Partitioner.MURMUR3, tokens, Map.of());
    RoutingTable<PlainWay> table = new RoutingTable<>(Map.of());
    assertThat(table.places(map.nodes())).isNull();
    table.align(map);
    NodePlaces places = table.places(map.nodes());
    assertThat(places).isNotNull();
    assertThat(table.places(other.nodes())).isNull();
    assertThat(table.places(map.withKeyspaces(Map.of()).nodes())).isSameAs(places);
    table.align(other);
    assertThat(table.places(map.nodes())).isNull();
    assertThat(table.places(other.nodes())).isNotNull();
  }

  @Test
  void everyNodeIsFoundAndNoOther() {
    Random random = new Random(42);
    List<ClusterNode> all = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      all.add(node(i));
    }
    for (int size : new int[] {0, 1, 2, 3, 4, 5, 8, 64, 1_000}) {
      for (boolean shuffled : new boolean[] {false, true}) {
        List<ClusterNode> nodes = new ArrayList<>(all);
        if (shuffled) {
          Collections.shuffle(nodes, random);
        }
        Map<ClusterNode, List<PlainWay>> ways = new LinkedHashMap<>();
        for (ClusterNode node : nodes.subList(0, size)) {
          List<PlainWay> own = new ArrayList<>();
          for (int i = random.nextInt(4); i > 0; i--) {
            own.add(PlainWay.of(random.nextInt(8)));
          }
          ways.put(node, own);
        }
        assertFinds(ways, nodes.subList(size, 3_000));
      }
    }
  }

  @Test
  void nodesWhoseNumbersCollideAreAllFound() {
    List<ClusterNode> every64th = new ArrayList<>();
    for (int i = 0; i < 64 * 16; i++) {
      ClusterNode node = node(i);
      if (node.number() % 64 == 0) {
        every64th.add(node);
      }
    }
    Map<ClusterNode, List<PlainWay>> ways = new LinkedHashMap<>();
    every64th.subList(0, 8).forEach(node -> ways.put(node, List.of(PlainWay.of(1))));
    assertFinds(ways, every64th.subList(8, 16));
  }
}
