package io.peregrine.metadata;

import java.util.Arrays;

/**
 * Many numbers, in pieces: an array of megabytes would be cleared at once, while somebody who needs
 * the core waits. Confined to the thread that fills it; any thread may read what is filled.
 */
final class IntPieces {
  /** A piece of 128 KB. */
  private static final int BITS = 15;

  private static final int SIZE = 1 << BITS;
  private static final int MASK = SIZE - 1;

  private final int[][] pieces;

  /**
   * Zeros.
   *
   * @param length how many
   * @param pace is told how far it has come
   */
  IntPieces(int length, Pace pace) {
    pieces = new int[(length + MASK) >>> BITS][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = new int[Math.min(SIZE, length - (i << BITS))];
      pace.did(pieces[i].length);
    }
  }

  /**
   * Makes all the same.
   *
   * @param value the number
   * @param pace is told how far it has come
   */
  void fill(int value, Pace pace) {
    for (int[] piece : pieces) {
      Arrays.fill(piece, value);
      pace.did(piece.length);
    }
  }

  /**
   * One of the numbers.
   *
   * @param index at least 0 and below the length
   * @return the number
   */
  int get(int index) {
    return pieces[index >>> BITS][index & MASK];
  }

  /**
   * Replaces a number.
   *
   * @param index at least 0 and below the length
   * @param value the new one
   */
  void set(int index, int value) {
    pieces[index >>> BITS][index & MASK] = value;
  }
}
