package io.peregrine.policy;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochMicroClock;

/**
 * The time of day in microseconds. Any thread may use it; it allocates nothing.
 *
 * <p>The digits below the millisecond come from the clock that measures durations. It is laid onto
 * the time of day again whenever the two have drifted apart by more than a millisecond, so that a
 * clock that was set is followed at once.
 */
final class MicrosecondClock implements EpochMicroClock {
  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** What has to be added to the one clock to get the other. */
  private volatile long offsetNanos = TimeUnit.MILLISECONDS.toNanos(millis()) - System.nanoTime();

  private static long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long microTime() {
    long now = System.nanoTime();
    long time = now + offsetNanos;
    long day = millis() * NANOS_PER_MILLI;
    if (time < day || time - day > 2 * NANOS_PER_MILLI) {
      offsetNanos = day - now;
      time = day;
    }
    return time / 1_000;
  }
}
