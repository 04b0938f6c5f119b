package io.peregrine.conductor;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/**
 * Spreads what events of one type ask for over a window of time, so that not all clients act at
 * once; what is waiting already is not asked for twice. Confined to the conductor's thread.
 */
final class RefreshWindow {
  /** Later events are acted on after earlier ones. */
  private static final long BEHIND_NANOS = 10_000_000;

  private final ClusterConductor conductor;
  private final long windowNanos;
  private final LongUnaryOperator random;
  private final Set<Object> waiting = new HashSet<>();

  /**
   * Those of the waiting that are not to be done: each keeps its moment, if it is asked for again.
   */
  private final Set<Object> cancelled = new HashSet<>();

  private long last = Long.MIN_VALUE;

  /**
   * A window without events.
   *
   * @param conductor runs what is due
   * @param windowNanos how long at most to wait, in ns; 0 to act at once, negative never to act
   * @param random gives a number from 0 on and below its argument
   */
  RefreshWindow(ClusterConductor conductor, long windowNanos, LongUnaryOperator random) {
    this.conductor = conductor;
    this.windowNanos = windowNanos;
    this.random = random;
  }

  /** Whether it never acts. */
  boolean isClosed() {
    return windowNanos < 0;
  }

  /** How many different things are waiting to be done. */
  int waiting() {
    return waiting.size() - cancelled.size();
  }

  /**
   * Acts later, unless the same is waiting to be done. What was cancelled is done at the moment
   * that it had, if that is still to come.
   *
   * @param what what is to be done; equal if it is the same
   * @param task does it
   */
  void schedule(Object what, Runnable task) {
    if (isClosed() || cancelled.remove(what) || !waiting.add(what)) {
      return;
    }
    long now = conductor.nanoTime();
    long delay = windowNanos == 0 ? 0 : random.applyAsLong(windowNanos);
    if (last != Long.MIN_VALUE && last - now > 0) {
      delay = last - now + BEHIND_NANOS;
    }
    last = now + delay;
    Runnable due =
        () -> {
          waiting.remove(what);
          if (!cancelled.remove(what)) {
            task.run();
          }
        };
    if (delay == 0) {
      due.run();
    } else {
      conductor.runLater(delay, due);
    }
  }

  /**
   * What was to be done is not any more.
   *
   * @param what the same as when it was scheduled
   */
  void cancel(Object what) {
    if (waiting.contains(what)) {
      cancelled.add(what);
    }
  }
}
