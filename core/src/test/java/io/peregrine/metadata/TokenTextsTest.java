package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.Node;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.server.Cells;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Tokens in the bytes of a cell, against the same as strings. */
class TokenTextsTest {
  private static final int OFFSET = 5;
  private static final Map<String, Map<String, String>> REPLICATION =
      Map.of("ks", Map.of("class", "SimpleStrategy", "replication_factor", "1"));

  private final Node a = new PlacedNode(1, "dc1", "r1");
  private final Node b = new PlacedNode(2, "dc1", "r2");

  private static TokenTexts texts(ByteBuffer cell) {
    UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * OFFSET + cell.remaining()]);
    buffer.putBytes(OFFSET, cell, cell.position(), cell.remaining());
    return new TokenTexts(buffer, OFFSET, cell.remaining(), Pace.UNBROKEN);
  }

  private static TokenTexts texts(List<String> texts) {
    return texts(Cells.texts(texts));
  }

  private static TokenMap map(Partitioner partitioner, NodeTokens... nodes) {
    return TokenMap.of(partitioner, List.of(nodes), REPLICATION);
  }

  @Test
  void textsAreThoseOfTheCell() {
    List<List<String>> all =
        List.of(
            List.of(),
            List.of(""),
            List.of("1", "1"),
            List.of("-5", "é\uD83D\uDE00", "x", "", "7"));
    for (List<String> strings : all) {
      TokenTexts texts = texts(strings);
      assertThat(texts).containsExactlyElementsOf(strings).hasSize(strings.size());
      Iterator<String> iterator = texts.iterator();
      strings.forEach(unused -> iterator.next());
      assertThat(iterator.hasNext()).isFalse();
      assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(TokenTexts.NONE).isEmpty();
  }

  @Test
  void nullIsNoToken() {
    ByteBuffer cell = ByteBuffer.allocate(4 + 4 + 5 + 4);
    cell.putInt(3).putInt(-1).putInt(1).put((byte) '7').putInt(-2).flip();
    TokenTexts texts = texts(cell);
    assertThat(texts).containsExactly("7");
    assertThat(texts.digest()).isEqualTo(texts(List.of("7")).digest());
    assertThat(map(Partitioner.MURMUR3, new NodeTokens(a, texts)).tokens(a))
        .containsExactly(new Murmur3Token(7));
  }

  @Test
  void bytesThatAreNoCollectionAreRefused() {
    ByteBuffer whole = Cells.texts(List.of("12", "345"));
    for (int length = 1; length < whole.remaining(); length++) {
      ByteBuffer part = whole.duplicate().limit(length);
      assertThatThrownBy(() -> texts(part)).isInstanceOf(MalformedMessageException.class);
    }
    for (int count : new int[] {-1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      ByteBuffer other = ByteBuffer.allocate(whole.remaining()).put(whole.duplicate()).flip();
      other.putInt(0, count);
      assertThatThrownBy(() -> texts(other)).isInstanceOf(MalformedMessageException.class);
    }
  }

  @Test
  void digestTellsOtherTokensAndNotAnotherOrder() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      List<String> strings = new ArrayList<>();
      for (int left = 1 + random.nextInt(20); left > 0; left--) {
        strings.add(Long.toString(random.nextLong()));
      }
      long digest = texts(strings).digest();
      Collections.shuffle(strings, random);
      assertThat(texts(strings).digest()).isEqualTo(digest);
      String before = strings.set(0, Long.toString(random.nextLong()));
      assertThat(texts(strings).digest()).isNotEqualTo(digest);
      strings.set(0, before);
      strings.add(before);
      assertThat(texts(strings).digest()).isNotEqualTo(digest);
      assertThat(texts(strings).digest()).isNotEqualTo(digest);
    }
  }

  @Test
  void tokenMapOfBytesIsThatOfStrings() {
    for (int seed = 0; seed < 300; seed++) {
      GeneratedCluster cluster = new GeneratedCluster(seed);
      Random random = new Random(seed);
      List<NodeTokens> odd = new ArrayList<>();
      List<NodeTokens> bytes = new ArrayList<>();
      for (NodeTokens one : cluster.nodes) {
        List<String> tokens = new ArrayList<>(one.tokens());
        for (int left = random.nextInt(3); left > 0; left--) {
          tokens.add(List.of("", "x", "1e5", "9223372036854775808", "+4").get(random.nextInt(5)));
        }
        Collections.shuffle(tokens, random);
        odd.add(new NodeTokens(one.node(), tokens));
        bytes.add(new NodeTokens(one.node(), texts(tokens)));
      }
      TokenMap expected = TokenMap.of(Partitioner.MURMUR3, odd, cluster.replication);
      TokenMap map = TokenMap.of(Partitioner.MURMUR3, bytes, cluster.replication);
      assertThat(map.ranges()).isEqualTo(expected.ranges());
      assertThat(map.skipped()).isEqualTo(expected.skipped());
      for (NodeTokens one : odd) {
        assertThat(map.tokens(one.node())).isEqualTo(expected.tokens(one.node()));
      }
      for (String keyspace : cluster.replication.keySet()) {
        for (long token : cluster.interestingTokens()) {
          assertThat(map.replicas(keyspace, token).toList())
              .isEqualTo(expected.replicas(keyspace, token).toList());
        }
      }
    }
  }

  @Test
  void otherPartitionersReadThemToo() {
    TokenTexts random = texts(List.of("170141183460469231731687303715884105728", "-1", "seven"));
    assertThat(map(Partitioner.RANDOM, new NodeTokens(a, random)).tokens(a))
        .containsExactly(
            Partitioner.RANDOM.parse("-1"),
            Partitioner.RANDOM.parse("170141183460469231731687303715884105728"));
    TokenTexts ordered = texts(List.of("61", "6", ""));
    TokenMap map = map(Partitioner.BYTE_ORDERED, new NodeTokens(a, ordered));
    assertThat(map.tokens(a)).hasSize(2);
    assertThat(map.skipped()).hasSize(1);
  }

  @Test
  void manyAndLongTextsThatAreNoTokensAreToldInOneShortSentence() {
    List<String> junk = new ArrayList<>();
    junk.add("7".repeat(1_000_000));
    for (int i = 0; i < 10_000; i++) {
      junk.add("x" + i);
    }
    for (Partitioner partitioner : List.of(Partitioner.MURMUR3, Partitioner.RANDOM)) {
      List<String> other = List.of("5");
      TokenMap map =
          map(partitioner, new NodeTokens(a, texts(junk)), new NodeTokens(b, texts(other)));
      assertThat(map.tokens(a)).isEmpty();
      assertThat(map.tokens(b)).hasSize(1);
      assertThat(map.skipped()).hasSize(1);
      assertThat(map.skipped().get(0))
          .hasSizeLessThan(300)
          .contains(a.hostId().toString(), "10001 of the tokens", "\"7777777777");
    }
  }

  @Test
  void mapOfManyTokensLeavesLittleGarbage() {
    Random random = new Random(2);
    int tokens = 256;
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<String> own = random.longs(tokens).mapToObj(Long::toString).toList();
      nodes.add(new NodeTokens(new PlacedNode(i, "dc" + i % 3, "r" + i / 3 % 3), texts(own)));
    }
    Map<String, Map<String, String>> replication =
        Map.of(
            "one", Map.of("class", "NetworkTopologyStrategy", "dc0", "3"),
            "all", Map.of("class", "NetworkTopologyStrategy", "dc0", "3", "dc1", "3", "dc2", "2"));
    AllocationProbe probe = AllocationProbe.of(Thread.currentThread());
    TokenMap map = TokenMap.of(Partitioner.MURMUR3, nodes, replication);
    map.near(node -> node.datacenter().equals("dc0"), node -> false);

    // Of these 36 are kept; a string each would be 64 more.
    assertThat(probe.allocatedBytes() / (nodes.size() * tokens)).isLessThan(90);
    assertThat(map.ranges()).hasSize(nodes.size() * tokens);
  }
}
