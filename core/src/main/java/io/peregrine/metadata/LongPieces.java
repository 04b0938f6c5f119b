package io.peregrine.metadata;

import java.util.Arrays;

/**
 * Numbers that are written one after the other, in pieces: an array of megabytes would be cleared
 * at once, while somebody who needs the core waits. Confined to the thread that makes it.
 */
final class LongPieces {
  /** A piece of 64 KB. */
  private static final int BITS = 13;

  private static final int SIZE = 1 << BITS;
  private static final int MASK = SIZE - 1;

  private long[][] pieces = new long[0][];
  private int count;

  /** None yet. */
  LongPieces() {}

  /** Begins anew, on the same pieces. */
  void clear() {
    count = 0;
  }

  /**
   * Writes one more.
   *
   * @param value the number
   */
  void add(long value) {
    int piece = count >>> BITS;
    if (piece == pieces.length) {
      pieces = Arrays.copyOf(pieces, piece + 1);
      pieces[piece] = new long[SIZE];
    }
    pieces[piece][count++ & MASK] = value;
  }

  /**
   * How many there are.
   *
   * @return at least 0
   */
  int count() {
    return count;
  }

  /**
   * One of the numbers.
   *
   * @param index at least 0 and below {@link #count}
   * @return the number
   */
  long get(int index) {
    return pieces[index >>> BITS][index & MASK];
  }

  /**
   * Whether an array has the same numbers, and no others.
   *
   * @param array the array
   * @return true if so
   */
  boolean isSame(long[] array) {
    boolean isSame = array.length == count;
    for (int i = 0; isSame && i < count; i += SIZE) {
      int length = Math.min(SIZE, count - i);
      isSame = Arrays.equals(array, i, i + length, pieces[i >>> BITS], 0, length);
    }
    return isSame;
  }

  /**
   * All of them in one array, for whoever reads them often.
   *
   * @param pace is told how far it has come
   * @return a new array
   */
  long[] toArray(Pace pace) {
    long[] array = new long[count];
    pace.did(count);
    for (int i = 0; i < count; i += SIZE) {
      int length = Math.min(SIZE, count - i);
      System.arraycopy(pieces[i >>> BITS], 0, array, i, length);
      pace.did(length);
    }
    return array;
  }
}
