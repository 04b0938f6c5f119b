package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import java.util.function.Predicate;

/**
 * Some of the replicas of a key: a bit for each, in the order of the ring. Pure arithmetic; any
 * thread may use it. Of more than 64 replicas, the first 64 count.
 */
final class ReplicaMask {
  private static final int GOLDEN = 0x9E3779B9;
  private static final long LOWER = 0xFFFF_FFFFL;

  /** Of so many replicas all pairs are written down. */
  static final int FEW = 4;

  /** All pairs of few replicas, four bits each: the place of the first, that of the second. */
  private static final long PAIRS_OF_TWO = 0x14;

  private static final long PAIRS_OF_THREE = 0x98_6421;
  private static final long PAIRS_OF_FOUR = 0xEDCB_9876_4321L;

  private ReplicaMask() {}

  /** Those of some replicas that are of a kind. */
  static long of(Replicas replicas, Predicate<? super Node> kind) {
    long mask = 0;
    int count = Math.min(Long.SIZE, replicas.size());
    for (int i = 0; i < count; i++) {
      if (kind.test(replicas.get(i))) {
        mask |= 1L << i;
      }
    }
    return mask;
  }

  /** The first so many. */
  static long first(int count) {
    return (1L << count) - 1;
  }

  /**
   * The index of the n-th bit that is set, from 0 on. For the usual three replicas it needs no
   * branch, which a processor could not foretell.
   */
  static int nth(long mask, int n) {
    long second = mask & mask - 1;
    long third = second & second - 1;
    long left = n == 0 ? mask : n == 1 ? second : third;
    for (int i = 2; i < n; i++) {
      left &= left - 1;
    }
    return Long.numberOfTrailingZeros(left);
  }

  /**
   * Chooses one of some replicas after the other. Each order of them is equally often that of a
   * turn, and so with turns at any distance, as with pairs.
   *
   * @param turn the same until all have come
   * @param all how many there are
   * @param left how many of them have not come yet, at least 1
   * @return which one of those left, from 0 on
   */
  static int chooseOne(int turn, int all, int left) {
    long fraction = turn * GOLDEN & LOWER;
    for (int i = all; i > left; i--) {
      fraction = fraction * i & LOWER;
    }
    return (int) (fraction * left >>> Integer.SIZE);
  }

  /**
   * Chooses two of some replicas. Turns that follow each other choose each equally often, and so do
   * turns at any distance: in a program that sends the same few requests over and over, each kind
   * would otherwise always meet the same replica.
   *
   * @return the place of the first, from 0 on, in the upper half; that of the second in the lower
   */
  static long choosePair(int turn, int count) {
    if (count <= FEW) {
      int pair = choosePairOfFew(turn, count);
      return (long) firstOf(pair) << Integer.SIZE | secondOf(pair);
    }
    long one = (turn * GOLDEN & LOWER) * count;
    long step = 1 + ((one & LOWER) * (count - 1) >>> Integer.SIZE);
    long first = one >>> Integer.SIZE;
    long second = first + step < count ? first + step : first + step - count;
    return first << Integer.SIZE | second;
  }

  /**
   * The same for no more than {@link #FEW} replicas, which takes fewer steps.
   *
   * @return what {@link #firstOf} and {@link #secondOf} understand
   */
  static int choosePairOfFew(int turn, int count) {
    long pairs = count == 3 ? PAIRS_OF_THREE : count == 2 ? PAIRS_OF_TWO : PAIRS_OF_FOUR;
    long which = (turn * GOLDEN & LOWER) * (count * (count - 1)) >>> Integer.SIZE;
    return (int) (pairs >>> (which << 2)) & 15;
  }

  static int firstOf(int pair) {
    return pair & 3;
  }

  static int secondOf(int pair) {
    return pair >>> 2;
  }
}
