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
  private final int bits;
  private final Sheet sheet;
  private final char[][] pieces;

  /** The tokens whose lists differ from all others, by their hashes; null if that is too many. */
  private @Nullable IntPieces slots;

  private final int slotMask;
  private int count;

  /**
   * What lists are written on before it is known how many differ, and how much room there is for
   * them; for those of one replication setting after the other, to leave less garbage. Confined to
   * the thread that makes them.
   */
  static final class Sheet {
    private final Pace pace;
    private char[][] pieces = new char[0][];
    private @Nullable IntPieces slots;
    private int slotCount;
    private long placesLeft;

    /**
     * A blank one.
     *
     * @param pace is told how far it has come
     * @param mostPlaces how many places all lists that are kept may have together
     */
    Sheet(Pace pace, long mostPlaces) {
      this.pace = pace;
      this.placesLeft = mostPlaces;
    }

    /**
     * Whether there is room for more lists beside those that are kept.
     *
     * @param places how many places they have
     * @return true if so
     */
    boolean hasRoom(long places) {
      return places <= placesLeft;
    }

    /**
     * Lists are kept.
     *
     * @param places how many places they have
     */
    void keep(long places) {
      placesLeft -= places;
    }

    /** Room for some lists, and perhaps for more. */
    private char[][] pieces(int lists, int size) {
      int bits = ReplicaLists.bits(size);
      char[][] before = pieces;
      pieces = new char[(lists - 1 >>> bits) + 1][];
      for (int i = 0; i < pieces.length; i++) {
        int length = length(i, lists, size);
        if (i < before.length && before[i].length >= length) {
          pieces[i] = before[i];
        } else {
          pieces[i] = new char[length];
          pace.did(length);
        }
      }
      return pieces;
    }

    private IntPieces slots(int length) {
      IntPieces slots = this.slots;
      if (slots == null || slotCount != length) {
        slots = new IntPieces(length, pace);
        this.slots = slots;
        slotCount = length;
      }
      slots.fill(NONE, pace);
      return slots;
    }

    /** Takes what has been written, for whoever keeps it. */
    private char[][] take(int lists, int size) {
      char[][] taken = pieces;
      pieces = new char[0][];
      for (int i = 0; i < taken.length; i++) {
        int length = length(i, lists, size);
        if (taken[i].length > length) {
          taken[i] = Arrays.copyOf(taken[i], length);
          pace.did(length);
        }
      }
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
    bits = ReplicaLists.bits(size);
    pieces = sheet.pieces(tokens, size);
    // Half of the tokens can have lists of their own, and half of the slots remain free.
    int slotCount = 2 << Integer.SIZE - 1 - Integer.numberOfLeadingZeros(tokens);
    slots = sheet.slots(slotCount);
    slotMask = slotCount - 1;
  }

  /** How long a piece is, if there are so many lists. */
  private static int length(int piece, int lists, int size) {
    int bits = ReplicaLists.bits(size);
    return Math.min(1 << bits, lists - (piece << bits)) * size;
  }

  /**
   * Sets the list of a token.
   *
   * @param position where on the ring the token is
   * @param list the nodes' indexes
   */
  void set(int position, char[] list) {
    System.arraycopy(list, 0, pieces[position >>> bits], start(position), size);
    IntPieces slots = this.slots;
    if (slots != null) {
      int slot = slotOf(slots, position);
      if (slots.get(slot) == NONE) {
        slots.set(slot, position);
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
    copy(position + 1, pieces, position);
  }

  private void copy(int from, char[][] target, int to) {
    System.arraycopy(pieces[from >>> bits], start(from), target[to >>> bits], start(to), size);
  }

  /** Where in its piece a list begins. */
  private int start(int number) {
    return (number & (1 << bits) - 1) * size;
  }

  /**
   * A table of the lists, when each token has one.
   *
   * @param owned the tokens and the nodes
   * @return the table
   */
  ReplicaTable toTable(OwnedRing owned) {
    IntPieces slots = this.slots;
    return slots == null ? each(owned) : shared(owned, slots);
  }

  private ReplicaTable each(OwnedRing owned) {
    ReplicaLists lists = new ReplicaLists(owned.nodes(), sheet.take(tokens, size), size);
    return new ReplicaTable(owned.ring(), lists, size, null);
  }

  private ReplicaTable shared(OwnedRing owned, IntPieces slots) {
    Pace pace = owned.pace();
    char[][] lists = new char[(count - 1 >>> bits) + 1][];
    for (int i = 0; i < lists.length; i++) {
      lists[i] = new char[length(i, count, size)];
      pace.did(lists[i].length);
    }
    IntPieces numbers = new IntPieces(tokens, pace);
    int next = 0;
    // Backward as they were set, so that the first of several is met first.
    for (int position = tokens - 1; position >= 0; position--) {
      int first = slots.get(slotOf(slots, position));
      if (first == position) {
        copy(position, lists, next);
        numbers.set(position, next++);
      } else {
        numbers.set(position, numbers.get(first));
      }
      pace.did(1);
    }
    ReplicaLists shared = new ReplicaLists(owned.nodes(), lists, size);
    return new ReplicaTable(owned.ring(), shared, size, numbers);
  }

  /** The slot of a list that is the same, or else the one that is free for it. */
  private int slotOf(IntPieces slots, int position) {
    char[] piece = pieces[position >>> bits];
    int from = start(position);
    int slot = hash(piece, from) & slotMask;
    for (int other = slots.get(slot);
        other != NONE && !isSame(piece, from, other);
        other = slots.get(slot)) {
      slot = slot + 1 & slotMask;
    }
    return slot;
  }

  private boolean isSame(char[] piece, int from, int other) {
    int start = start(other);
    return Arrays.equals(piece, from, from + size, pieces[other >>> bits], start, start + size);
  }

  private int hash(char[] piece, int from) {
    int hash = 0;
    for (int i = from; i < from + size; i++) {
      hash = (hash ^ piece[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
