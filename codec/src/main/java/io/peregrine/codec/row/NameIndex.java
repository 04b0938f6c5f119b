package io.peregrine.codec.row;

import java.util.Arrays;

/**
 * Finds names by hash, without allocating. Immutable; any thread may use it.
 *
 * <p>Two tables of open addressing hold positions: one by the name as it is, one by the name with
 * case folded. The first name wins in both.
 */
final class NameIndex {
  private static final int NONE = -1;

  private final String[] names;

  /** For each name, the first one that equals it but for case. */
  private final int[] firstIgnoringCase;

  private final int[] exact;
  private final int[] folded;
  private final int mask;

  NameIndex(String[] names) {
    this.names = names;
    int capacity = Integer.highestOneBit(Math.max(4, names.length * 2)) * 2;
    mask = capacity - 1;
    exact = new int[capacity];
    folded = new int[capacity];
    firstIgnoringCase = new int[names.length];
    Arrays.fill(exact, NONE);
    Arrays.fill(folded, NONE);
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      int slot = foldedSlot(name);
      if (folded[slot] == NONE) {
        folded[slot] = i;
      }
      firstIgnoringCase[i] = folded[slot];
      slot = exactSlot(name, 0, name.length(), name.hashCode());
      if (exact[slot] == NONE) {
        exact[slot] = i;
      }
    }
  }

  int indexOf(String name) {
    int length = name.length();
    if (length >= 2 && name.charAt(0) == '"' && name.charAt(length - 1) == '"') {
      return indexOfQuoted(name, length);
    }
    int i = exact[exactSlot(name, 0, length, name.hashCode())];
    return i == NONE ? folded[foldedSlot(name)] : firstIgnoringCase[i];
  }

  private int indexOfQuoted(String name, int length) {
    if (name.indexOf("\"\"", 1) > 0 && name.indexOf("\"\"", 1) < length - 2) {
      String unquoted = name.substring(1, length - 1).replace("\"\"", "\"");
      return exact[exactSlot(unquoted, 0, unquoted.length(), unquoted.hashCode())];
    }
    int hash = 0;
    for (int i = 1; i < length - 1; i++) {
      hash = 31 * hash + name.charAt(i);
    }
    return exact[exactSlot(name, 1, length - 2, hash)];
  }

  /** The slot of a name, or the free one where it would be. */
  private int exactSlot(String text, int from, int length, int hash) {
    int slot = spread(hash) & mask;
    while (exact[slot] != NONE) {
      String name = names[exact[slot]];
      if (name.length() == length && name.regionMatches(0, text, from, length)) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private int foldedSlot(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = 31 * hash + Character.toLowerCase(Character.toUpperCase(name.charAt(i)));
    }
    int slot = spread(hash) & mask;
    while (folded[slot] != NONE && !names[folded[slot]].equalsIgnoreCase(name)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 16;
  }
}
