package io.peregrine.metadata;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A list of nodes for each token of a ring, all of one length. Confined to the thread that builds a
 * token map.
 *
 * <p>If few tokens share a list, each gets its own: that takes no more room than to say which it
 * is, and is found sooner. So lists stand where they are then to be, and a hash table with open
 * addressing finds those that are the same, until they are too many for that to matter. It is as
 * large as it can get from the beginning, because what grows leaves garbage.
 */
final class DistinctLists {
  private static final int NONE = -1;

  private final int tokens;
  private final int size;
  private final Sheet sheet;
  private final char[] indexes;

  /** Where lists begin that differ from all others, by their hashes; null if that is too many. */
  private int @Nullable [] slots;

  private int count;

  /**
   * What lists are written on before it is known how many differ; for those of one replication
   * setting after the other, to leave less garbage. Confined to the thread that makes them.
   */
  static final class Sheet {
    private final Pace pace;
    private char[] indexes = new char[0];
    private int[] slots = new int[0];

    /**
     * A blank one.
     *
     * @param pace is told how far it has come
     */
    Sheet(Pace pace) {
      this.pace = pace;
    }

    private char[] indexes(int length) {
      if (indexes.length < length) {
        indexes = new char[length];
        pace.did(length);
      }
      return indexes;
    }

    private int[] slots(int length) {
      if (slots.length != length) {
        slots = new int[length];
      }
      Arrays.fill(slots, NONE);
      pace.did(length);
      return slots;
    }

    /** Takes what has been written, for whoever keeps it. */
    private char[] take(int length) {
      char[] taken = indexes.length == length ? indexes : Arrays.copyOf(indexes, length);
      pace.did(length);
      indexes = new char[0];
      return taken;
    }
  }

  /**
   * No lists yet.
   *
   * @param tokens how many tokens there are, at least 1
   * @param size how many nodes each list has
   * @param sheet is written on, until there is a table
   */
  DistinctLists(int tokens, int size, Sheet sheet) {
    this.tokens = tokens;
    this.size = size;
    this.sheet = sheet;
    indexes = sheet.indexes(tokens * size);
    // Half of the tokens can have lists of their own, and half of the slots remain free.
    slots = sheet.slots(2 << Integer.SIZE - 1 - Integer.numberOfLeadingZeros(tokens));
  }

  /**
   * Sets the list of a token.
   *
   * @param position where on the ring the token is
   * @param list the nodes' indexes
   */
  void set(int position, char[] list) {
    int start = position * size;
    System.arraycopy(list, 0, indexes, start, size);
    int[] slots = this.slots;
    if (slots != null) {
      int slot = slotOf(slots, start);
      if (slots[slot] == NONE) {
        slots[slot] = start;
        if (2 * ++count > tokens) {
          this.slots = null;
        }
      }
    }
  }

  /**
   * Gives a token the list of the next one.
   *
   * @param position where on the ring the token is; not the last one
   */
  void setAsNext(int position) {
    System.arraycopy(indexes, (position + 1) * size, indexes, position * size, size);
  }

  /**
   * A table of the lists, when each token has one.
   *
   * @param owned the tokens and the nodes
   * @return the table
   */
  ReplicaTable toTable(OwnedRing owned) {
    int[] slots = this.slots;
    return slots == null ? each(owned) : shared(owned, slots);
  }

  private ReplicaTable each(OwnedRing owned) {
    ReplicaLists lists = new ReplicaLists(owned.nodes(), sheet.take(tokens * size));
    return new ReplicaTable(owned.ring(), lists, size, size, null);
  }

  private ReplicaTable shared(OwnedRing owned, int[] slots) {
    Pace pace = owned.pace();
    char[] lists = new char[count * size];
    pace.did(tokens);
    int[] numbers = new int[tokens];
    pace.did(tokens);
    int next = 0;
    // Backward as they were set, so that the first of several is met first.
    for (int position = tokens - 1; position >= 0; position--) {
      int start = position * size;
      int first = slots[slotOf(slots, start)];
      if (first == start) {
        System.arraycopy(indexes, start, lists, next * size, size);
        numbers[position] = next++;
      } else {
        numbers[position] = numbers[first / size];
      }
      pace.did(1);
    }
    return new ReplicaTable(
        owned.ring(), new ReplicaLists(owned.nodes(), lists), size, size, numbers);
  }

  /** The slot of a list that is the same, or else the one that is free for it. */
  private int slotOf(int[] slots, int start) {
    int slot = hash(start) & slots.length - 1;
    while (slots[slot] != NONE && !isSame(slots[slot], start)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private boolean isSame(int one, int other) {
    return Arrays.equals(indexes, one, one + size, indexes, other, other + size);
  }

  private int hash(int from) {
    int hash = 0;
    for (int i = from; i < from + size; i++) {
      hash = (hash ^ indexes[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
