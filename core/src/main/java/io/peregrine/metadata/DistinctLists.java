package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.Arrays;

/**
 * Lists of nodes, each kept once. Confined to the thread that builds a token map.
 *
 * <p>It is a hash table with open addressing, whose lists stand one after the other in one array.
 */
final class DistinctLists {
  private static final int NONE = -1;

  private char[] indexes = new char[256];
  private int[] starts = new int[64];
  private int[] slots = emptySlots(128);
  private int count;

  /** No lists yet. */
  DistinctLists() {}

  /**
   * Adds a list, unless it is there.
   *
   * @param list the nodes' indexes
   * @param size how many they are
   * @return the number of the list
   */
  int add(char[] list, int size) {
    int slot = hash(list, 0, size) & slots.length - 1;
    while (slots[slot] != NONE) {
      int number = slots[slot];
      if (Arrays.equals(indexes, starts[number], starts[number + 1], list, 0, size)) {
        return number;
      }
      slot = slot + 1 & slots.length - 1;
    }
    append(list, size);
    slots[slot] = count;
    if (2 * ++count > slots.length) {
      rehash();
    }
    return count - 1;
  }

  /**
   * All lists, in less room.
   *
   * @param nodes the nodes by their indexes
   * @return the lists by their numbers
   */
  Replicas[] toReplicas(Node[] nodes) {
    ReplicaLists lists = new ReplicaLists(nodes, Arrays.copyOf(indexes, starts[count]));
    Replicas[] replicas = new Replicas[count];
    for (int i = 0; i < count; i++) {
      replicas[i] = new Replicas(lists, starts[i], starts[i + 1] - starts[i]);
    }
    return replicas;
  }

  private void append(char[] list, int size) {
    int start = starts[count];
    if (start + size > indexes.length) {
      indexes = Arrays.copyOf(indexes, Math.max(start + size, 2 * indexes.length));
    }
    System.arraycopy(list, 0, indexes, start, size);
    if (count + 2 > starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    starts[count + 1] = start + size;
  }

  private void rehash() {
    slots = emptySlots(2 * slots.length);
    for (int i = 0; i < count; i++) {
      int slot = hash(indexes, starts[i], starts[i + 1]) & slots.length - 1;
      while (slots[slot] != NONE) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i;
    }
  }

  private static int hash(char[] list, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
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
