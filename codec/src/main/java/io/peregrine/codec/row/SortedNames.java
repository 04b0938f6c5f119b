package io.peregrine.codec.row;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Finds names by halving, without allocating. Immutable; any thread may use it.
 *
 * <p>Slower than a hash, but no choice of names makes it slow: n log n comparisons make it, log n
 * find a name.
 */
final class SortedNames {
  private static final int NONE = -1;

  private final String[] names;
  private final int[] exact;
  private final int[] ignoringCase;
  private final long steps;

  SortedNames(String[] names) {
    this.names = names;
    long[] comparisons = new long[1];
    exact = sorted(names, Comparator.naturalOrder(), comparisons);
    ignoringCase = sorted(names, SortedNames::compareIgnoringCase, comparisons);
    steps = comparisons[0];
  }

  /** The positions in the order of their names; equal names stay in the order of the positions. */
  private static int[] sorted(String[] names, Comparator<String> order, long[] comparisons) {
    Integer[] positions = new Integer[names.length];
    Arrays.setAll(positions, i -> i);
    Arrays.sort(
        positions,
        (one, other) -> {
          comparisons[0]++;
          return order.compare(names[one], names[other]);
        });
    return Arrays.stream(positions).mapToInt(Integer::intValue).toArray();
  }

  /** How many comparisons it took to sort. */
  long steps() {
    return steps;
  }

  /** The first name that equals a part of a text, or -1. */
  int indexOf(String text, int from, int length) {
    int low = 0;
    int high = exact.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (compare(names[exact[middle]], text, from, length) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < exact.length && compare(names[exact[low]], text, from, length) == 0
        ? exact[low]
        : NONE;
  }

  /** The first name that equals another but for case, or -1. */
  int indexOfIgnoringCase(String name) {
    int low = 0;
    int high = ignoringCase.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (compareIgnoringCase(names[ignoringCase[middle]], name) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < ignoringCase.length && compareIgnoringCase(names[ignoringCase[low]], name) == 0
        ? ignoringCase[low]
        : NONE;
  }

  private static int compare(String name, String text, int from, int length) {
    int shorter = Math.min(name.length(), length);
    for (int i = 0; i < shorter; i++) {
      int difference = name.charAt(i) - text.charAt(from + i);
      if (difference != 0) {
        return difference;
      }
    }
    return name.length() - length;
  }

  static int compareIgnoringCase(String one, String other) {
    int shorter = Math.min(one.length(), other.length());
    for (int i = 0; i < shorter; i++) {
      char left = one.charAt(i);
      char right = other.charAt(i);
      int difference = left == right ? 0 : fold(left) - fold(right);
      if (difference != 0) {
        return difference;
      }
    }
    return one.length() - other.length();
  }

  /** One letter for both cases, as {@link String#equalsIgnoreCase} has it for one char. */
  static char fold(char letter) {
    if (letter < 0x80) {
      return letter >= 'A' && letter <= 'Z' ? (char) (letter | 0x20) : letter;
    }
    return Character.toLowerCase(Character.toUpperCase(letter));
  }
}
