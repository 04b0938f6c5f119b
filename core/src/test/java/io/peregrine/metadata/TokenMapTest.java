package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.Node;
import io.peregrine.testkit.leak.AllocationProbe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TokenMapTest {
  private static final Map<String, String> ONE =
      Map.of("class", "SimpleStrategy", "replication_factor", "1");
  private static final Map<String, String> TWO =
      Map.of("class", "SimpleStrategy", "replication_factor", "2");

  private final Node a = new PlacedNode(1, "dc1", "r1");
  private final Node b = new PlacedNode(2, "dc1", "r2");
  private final Node c = new PlacedNode(3, "dc2", "r1");

  private static TokenMap murmur3(
      Map<String, Map<String, String>> replication, NodeTokens... nodes) {
    return TokenMap.of(Partitioner.MURMUR3, List.of(nodes), replication);
  }

  private static NodeTokens owns(Node node, String... tokens) {
    return new NodeTokens(node, List.of(tokens));
  }

  @Test
  void tokenBelongsToTheFirstOnTheRingThatDoesNotComeBeforeIt() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(a, "-10"), owns(b, "0"), owns(c, "10"));

    assertThat(map.replicas("ks", -10L).toList()).containsExactly(a);
    assertThat(map.replicas("ks", -9L).toList()).containsExactly(b);
    assertThat(map.replicas("ks", 0L).toList()).containsExactly(b);
    assertThat(map.replicas("ks", 10L).toList()).containsExactly(c);
    assertThat(map.replicas("ks", 11L).toList()).containsExactly(a);
    assertThat(map.replicas("ks", Long.MIN_VALUE).toList()).containsExactly(a);
    assertThat(map.replicas("ks", Long.MAX_VALUE).toList()).containsExactly(a);
  }

  @Test
  void tokenThatTwoNodesClaimGoesToTheSmallerHostIdWhoeverIsReadFirst() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(b, "0", "7"), owns(a, "7", "5"), owns(c));
    TokenMap turned = murmur3(Map.of("ks", ONE), owns(c), owns(a, "7", "5"), owns(b, "0", "7"));

    for (TokenMap one : List.of(map, turned)) {
      assertThat(one.replicas("ks", 7L).toList()).containsExactly(a);
      assertThat(one.replicas("ks", 0L).toList()).containsExactly(b);
      assertThat(one.ranges()).hasSize(3);
      assertThat(one.skipped()).hasSize(1);
      assertThat(one.skipped().get(0))
          .startsWith("1 of the tokens that node " + b.hostId())
          .contains("7, which node " + a.hostId());
    }
  }

  @Test
  void tokenThatANodeTellsTwiceIsNoFault() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(a, "7", "7"));
    assertThat(map.skipped()).isEmpty();
    assertThat(map.tokens(a)).containsExactly(Partitioner.MURMUR3.parse("7"));
  }

  @Test
  void whatIsNoTokenIsLeftOutAndTold() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(a, "seven", "5"), owns(b, "9"));
    assertThat(map.ranges()).hasSize(2);
    assertThat(map.skipped()).hasSize(1);
    assertThat(map.skipped().get(0)).contains("\"seven\"", a.hostId().toString());
  }

  private static TokenMap bounded(Map<String, Map<String, String>> replication, long most) {
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      nodes.add(owns(new PlacedNode(i, "dc1", "r1"), "" + i, "" + (200 - i)));
    }
    return TokenMap.of(Partitioner.MURMUR3, nodes, replication, Pace.UNBROKEN, most);
  }

  private static Map<String, String> simple(int factor) {
    return Map.of("class", "SimpleStrategy", "replication_factor", "" + factor);
  }

  @Test
  void replicationThatTakesTooMuchRoomIsDoneWithoutAndTold() {
    Map<String, Map<String, String>> replication =
        Map.of("large", simple(20), "too", simple(20), "small", simple(3));
    TokenMap map = bounded(replication, 80 * 22 - 1);
    assertThat(map.replicas("small", 0L).size()).isEqualTo(3);
    for (String keyspace : List.of("large", "too")) {
      assertThat(map.replicas(keyspace, 0L).size()).isZero();
      assertThat(map.ranges(keyspace, map.nodes()[0])).isEmpty();
      assertThat(map.skipped())
          .filteredOn(line -> line.contains("keyspace " + keyspace + " go to any node"))
          .singleElement()
          .asString()
          .contains("replication_factor=20", "more than 1759 places");
    }
    assertThat(map.skipped()).hasSize(2);
  }

  @Test
  void roomIsForTheListsOfAllKeyspacesTogether() {
    Map<String, Map<String, String>> replication = new LinkedHashMap<>();
    for (int factor = 8; factor > 0; factor--) {
      replication.put("ks" + factor, simple(factor));
    }
    TokenMap map = bounded(replication, 1_900);
    int kept = 8 - map.skipped().size();
    assertThat(kept).isBetween(2, 6);
    for (int factor = 1; factor <= 8; factor++) {
      assertThat(map.replicas("ks" + factor, 0L).size()).isEqualTo(factor <= kept ? factor : 0);
    }
    // What is known is not computed again, but counts; and what there was no room for may have it.
    TokenMap fewer = map.withKeyspaces(Map.of("ks7", simple(7), "ks5", simple(5)));
    assertThat(fewer.replicas("ks7", 0L).size()).isEqualTo(7);
    assertThat(fewer.replicas("ks5", 0L).size()).isEqualTo(5);
    assertThat(fewer.skipped()).isEmpty();
  }

  @Test
  void everybodyTakesLittleRoomHoweverManyTheyAre() {
    TokenMap map = bounded(Map.of("all", simple(40), "most", simple(39)), 300);
    assertThat(map.replicas("all", 0L).size()).isEqualTo(40);
    assertThat(map.replicas("most", 0L).size()).isZero();
  }

  @Test
  void ringWithoutTokensHasNoReplicas() {
    TokenMap map = murmur3(Map.of("ks", TWO), owns(a), owns(b));
    assertThat(map.replicas("ks", 1L)).isSameAs(Replicas.NONE);
    assertThat(map.getReplicas("ks", ByteBuffer.allocate(4))).isEmpty();
    assertThat(map.ranges()).isEmpty();
    assertThat(map.ranges("ks", a)).isEmpty();
    assertThat(map.tokens(a)).isEmpty();
    assertThat(murmur3(Map.of("ks", TWO)).replicas("ks", 1L)).isSameAs(Replicas.NONE);
  }

  @Test
  void nodesWithoutTokensAreNoReplicas() {
    TokenMap map = murmur3(Map.of("ks", TWO), owns(a), owns(b, "1"), owns(c, "2"));
    assertThat(map.replicas("ks", 1L).toList()).containsExactly(b, c);
  }

  @Test
  void keyspaceThatIsNotKnownHasNoReplicas() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(a, "1"));
    assertThat(map.replicas("other", 1L)).isSameAs(Replicas.NONE);
    assertThat(map.ranges("other", a)).isEmpty();
  }

  @Test
  void settingsThatAreNotUnderstoodAreToldAndHaveNoReplicas() {
    Map<String, Map<String, String>> replication =
        Map.of(
            "s1", Map.of("class", "com.example.MoonStrategy"),
            "s2", Map.of(),
            "s3", Map.of("class", "SimpleStrategy"),
            "s4", Map.of("class", "SimpleStrategy", "replication_factor", "1/2"),
            "s5", Map.of("class", "NetworkTopologyStrategy", "dc1", "-3"),
            "local", Map.of("class", "org.apache.cassandra.locator.LocalStrategy"));
    TokenMap map = murmur3(replication, owns(a, "1"));

    for (String keyspace : replication.keySet()) {
      assertThat(map.replicas(keyspace, 1L)).isSameAs(Replicas.NONE);
    }
    for (int i = 1; i <= 5; i++) {
      String name = "keyspace s" + i + " ";
      assertThat(map.skipped()).filteredOn(sentence -> sentence.contains(name)).hasSize(1);
    }
    assertThat(map.skipped()).hasSize(5);
  }

  @Test
  void transientReplicasAreNone() {
    NodeTokens[] nodes = {owns(a, "1"), owns(b, "2"), owns(c, "3")};
    TokenMap map =
        murmur3(
            Map.of("ks", Map.of("class", "SimpleStrategy", "replication_factor", "3/1")), nodes);
    assertThat(map.replicas("ks", 2L).toList()).containsExactly(b, c);
  }

  @Test
  void settingsThatStayAreNotComputedAgain() {
    TokenMap map = murmur3(Map.of("k1", ONE, "k2", TWO), owns(a, "1"), owns(b, "2"));
    TokenMap changed = map.withKeyspaces(Map.of("k1", TWO, "k3", TWO, "k4", ONE));

    assertThat(lists(changed, "k1")).isSameAs(lists(map, "k2"));
    assertThat(lists(changed, "k3")).isSameAs(lists(map, "k2"));
    assertThat(lists(changed, "k4")).isSameAs(lists(map, "k1")).isNotSameAs(lists(map, "k2"));
    assertThat(changed.replicas("k2", 1L)).isSameAs(Replicas.NONE);
  }

  private static ReplicaLists lists(TokenMap map, String keyspace) {
    return map.replicas(keyspace, 1L).table().lists();
  }

  @Test
  void rangesOfANodeAreThoseThatItIsAReplicaOf() {
    TokenMap map = murmur3(Map.of("ks", TWO), owns(a, "1"), owns(b, "2"), owns(c, "3"));
    TokenRange first = range(3, 1);
    TokenRange second = range(1, 2);
    TokenRange third = range(2, 3);

    assertThat(map.ranges()).containsExactly(first, second, third);
    assertThat(map.ranges("ks", a)).containsExactly(first, third);
    assertThat(map.ranges("ks", b)).containsExactly(first, second);
    assertThat(map.getReplicas("ks", third)).containsExactly(c, a);
    for (TokenRange part : third.splitEvenly(3)) {
      assertThat(map.getReplicas("ks", part)).containsExactly(c, a);
    }
    for (TokenRange part : first.unwrap()) {
      assertThat(map.getReplicas("ks", part)).containsExactly(a, b);
    }
  }

  @Test
  void oneTokenHasTheWholeRing() {
    TokenMap map = murmur3(Map.of("ks", TWO), owns(a, "1"));
    assertThat(map.ranges()).hasSize(1).allMatch(TokenRange::isWholeRing);
    assertThat(map.getReplicas("ks", map.ranges().get(0))).containsExactly(a);
  }

  @Test
  void otherPartitionersFindTheirOwners() {
    Map<String, Map<String, String>> replication = Map.of("ks", ONE);
    UnsafeBuffer key = new UnsafeBuffer(new byte[] {9, 0x61, 9});
    List<NodeTokens> random =
        List.of(
            owns(a, "16955237001963240173058271559858726496"),
            owns(b, "16955237001963240173058271559858726497"),
            owns(c, "16955237001963240173058271559858726498"));
    List<NodeTokens> ordered = List.of(owns(a, "6000"), owns(b, "61"), owns(c, "6100"));

    for (TokenMap map :
        List.of(
            TokenMap.of(Partitioner.RANDOM, random, replication),
            TokenMap.of(Partitioner.BYTE_ORDERED, ordered, replication))) {
      assertThat(map.replicas("ks", key, 1, 1).toList()).containsExactly(b);
      assertThat(map.getReplicas("ks", ByteBuffer.wrap(new byte[] {0x61}))).containsExactly(b);
      assertThatThrownBy(() -> map.replicas("ks", 5L)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void keyOfSeveralPartsIsComposedAsCassandraDoes() {
    TokenMap map = murmur3(Map.of());
    ByteBuffer number = ByteBuffer.allocate(4).putInt(0, 1);
    ByteBuffer text = ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}).asReadOnlyBuffer();

    assertThat(map.newToken(number, text).literal()).isEqualTo("8771735466527499816");
    assertThat(map.newToken(number).literal()).isEqualTo("-4069959284402364209");
    assertThat(number.remaining()).isEqualTo(4);
    assertThatThrownBy(() -> map.newToken(number, ByteBuffer.allocate(65_536)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65536");
  }

  @Test
  void replicasThatAreFilledAreThoseOfEachKeyInTurn() {
    TokenMap map = murmur3(Map.of("k1", ONE, "k2", TWO), owns(a, "-1"), owns(b, "1"), owns(c));
    TokenMap other = murmur3(Map.of("k1", ONE), owns(c, "5"));
    UnsafeBuffer key = new UnsafeBuffer(new byte[16]);
    Replicas filled = new Replicas();
    assertThat(filled.size()).isZero();

    for (int i = 0; i < 1_000; i++) {
      key.putInt(3, i);
      for (String keyspace : List.of("k1", "k2", "k3", "k1")) {
        map.find(keyspace, key, 3, 4, filled);
        assertThat(filled.toList()).isEqualTo(map.replicas(keyspace, key, 3, 4).toList());
      }
      other.find("k1", key, 3, 4, filled);
      assertThat(filled.toList()).containsExactly(c);
    }
  }

  @Test
  void replicasThatSomebodyHasDoNotBecomeOthers() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(a, "1"));
    UnsafeBuffer key = new UnsafeBuffer(new byte[1]);
    for (Replicas kept : List.of(Replicas.NONE, map.replicas("ks", 1L), new Replicas(List.of(a)))) {
      List<Node> before = kept.toList();
      assertThatThrownBy(() -> map.find("ks", key, 0, 1, kept))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(before.toString());
      assertThat(kept.toList()).isEqualTo(before);
    }
  }

  @Test
  void copyOfFilledReplicasStaysAsItIs() {
    TokenMap map = murmur3(Map.of("ks", ONE), owns(a, "-1"), owns(b, "1"), owns(c, "5"));
    UnsafeBuffer key = new UnsafeBuffer(new byte[4]);
    Replicas filled = new Replicas();
    for (int i = 0; i < 100; i++) {
      key.putInt(0, i);
      map.find("ks", key, 0, 4, filled);
      Replicas copy = filled.copy();
      key.putInt(0, -i - 1);
      map.find("ks", key, 0, 4, filled);
      assertThat(filled.toList()).isEqualTo(map.replicas("ks", key, 0, 4).toList());
      key.putInt(0, i);
      assertThat(copy.toList()).isEqualTo(map.replicas("ks", key, 0, 4).toList());
    }
  }

  @Test
  void lookupAllocatesNothing() {
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      nodes.add(owns(new PlacedNode(i, "dc", "r"), Long.toString(i * (Long.MAX_VALUE / 20))));
    }
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, nodes, Map.of("ks", TWO));
    UnsafeBuffer key = new UnsafeBuffer(new byte[16]);
    Replicas found = new Replicas();
    AllocationProbe probe = AllocationProbe.of(Thread.currentThread());

    int replicas = 0;
    probe.start();
    for (long i = 0; i < 50_000; i++) {
      key.putLong(3, i);
      map.find("ks", key, 3, 8, found);
      replicas += found.size();
    }
    assertThat(probe.allocatedBytes()).isLessThan(50_000);
    assertThat(replicas).isEqualTo(100_000);
  }

  private static TokenRange range(long start, long end) {
    return new TokenRange(new Murmur3Token(start), new Murmur3Token(end));
  }
}
