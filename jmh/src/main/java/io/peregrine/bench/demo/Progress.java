package io.peregrine.bench.demo;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Shows how far a phase has come, from a thread of its own, so that the thread that works neither
 * prints nor makes strings. On a terminal one line is drawn over and over; elsewhere there is a
 * line every two seconds.
 */
final class Progress {
  private static final boolean IS_TERMINAL =
      System.console() != null && !"true".equals(System.getenv("CI"));
  private static final long PERIOD_NANOS =
      IS_TERMINAL ? TimeUnit.MILLISECONDS.toNanos(100) : TimeUnit.SECONDS.toNanos(2);
  private static final int BAR_WIDTH = 40;

  private final String phase;
  private final long total;
  private final LongSupplier done;
  private final PrintStream out;
  private final long begin = System.nanoTime();
  private final Thread thread = new Thread(this::show, "demo-progress");
  private volatile boolean ended;
  private long tookNanos;

  private Progress(String phase, long total, LongSupplier done, PrintStream out) {
    this.phase = phase;
    this.total = total;
    this.done = done;
    this.out = out;
    thread.setDaemon(true);
  }

  /**
   * Runs a phase and shows it, to its end or as far as it came.
   *
   * @param phase what is going on, in a word or two
   * @param total how many there are to do
   * @param done how many are done; any thread may ask
   * @param work the phase, run on the calling thread
   * @return how many nanoseconds it took
   */
  static long during(String phase, long total, LongSupplier done, Runnable work) {
    Progress progress = new Progress(phase, total, done, System.out);
    progress.thread.start();
    try {
      work.run();
    } finally {
      progress.end();
    }
    return progress.tookNanos;
  }

  private void end() {
    tookNanos = System.nanoTime() - begin;
    ended = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show() {
    long before = begin;
    long doneBefore = 0;
    while (!ended) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long now = System.nanoTime();
      if (!ended && now - before >= PERIOD_NANOS) {
        long doneNow = done.getAsLong();
        print(doneNow, (doneNow - doneBefore) * 1e9 / (now - before), IS_TERMINAL ? "" : "\n");
        before = now;
        doneBefore = doneNow;
      }
    }
    long doneNow = done.getAsLong();
    print(doneNow, doneNow * 1e9 / tookNanos, "\n");
  }

  private void print(long doneNow, double rate, String end) {
    int filled = (int) Math.min(BAR_WIDTH, doneNow * BAR_WIDTH / total);
    out.printf(
        "%s%-12s [%s%s] %,9d / %,d  %,9.0f/s   %s",
        IS_TERMINAL ? "\r" : "",
        phase,
        "#".repeat(filled),
        ".".repeat(BAR_WIDTH - filled),
        doneNow,
        total,
        rate,
        end);
    out.flush();
  }
}
