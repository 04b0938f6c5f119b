package io.peregrine.bench.rig;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts the answers of one workload, checks them, and records how long each took. Answers are told
 * by the thread that made this, and by one other; all else is for the thread that made it.
 */
public final class Answers {
  private static final long STALL_NANOS = 30_000_000_000L;
  private static final long LONGEST_PARK_NANOS = 1_000_000_000L;
  private static final long NEVER = Long.MAX_VALUE;

  private final Thread application = Thread.currentThread();
  private final Tally ofApplication = new Tally();
  private final Tally ofDriver = new Tally();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<String> firstFailure = new AtomicReference<>();
  private final long expected;
  private volatile @Nullable Thread driver;
  private volatile long wakeAt = NEVER;

  /** What one thread has told. Written by that thread, read by any. */
  private static final class Tally {
    private final AtomicLong count = new AtomicLong();
    private volatile Histogram histogram = newHistogram();

    void record(long nanos) {
      Histogram histogram = this.histogram;
      histogram.recordValue(Math.min(Math.max(nanos, 0), histogram.getHighestTrackableValue()));
      // A full fence: whoever waits has seen this answer, or is seen waiting below.
      count.set(count.getPlain() + 1);
    }

    Histogram swap() {
      Histogram old = histogram;
      histogram = newHistogram();
      return old;
    }
  }

  /**
   * No answers yet.
   *
   * @param expected what the cells of each must come to
   */
  public Answers(long expected) {
    this.expected = expected;
  }

  /**
   * An answer is here.
   *
   * @param token when its request was sent, or was due, by {@code System.nanoTime()}
   * @param checksum what its cells come to
   */
  public void onAnswer(long token, long checksum) {
    long nanos = System.nanoTime() - token;
    if (checksum != expected) {
      onFailure("an answer's cells come to " + checksum + ", not " + expected);
      return;
    }
    Thread current = Thread.currentThread();
    if (current == application) {
      ofApplication.record(nanos);
      return;
    }
    if (current != driver && !adopt(current)) {
      onFailure("answers came on " + driver + " and on " + current + "; one thread was expected");
      return;
    }
    ofDriver.record(nanos);
    wakeIfDue();
  }

  /**
   * A request failed.
   *
   * @param why in words
   */
  public void onFailure(String why) {
    firstFailure.compareAndSet(null, why);
    failures.incrementAndGet();
    wakeIfDue();
  }

  /**
   * How many requests have ended.
   *
   * @return answers and failures
   */
  long ended() {
    return ofApplication.count.get() + ofDriver.count.get() + failures.get();
  }

  /** Waits until so many requests have ended. */
  void awaitEnded(long target) {
    long deadline = System.nanoTime() + STALL_NANOS;
    wakeAt = target;
    while (ended() < target) {
      LockSupport.parkNanos(this, LONGEST_PARK_NANOS);
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            ended() + " of " + target + " requests have ended, and no more will");
      }
    }
    wakeAt = NEVER;
  }

  /**
   * Begins anew to record times.
   *
   * @return what was recorded; not to be read before all requests have ended
   */
  Histogram[] swapHistograms() {
    return new Histogram[] {ofApplication.swap(), ofDriver.swap()};
  }

  /** Fails if a request failed, or if an answer was wrong. */
  void check() {
    if (failures.get() > 0) {
      throw new IllegalStateException(
          failures.get() + " requests failed; the first: " + firstFailure.get());
    }
  }

  static Histogram newHistogram() {
    return new Histogram(60_000_000_000L, 3);
  }

  private boolean adopt(Thread current) {
    if (driver == null) {
      driver = current;
    }
    return driver == current;
  }

  private void wakeIfDue() {
    long wakeAt = this.wakeAt;
    if (wakeAt != NEVER && ended() >= wakeAt) {
      this.wakeAt = NEVER;
      LockSupport.unpark(application);
    }
  }
}
