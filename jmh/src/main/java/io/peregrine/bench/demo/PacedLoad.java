package io.peregrine.bench.demo;

import io.peregrine.BoundStatement;
import io.peregrine.Session;
import io.peregrine.codec.row.RowCursor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Sends requests by the clock, not by the answers: each has an intended start, and its latency
 * counts from there, so that a request that had to wait for a slow one before it shows the wait.
 * Confined to the application thread; latencies are recorded on the agent's.
 */
final class PacedLoad {
  /** Requests a second. */
  static final int RATE = 2_000;

  /** Requests sent before anything is measured: three seconds of them. */
  static final int WARM_UP = 3 * RATE;

  /** Requests that are measured: five seconds of them. */
  static final int MEASURED = 5 * RATE;

  /** All requests of a run. */
  static final int REQUESTS = WARM_UP + MEASURED;

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1) / RATE;
  private static final long SPIN_NANOS = 70_000;
  private static final long LONGEST_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int STRIDE = 7_919;

  private final Session session;
  private final TickTape tape;
  private final BoundStatement statement;
  private final Binder binder;
  private final boolean reads;
  private final Latencies latencies = new Latencies();
  private final AllocationMeter allocation = new AllocationMeter();
  private long beginNanos;
  private long tookNanos;

  /** Gives a statement the values of a tick, or those of its key. */
  interface Binder {
    void bind(BoundStatement statement, TickTape tape, int tick);
  }

  private PacedLoad(
      Session session, TickTape tape, BoundStatement statement, Binder binder, boolean reads) {
    this.session = session;
    this.tape = tape;
    this.statement = statement;
    this.binder = binder;
    this.reads = reads;
  }

  /** Ticks written once more, one a request. */
  static PacedLoad ofWrites(Session session, Market market, TickTape tape) {
    return new PacedLoad(session, tape, market.insert(), Market::bindTick, false);
  }

  /** Ticks read by their keys, one a request. */
  static PacedLoad ofReads(Session session, Market market, TickTape tape) {
    return new PacedLoad(session, tape, market.selectOne(), Market::bindKey, true);
  }

  /** Takes the time of each answer, and a look at the row where it lies. */
  private final class Latencies extends Answers {
    private final Histogram warmUp = new Histogram(LONGEST_LATENCY_NANOS, 3);
    private final Histogram measured = new Histogram(LONGEST_LATENCY_NANOS, 3);
    private long wrongRows;

    @Override
    void onAnswer(long correlationId, RowCursor rows) {
      long latency = System.nanoTime() - intendedStart(correlationId);
      Histogram histogram = correlationId < WARM_UP ? warmUp : measured;
      histogram.recordValue(Math.min(latency, LONGEST_LATENCY_NANOS));
      if (reads && !isExpected(rows, tick(correlationId))) {
        wrongRows++;
      }
    }

    private boolean isExpected(RowCursor rows, int tick) {
      return rows.next()
          && rows.getDouble(0) == tape.price(tick)
          && rows.getInt(1) == tape.size(tick);
    }
  }

  /**
   * Sends all requests and waits for the last answer.
   *
   * @throws DemoFailedException if one failed, or brought another row than was written
   */
  void run() {
    beginNanos = System.nanoTime();
    send(0, WARM_UP);
    allocation.start();
    send(WARM_UP, REQUESTS);
    while (latencies.count() < REQUESTS) {
      LockSupport.parkNanos(SPIN_NANOS);
    }
    allocation.stop();
    tookNanos = System.nanoTime() - intendedStart(WARM_UP);
    latencies.checkNoErrors(reads ? "reads" : "writes");
    if (latencies.wrongRows > 0) {
      throw new DemoFailedException(
          String.format("%,d reads brought another row than was written", latencies.wrongRows));
    }
  }

  Answers answers() {
    return latencies;
  }

  /** The latencies in nanoseconds; to be read after the run. */
  Histogram histogram() {
    return latencies.measured;
  }

  AllocationMeter allocation() {
    return allocation;
  }

  /** How many requests a second it came to; less than {@link #RATE} if the machine fell behind. */
  double rate() {
    return MEASURED * 1e9 / tookNanos;
  }

  private void send(int from, int to) {
    BoundStatement statement = this.statement;
    for (int i = from; i < to; i++) {
      Interruption.check();
      awaitTime(intendedStart(i));
      binder.bind(statement, tape, tick(i));
      long result = session.offer(statement, latencies, i);
      while (result != Session.ACCEPTED) {
        Refusals.check(result);
        Thread.onSpinWait();
        result = session.offer(statement, latencies, i);
      }
    }
  }

  private long intendedStart(long i) {
    return beginNanos + i * INTERVAL_NANOS;
  }

  /** Far from the one before, so that caches help no more than they would in earnest. */
  private static int tick(long i) {
    return (int) (i * STRIDE % TickTape.TICKS);
  }

  private static void awaitTime(long nanos) {
    long left = nanos - System.nanoTime();
    while (left > 0) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
      left = nanos - System.nanoTime();
    }
  }
}
