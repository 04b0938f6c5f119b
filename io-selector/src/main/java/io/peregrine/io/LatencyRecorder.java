package io.peregrine.io;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.WriterReaderPhaser;

/**
 * The latencies of one agent's requests, in three parts. The agent's thread records; {@link
 * #drainTo} is for any other thread.
 *
 * <p>Times are collected during a duty cycle and recorded at its end, under one hand-shake with who
 * reads; equal times in a row, as of requests that were sent and answered together, are recorded as
 * one. Nothing allocates.
 */
public final class LatencyRecorder {
  /** The longest time that is told from longer ones, in ns: an hour. */
  public static final long LONGEST_NANOS = 3_600_000_000_000L;

  /** How many decimal digits of a time are kept. */
  public static final int DIGITS = 2;

  private static final int BATCH = 256;
  private static final int SAMPLED_ONE_IN = 32;
  private static final long READER_YIELD_NANOS = 100_000;

  private final WriterReaderPhaser phaser = new WriterReaderPhaser();
  private final Batch queue = new Batch();
  private final Batch server = new Batch();
  private final Batch handler = new Batch();
  private volatile Interval active = new Interval();
  private Interval inactive = new Interval();
  private boolean pending;
  private int untilSample = 1;
  private int random = 0x2545F491;

  /** What is recorded between two visits of the reader. */
  private static final class Interval {
    private final Histogram queue = histogram();
    private final Histogram server = histogram();
    private final Histogram handler = histogram();
  }

  /** Times that wait for the end of the duty cycle. */
  private static final class Batch {
    private final long[] nanos = new long[BATCH];
    private final int[] counts = new int[BATCH];
    private int size;

    /** Adds a time; false if there is no room for it. */
    private boolean add(long time) {
      int size = this.size;
      if (size > 0 && nanos[size - 1] == time) {
        counts[size - 1]++;
        return true;
      }
      if (size == BATCH) {
        return false;
      }
      nanos[size] = time;
      counts[size] = 1;
      this.size = size + 1;
      return true;
    }

    private void recordIn(Histogram histogram) {
      int size = this.size;
      for (int i = 0; i < size; i++) {
        histogram.recordValueWithCount(Math.max(0, Math.min(LONGEST_NANOS, nanos[i])), counts[i]);
      }
      this.size = 0;
    }
  }

  LatencyRecorder() {}

  /**
   * A histogram with room for every time that is recorded.
   *
   * @return a new one
   */
  public static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, DIGITS);
  }

  /** A request was handed to its connection so long after it was offered. */
  void onSent(long nanos) {
    pending = true;
    if (!queue.add(nanos)) {
      flush();
      queue.add(nanos);
    }
  }

  /** A request was answered, or given up, so long after it was sent. */
  void onAnswered(long nanos) {
    pending = true;
    if (!server.add(nanos)) {
      flush();
      server.add(nanos);
    }
  }

  /** Whether the next call of a handler is to be timed: one in 32, at random. */
  boolean samples() {
    if (--untilSample > 0) {
      return false;
    }
    int next = random;
    next ^= next << 13;
    next ^= next >>> 17;
    next ^= next << 5;
    random = next;
    untilSample = 1 + (next & 2 * SAMPLED_ONE_IN - 1);
    return true;
  }

  /** A handler took so long. */
  void onHandled(long nanos) {
    pending = true;
    if (!handler.add(nanos)) {
      flush();
      handler.add(nanos);
    }
  }

  /** Records what was collected. */
  void flush() {
    if (!pending) {
      return;
    }
    pending = false;
    long section = phaser.writerCriticalSectionEnter();
    try {
      Interval active = this.active;
      queue.recordIn(active.queue);
      server.recordIn(active.server);
      handler.recordIn(active.handler);
    } finally {
      phaser.writerCriticalSectionExit(section);
    }
  }

  /**
   * Moves what was recorded since the last call into histograms of the caller's.
   *
   * @param queue gets the times from the offer to the begin of the duty cycle that sent the
   *     request, in ns
   * @param server gets the times from then to the read that brought the answer, in ns
   * @param handler gets the times that handlers took, in ns
   */
  public synchronized void drainTo(Histogram queue, Histogram server, Histogram handler) {
    phaser.readerLock();
    try {
      Interval full = active;
      active = inactive;
      inactive = full;
      phaser.flipPhase(READER_YIELD_NANOS);
      queue.add(full.queue);
      server.add(full.server);
      handler.add(full.handler);
      full.queue.reset();
      full.server.reset();
      full.handler.reset();
    } finally {
      phaser.readerUnlock();
    }
  }
}
