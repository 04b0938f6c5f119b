package io.peregrine.policy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochMicroClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Timestamps that never repeat and never go back, whatever the clock does. Any thread may use it,
 * many at once: it holds no lock, and allocates nothing unless it warns.
 *
 * <p>It gives the time of day. Where that is not later than what was given last, because the clock
 * was set back or more than one is asked for within a microsecond, it gives the next number
 * instead. If the clock is far behind, it warns: the timestamps are ahead of the time then, and
 * those of another client may be behind them although they are later.
 */
public final class MonotonicTimestampGenerator implements TimestampGenerator {
  private static final Logger LOG = LoggerFactory.getLogger(MonotonicTimestampGenerator.class);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long NEVER = Long.MIN_VALUE;

  /** In the middle of their arrays, so that no other object shares their cache lines. */
  private static final int LAST = 16;

  private static final int PADDED = 2 * LAST;

  private final EpochMicroClock clock;
  private final long thresholdMicros;
  private final long intervalMicros;
  private final Consumer<String> warning;
  private final AtomicLongArray last = new AtomicLongArray(PADDED);
  private final AtomicLongArray lastWarning = new AtomicLongArray(PADDED);

  /** A generator that logs a warning, at most once a second, if the clock is a second behind. */
  public MonotonicTimestampGenerator() {
    this(SECOND, SECOND);
  }

  /**
   * A generator that logs warnings.
   *
   * @param threshold how far the clock has to be behind; 0 or more
   * @param interval how much time lies at least between two warnings; 0 or more
   * @throws IllegalArgumentException if one of them is negative
   */
  public MonotonicTimestampGenerator(Duration threshold, Duration interval) {
    this(new MicrosecondClock(), threshold, interval, LOG::warn);
  }

  /**
   * A generator with a clock of its own.
   *
   * @param clock the time of day, for any thread
   * @param threshold how far the clock has to be behind; 0 or more
   * @param interval how much time lies at least between two warnings; 0 or more
   * @param warning is told of drift, on a thread that asks for a timestamp: it must not block
   * @throws IllegalArgumentException if a duration is negative
   */
  public MonotonicTimestampGenerator(
      EpochMicroClock clock, Duration threshold, Duration interval, Consumer<String> warning) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.thresholdMicros = micros("threshold", threshold);
    this.intervalMicros = micros("interval", interval);
    this.warning = Objects.requireNonNull(warning, "warning");
    lastWarning.set(LAST, NEVER);
  }

  @Override
  public long next() {
    AtomicLongArray last = this.last;
    while (true) {
      long now = clock.microTime();
      long given = last.get(LAST);
      long next = now > given ? now : given + 1;
      if (last.compareAndSet(LAST, given, next)) {
        if (given - now >= thresholdMicros && now <= given) {
          drifted(now, given);
        }
        return next;
      }
    }
  }

  private void drifted(long now, long given) {
    long warned = lastWarning.get(LAST);
    boolean due = warned == NEVER || now - warned >= intervalMicros;
    if (due && lastWarning.compareAndSet(LAST, warned, now)) {
      warning.accept(
          "Clock skew detected: the time ("
              + now
              + ") is "
              + (given - now)
              + " microseconds behind the last timestamp ("
              + given
              + "); timestamps are counted up by one until it has caught up. Synchronise the"
              + " clock, and let it be slewed, not set");
    }
  }

  private static long micros(String what, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a " + what + " of " + time + "; 0 or more is possible");
    }
    return Math.max(0, time.toNanos() / 1_000);
  }
}
