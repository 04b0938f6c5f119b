package io.peregrine.policy;

import io.peregrine.io.Nanos;
import java.time.Duration;

/**
 * The same delay each time.
 *
 * @param delay the delay, at least 0
 * @param maxAttempts how many attempts, at least 1; {@link ReconnectionPolicy#UNLIMITED} for ever
 */
public record ConstantReconnectionPolicy(Duration delay, int maxAttempts)
    implements ReconnectionPolicy {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ConstantReconnectionPolicy {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay + "; it may not be negative");
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException(maxAttempts + " attempts; at least 1 is possible");
    }
  }

  @Override
  public Schedule newSchedule() {
    long nanos = Nanos.of(delay);
    return new Schedule() {
      private int left = maxAttempts;

      @Override
      public long nextDelayNanos() {
        if (left == 0) {
          return -1;
        }
        left -= left == UNLIMITED ? 0 : 1;
        return nanos;
      }
    };
  }
}
