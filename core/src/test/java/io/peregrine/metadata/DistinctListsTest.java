package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Lists of replicas, few and many of them the same, against those that were put in. */
class DistinctListsTest {
  private static final int NODES = 8;

  private final DistinctLists.Sheet sheet = new DistinctLists.Sheet(Pace.UNBROKEN, Long.MAX_VALUE);
  private final List<Made> made = new ArrayList<>();
  private final Random random = new Random(9);

  private static OwnedRing ring(int tokens) {
    List<NodeTokens> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      List<String> own = new ArrayList<>();
      for (int token = i; token < tokens; token += NODES) {
        own.add(Integer.toString(token));
      }
      nodes.add(new NodeTokens(new PlacedNode(i, "dc", "r"), own));
    }
    return OwnedRing.of(Partitioner.MURMUR3, nodes, Pace.UNBROKEN);
  }

  /** A table, and what it has to say for as long as it is there. */
  private record Made(ReplicaTable table, char[][] expected) {
    private void check() {
      for (int position = 0; position < expected.length; position++) {
        int start = table.start(position);
        for (int i = 0; i < expected[position].length; i++) {
          assertThat(table.lists().index(start + i)).isEqualTo(expected[position][i]);
        }
      }
    }
  }

  private char[] list(int size, int variety) {
    char[] list = new char[size];
    int number = random.nextInt(variety);
    for (int i = 0; i < size; i++) {
      list[i] = (char) (number % NODES);
      number /= NODES;
    }
    return list;
  }

  private void check(int tokens, int size, int variety, int asNext) {
    OwnedRing ring = ring(tokens);
    DistinctLists lists = new DistinctLists(tokens, size, sheet);
    char[][] expected = new char[tokens][];
    Set<String> distinct = new HashSet<>();
    for (int position = tokens - 1; position >= 0; position--) {
      if (position == tokens - 1 || random.nextInt(10) >= asNext) {
        expected[position] = list(size, variety);
        lists.set(position, expected[position]);
      } else {
        expected[position] = expected[position + 1];
        lists.setAsNext(position);
      }
      distinct.add(new String(expected[position]));
    }
    ReplicaTable table = lists.toTable(ring);
    Set<Integer> starts = new HashSet<>();
    for (int position = 0; position < tokens; position++) {
      starts.add(table.start(position));
    }
    made.add(new Made(table, expected));
    boolean isShared = 2 * distinct.size() <= tokens;
    assertThat(starts).hasSize(isShared ? distinct.size() : tokens);
  }

  @Test
  void eachTokenHasItsListAndFewListsAreKeptOnce() {
    for (int tokens = 1; tokens < 70; tokens++) {
      for (int variety : new int[] {1, 2, 8, 30, 60, 4_000}) {
        check(tokens, 1 + random.nextInt(4), variety, 0);
        check(tokens, 1 + random.nextInt(4), variety, 5);
      }
    }
    check(5_000, 4, 4_000, 3);
    check(5_000, 4, 2_000, 3);
    check(5_000, 4, 20, 0);
    // These take several pieces.
    check(40_000, 4, 4_000, 3);
    check(40_000, 3, 500, 3);
    check(40_000, 7, 1 << 21, 1);
    check(40_000, 6, 1 << 18, 9);
    // One after the other was written on the same sheet.
    made.forEach(Made::check);
  }
}
