package io.peregrine.policy;

import io.peregrine.metadata.Replicas;

/**
 * Some of the replicas of a key: a bit for each, in the order of the ring. Pure arithmetic; any
 * thread may use it. Of more than 64 replicas, the first 64 count.
 */
final class ReplicaMask {
  private static final int GOLDEN = 0x9E3779B9;

  private ReplicaMask() {}

  /** How many replicas there are a bit for. */
  static int size(Replicas replicas) {
    return Math.min(Long.SIZE, replicas.size());
  }

  /** The index of the n-th bit that is set, from 0 on. */
  static int nth(long mask, int n) {
    long left = mask;
    for (int i = 0; i < n; i++) {
      left &= left - 1;
    }
    return Long.numberOfTrailingZeros(left);
  }

  /** Adds replicas in the order of the ring. */
  static void addInOrder(long mask, Replicas replicas, QueryPlan plan) {
    for (long left = mask; left != 0; left &= left - 1) {
      plan.add(replicas.get(Long.numberOfTrailingZeros(left)));
    }
  }

  /** Spreads a number that only counts up, so that its remainders look like chance. */
  static int spread(int turn) {
    return turn * GOLDEN >>> 1;
  }
}
