package io.peregrine.metadata;

/**
 * Counts what has been done of something that goes through all tokens of a large cluster, and lets
 * other threads run after each step. Confined to the thread that does it.
 *
 * <p>Where there are fewer cores than threads, a thread that computes for long keeps a selector
 * thread waiting whose answer has just come: for as long as the scheduler's slice is, which is
 * milliseconds. A step takes a tenth of one or so.
 */
final class LongWork {
  private static final int STEP = 1_024;

  private int left = STEP;

  /** Nothing has been done yet. */
  LongWork() {}

  /**
   * Something has been done.
   *
   * @param tokens for how many tokens
   */
  void did(int tokens) {
    left -= tokens;
    if (left <= 0) {
      left = STEP;
      Thread.yield();
    }
  }
}
