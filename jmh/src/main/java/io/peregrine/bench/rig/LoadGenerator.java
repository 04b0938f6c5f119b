package io.peregrine.bench.rig;

import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Loads one driver with one workload: first to warm up, then measured. Confined to the thread that
 * opened the driver, which is the application's thread.
 *
 * <p>In an open loop the time of a request counts from the moment it was due, whether or not it
 * could be sent then, so that what waits behind a slow answer is not left out.
 */
final class LoadGenerator {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long SHORTEST_PARK_NANOS = 5_000;
  private static final double SLICE_SECONDS = 0.2;

  /** Of processor time that the process must have had, to tell whether its compiler rests. */
  private static final double SLICE_MILLIS = 150;

  private static final int RESTING_SLICES = 2;

  private final Driver driver;
  private final Workload workload;
  private final Answers answers;
  private final double rate;
  private long sent;
  private long ended;

  /** What came of the measured time. */
  record Measured(Meters meters, Histogram histogram, long requests) {}

  /**
   * A generator.
   *
   * @param rate requests a second, for an open loop only
   */
  LoadGenerator(Driver driver, Workload workload, Answers answers, double rate) {
    this.driver = driver;
    this.workload = workload;
    this.answers = answers;
    this.rate = rate;
  }

  /**
   * Loads the driver until the JVM's compiler rests.
   *
   * @return how many seconds that took
   */
  double warmUp(double leastSeconds, double mostSeconds) throws Exception {
    long begin = System.nanoTime();
    double seconds = 0;
    int restingSlices = 0;
    double compiledBefore = JitCompiler.cpuMillis();
    double spentBefore = Meters.processMillis();
    while (seconds < leastSeconds || (restingSlices < RESTING_SLICES && seconds < mostSeconds)) {
      load(SLICE_SECONDS);
      seconds = (System.nanoTime() - begin) / 1e9;
      double spent = Meters.processMillis() - spentBefore;
      if (spent >= SLICE_MILLIS) {
        double compiled = JitCompiler.cpuMillis() - compiledBefore;
        restingSlices = JitCompiler.isBusy(compiled, spent) ? 0 : restingSlices + 1;
        compiledBefore += compiled;
        spentBefore += spent;
      }
    }
    return seconds;
  }

  /** Loads the driver for so many seconds, behind some that are not measured. */
  Measured measure(double settlingSeconds, double seconds) throws Exception {
    Meters meters = new Meters();
    load(settlingSeconds);
    answers.swapHistograms();
    long before = answers.ended();
    meters.start();
    load(seconds);
    meters.stop();
    long requests = answers.ended() - before;
    boolean keepsLate = workload.mode() == Workload.Mode.OPEN;
    Histogram[] recorded = keepsLate ? new Histogram[0] : answers.swapHistograms();
    drain();
    if (keepsLate) {
      recorded = answers.swapHistograms();
    }
    answers.check();
    Histogram all = Answers.newHistogram();
    for (Histogram part : recorded) {
      all.add(part);
    }
    return new Measured(meters, all, requests);
  }

  /** Sends so many requests, at the workload's pace, and waits for their answers. */
  void runRequests(long requests) throws Exception {
    long end = sent + requests;
    while (sent < end) {
      if (workload.mode() == Workload.Mode.SYNC) {
        executeOne(System.nanoTime());
      } else {
        fill(end);
        awaitRoom();
      }
    }
    drain();
    answers.check();
  }

  private void load(double seconds) throws Exception {
    long start = System.nanoTime();
    long end = start + (long) (seconds * NANOS_PER_SECOND);
    switch (workload.mode()) {
      case SYNC -> {
        for (long now = start; now < end; now = System.nanoTime()) {
          executeOne(now);
        }
      }
      case CLOSED -> {
        while (System.nanoTime() < end) {
          fill(Long.MAX_VALUE);
          awaitRoom();
        }
      }
      case OPEN -> loadByTheClock(start, end);
    }
  }

  private void executeOne(long now) throws Exception {
    answers.onAnswer(now, driver.execute(workload.shape().key(sent++)));
  }

  private void fill(long end) throws Exception {
    int depth = workload.inFlight();
    while (sent - ended < depth && sent < end) {
      if (!driver.send(workload.shape().key(sent), System.nanoTime())) {
        refused();
        return;
      }
      sent++;
    }
  }

  /** The thread sleeps until half of the answers are here: it is woken once for many. */
  private void awaitRoom() throws Exception {
    if (driver.isPolled()) {
      driver.poll(true);
    } else {
      answers.awaitEnded(sent - workload.inFlight() / 2);
    }
    ended = answers.ended();
  }

  private void loadByTheClock(long start, long end) throws Exception {
    double interval = NANOS_PER_SECOND / rate;
    boolean polled = driver.isPolled();
    int depth = workload.inFlight();
    long count = (long) ((end - start) / interval);
    for (long i = 0; i < count; i++) {
      long due = start + (long) (i * interval);
      awaitDue(due, polled);
      while (sent - ended >= depth) {
        awaitRoom();
      }
      while (!driver.send(workload.shape().key(sent), due)) {
        refused();
      }
      sent++;
      ended = answers.ended();
    }
    awaitDue(end, polled);
  }

  private void awaitDue(long due, boolean polled) throws Exception {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (polled) {
        driver.poll(false);
      } else if (left > SHORTEST_PARK_NANOS) {
        LockSupport.parkNanos(left);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private void refused() throws Exception {
    answers.check();
    if (driver.isPolled()) {
      driver.poll(false);
    } else {
      Thread.yield();
    }
    ended = answers.ended();
  }

  private void drain() throws Exception {
    if (driver.isPolled()) {
      while (answers.ended() < sent) {
        driver.poll(true);
      }
    } else {
      answers.awaitEnded(sent);
    }
    ended = answers.ended();
  }
}
