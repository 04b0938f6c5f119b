package io.peregrine.conductor;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts turns without a place that all threads write to. Any thread may use it.
 *
 * <p>Each thread counts in one of a few places, which others may share with it: two that count
 * there at the same time may get the same number, which harms nobody.
 */
final class TurnCounter {
  private static final int PLACES = 32;

  /** Two cache lines, because processors fetch them in pairs. */
  private static final int INTS_BETWEEN = 32;

  private final AtomicIntegerArray places = new AtomicIntegerArray((PLACES + 1) * INTS_BETWEEN);

  TurnCounter() {
    // Threads that begin at the same time do not all begin with the same node.
    for (int i = 0; i < PLACES; i++) {
      places.setPlain((i + 1) * INTS_BETWEEN, i);
    }
  }

  /** The next number of the calling thread, at least 0. */
  @SuppressWarnings("deprecation") // threadId() came with Java 19
  int next() {
    int place = (((int) Thread.currentThread().getId() & PLACES - 1) + 1) * INTS_BETWEEN;
    int turn = places.getOpaque(place);
    places.setOpaque(place, turn + 1);
    return turn & Integer.MAX_VALUE;
  }
}
