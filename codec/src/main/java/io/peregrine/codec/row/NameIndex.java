package io.peregrine.codec.row;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds names by hash, without allocating. Immutable; any thread may use it, even one that got it
 * without synchronization, as all its fields are final.
 *
 * <p>Two tables of open addressing hold positions: one by the name as it is, one by the name with
 * case folded. The first name wins in both.
 *
 * <p>The names are a server's, which can choose them so that their hashes collide. Where names find
 * no place near their hashes, which chance does not do, all are {@link SortedNames sorted} instead,
 * so that no choice of names costs more than a small multiple of reading them.
 */
final class NameIndex {
  /** How many places of a table are tried for a name; the tables are at most half full. */
  static final int MAX_PROBES = 64;

  /** How many are tried in both together, on average; 3 are to be expected. */
  static final int MEAN_PROBES = 8;

  private static final int NONE = -1;
  private static final int NO_SLOT = -1;
  private static final int IN_VAIN = 2 * MAX_PROBES + 1;

  private final String[] names;

  /** For each name, the first one that equals it but for case. */
  private final int[] firstIgnoringCase;

  private final int[] exact;
  private final int[] folded;
  private final int mask;
  private final @Nullable SortedNames sorted;
  private final long steps;

  NameIndex(String[] names) {
    this.names = names;
    int capacity = Integer.highestOneBit(Math.max(4, names.length * 2)) * 2;
    mask = capacity - 1;
    exact = new int[capacity];
    folded = new int[capacity];
    firstIgnoringCase = new int[names.length];
    Arrays.fill(exact, NONE);
    Arrays.fill(folded, NONE);
    long steps = 0;
    SortedNames sorted = null;
    for (int i = 0; i < names.length && sorted == null; i++) {
      int probes = place(i);
      steps += probes;
      if (probes == IN_VAIN || steps > (long) MEAN_PROBES * (i + 1) + MAX_PROBES) {
        sorted = new SortedNames(names);
        steps += sorted.steps();
      }
    }
    this.sorted = sorted;
    this.steps = steps;
  }

  /** Puts a name into both tables; answers how many places were tried, too many if in vain. */
  private int place(int i) {
    String name = names[i];
    int foldedHash = foldedHash(name);
    int foldedSlot = foldedSlot(name, foldedHash);
    int exactSlot = exactSlot(name, 0, name.length(), name.hashCode());
    if (foldedSlot == NO_SLOT || exactSlot == NO_SLOT) {
      return IN_VAIN;
    }
    if (folded[foldedSlot] == NONE) {
      folded[foldedSlot] = i;
    }
    firstIgnoringCase[i] = folded[foldedSlot];
    if (exact[exactSlot] == NONE) {
      exact[exactSlot] = i;
    }
    return 2
        + (foldedSlot - spread(foldedHash) & mask)
        + (exactSlot - spread(name.hashCode()) & mask);
  }

  /** How many names were looked at to make this: places tried, and comparisons to sort. */
  long steps() {
    return steps;
  }

  int indexOf(String name) {
    int length = name.length();
    if (length >= 2 && name.charAt(0) == '"' && name.charAt(length - 1) == '"') {
      return indexOfQuoted(name, length);
    }
    if (sorted != null) {
      return sorted.indexOfIgnoringCase(name);
    }
    int i = entry(exact, exactSlot(name, 0, length, name.hashCode()));
    return i == NONE ? entry(folded, foldedSlot(name, foldedHash(name))) : firstIgnoringCase[i];
  }

  private int indexOfQuoted(String name, int length) {
    if (name.indexOf("\"\"", 1) > 0 && name.indexOf("\"\"", 1) < length - 2) {
      String unquoted = name.substring(1, length - 1).replace("\"\"", "\"");
      return indexOfExact(unquoted, 0, unquoted.length());
    }
    return indexOfExact(name, 1, length - 2);
  }

  private int indexOfExact(String text, int from, int length) {
    if (sorted != null) {
      return sorted.indexOf(text, from, length);
    }
    int hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return entry(exact, exactSlot(text, from, length, hash));
  }

  private static int entry(int[] table, int slot) {
    return slot == NO_SLOT ? NONE : table[slot];
  }

  /** The slot of a name, or the free one where it would be, or none if there is neither nearby. */
  private int exactSlot(String text, int from, int length, int hash) {
    int home = spread(hash);
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      int slot = home + probe & mask;
      if (exact[slot] == NONE) {
        return slot;
      }
      String name = names[exact[slot]];
      if (name.length() == length && name.regionMatches(0, text, from, length)) {
        return slot;
      }
    }
    return NO_SLOT;
  }

  private int foldedSlot(String name, int hash) {
    int home = spread(hash);
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      int slot = home + probe & mask;
      if (folded[slot] == NONE || equalIgnoringCase(names[folded[slot]], name)) {
        return slot;
      }
    }
    return NO_SLOT;
  }

  private static boolean equalIgnoringCase(String one, String other) {
    return one.length() == other.length() && SortedNames.compareIgnoringCase(one, other) == 0;
  }

  private static int foldedHash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = 31 * hash + SortedNames.fold(name.charAt(i));
    }
    return hash;
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ mixed >>> 16;
  }
}
