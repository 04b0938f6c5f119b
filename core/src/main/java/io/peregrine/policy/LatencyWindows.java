package io.peregrine.policy;

import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.AtomicHistogram;

/**
 * The latencies of one statement, and the delay that follows from them. Any thread may record and
 * ask, many at once; none waits for another.
 *
 * <p>A window is filled until it has lasted an interval and has enough latencies; then the delay is
 * taken from it, and the next one begins empty. So the delay is of the last full window, and what
 * was before that is forgotten.
 */
final class LatencyWindows {
  /** What is not told from nothing, in ns. */
  private static final long RESOLUTION_NANOS = 1_000;

  private static final int DIGITS = 2;

  private final Settings settings;
  private final long mostNanos;
  private final AtomicBoolean turning = new AtomicBoolean();
  private volatile AtomicHistogram filling;
  private volatile long due;
  private volatile long delay = SpeculativeExecutionPolicy.NONE;
  private volatile boolean used = true;

  /** Belongs to who turns. */
  private AtomicHistogram spare;

  /**
   * How a delay is found.
   *
   * @param percentile how many percent of the requests are not to wait so long
   * @param samples how many latencies a window has at least
   * @param intervalNanos how long a window lasts at least
   * @param shortestNanos the shortest delay
   * @param longestNanos the longest delay; longer latencies count as this
   */
  record Settings(
      double percentile, int samples, long intervalNanos, long shortestNanos, long longestNanos) {}

  /** The first window is full as soon as it has enough latencies. */
  LatencyWindows(Settings settings, long now) {
    this.settings = settings;
    this.mostNanos = Math.max(settings.longestNanos(), 2 * RESOLUTION_NANOS);
    this.filling = histogram();
    this.spare = histogram();
    this.due = now;
  }

  private AtomicHistogram histogram() {
    return new AtomicHistogram(RESOLUTION_NANOS, mostNanos, DIGITS);
  }

  /** A request was answered so long after its beginning. */
  void record(long nanos) {
    filling.recordValue(Math.max(0, Math.min(mostNanos, nanos)));
  }

  /** The delay in ns, at a time in ns; negative as long as there is none. */
  long delayNanos(long now) {
    if (!used) {
      used = true;
    }
    if (now - due >= 0
        && filling.getTotalCount() >= settings.samples()
        && turning.compareAndSet(false, true)) {
      try {
        turn(now);
      } finally {
        turning.set(false);
      }
    }
    return delay;
  }

  /** Whether it was asked for a delay since this was called last, or since its beginning. */
  boolean wasUsed() {
    boolean wasUsed = used;
    used = false;
    return wasUsed;
  }

  private void turn(long now) {
    if (now - due < 0) {
      // Another thread was quicker.
      return;
    }
    AtomicHistogram full = filling;
    AtomicHistogram empty = spare;
    // A thread that has stood still since the window before may yet record here, or later in the
    // full one. One latency in another window than its own does not matter.
    empty.reset();
    filling = empty;
    spare = full;
    long found = full.getValueAtPercentile(settings.percentile());
    delay = Math.max(settings.shortestNanos(), Math.min(settings.longestNanos(), found));
    due = now + settings.intervalNanos();
  }
}
