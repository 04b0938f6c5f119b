package io.peregrine.metadata;

import java.util.Arrays;

/**
 * Lists of nodes, all of one length, each kept once. Confined to the thread that builds a token
 * map.
 *
 * <p>It is a hash table with open addressing, whose lists stand one after the other in one array.
 */
final class DistinctLists {
  private static final int NONE = -1;

  private final int size;
  private char[] indexes = new char[256];
  private int[] slots = emptySlots(128);
  private int count;

  /**
   * No lists yet.
   *
   * @param size how many nodes each of them has
   */
  DistinctLists(int size) {
    this.size = size;
  }

  /**
   * Adds a list, unless it is there.
   *
   * @param list the nodes' indexes
   * @return the number of the list
   */
  int add(char[] list) {
    int slot = hash(list, 0) & slots.length - 1;
    while (slots[slot] != NONE) {
      int start = slots[slot] * size;
      if (Arrays.equals(indexes, start, start + size, list, 0, size)) {
        return slots[slot];
      }
      slot = slot + 1 & slots.length - 1;
    }
    int start = count * size;
    if (start + size > indexes.length) {
      indexes = Arrays.copyOf(indexes, Math.max(start + size, 2 * indexes.length));
    }
    System.arraycopy(list, 0, indexes, start, size);
    slots[slot] = count;
    if (2 * ++count > slots.length) {
      rehash();
    }
    return count - 1;
  }

  /**
   * A table of the lists. If few tokens share one, each gets its own: that takes no more room than
   * to say which it is, and is found sooner.
   *
   * @param owned the tokens and the nodes
   * @param numbers the number of the list of each token
   * @return the table
   */
  ReplicaTable toTable(OwnedRing owned, int[] numbers) {
    if (2 * count <= numbers.length) {
      ReplicaLists lists = new ReplicaLists(owned.nodes(), Arrays.copyOf(indexes, count * size));
      return new ReplicaTable(owned.ring(), lists, size, size, numbers);
    }
    char[] own = new char[numbers.length * size];
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(indexes, numbers[i] * size, own, i * size, size);
    }
    return new ReplicaTable(owned.ring(), new ReplicaLists(owned.nodes(), own), size, size, null);
  }

  private void rehash() {
    slots = emptySlots(2 * slots.length);
    for (int i = 0; i < count; i++) {
      int slot = hash(indexes, i * size) & slots.length - 1;
      while (slots[slot] != NONE) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i;
    }
  }

  private int hash(char[] list, int from) {
    int hash = 0;
    for (int i = from; i < from + size; i++) {
      hash = (hash ^ list[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private static int[] emptySlots(int size) {
    int[] slots = new int[size];
    Arrays.fill(slots, NONE);
    return slots;
  }
}
