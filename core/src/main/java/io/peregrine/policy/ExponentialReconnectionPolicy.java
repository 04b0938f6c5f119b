package io.peregrine.policy;

import io.peregrine.io.Nanos;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays that double from attempt to attempt. With jitter, each is 85 to 115 percent of that, so
 * that clients which lost a node together do not come back together.
 *
 * @param base the first delay, at least 0
 * @param most the longest delay, at least the first
 * @param maxAttempts how many attempts, at least 1; {@link ReconnectionPolicy#UNLIMITED} for ever
 * @param jitter whether delays vary
 */
public record ExponentialReconnectionPolicy(
    Duration base, Duration most, int maxAttempts, boolean jitter) implements ReconnectionPolicy {
  private static final int LEAST_PERCENT = 85;
  private static final int MOST_PERCENT = 115;

  /** So much, and 15 percent more, is still a number. */
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ExponentialReconnectionPolicy {
    if (base.isNegative()) {
      throw new IllegalArgumentException("a delay of " + base + "; it may not be negative");
    }
    if (most.compareTo(base) < 0) {
      throw new IllegalArgumentException(
          "a longest delay of " + most + "; it may not be shorter than the first, " + base);
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(maxAttempts + " attempts; at least 1 is possible");
    }
  }

  @Override
  public Schedule newSchedule() {
    long first = Math.min(LONGEST_NANOS, Nanos.of(base));
    long longest = Math.min(LONGEST_NANOS, Nanos.of(most));
    return new Schedule() {
      private int left = maxAttempts;
      private long next = first;

      @Override
      public long nextDelayNanos() {
        if (left == 0) {
          return -1;
        }
        left -= left == UNLIMITED ? 0 : 1;
        long delay = next;
        next = delay > longest / 2 ? longest : 2 * delay;
        return jitter ? vary(delay, first, longest) : delay;
      }
    };
  }

  private static long vary(long delay, long least, long most) {
    int percent = ThreadLocalRandom.current().nextInt(LEAST_PERCENT, MOST_PERCENT + 1);
    long varied = delay / 100 * percent + delay % 100 * percent / 100;
    return Math.max(least, Math.min(most, varied));
  }
}
