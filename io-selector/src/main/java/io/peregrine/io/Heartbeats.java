package io.peregrine.io;

import java.time.Duration;

/**
 * When a silent server is asked whether it is still there. Immutable.
 *
 * @param interval how long a connection may be silent before that; what else arrives counts as a
 *     sign of life as well; {@link Duration#ZERO} for ever
 * @param timeout how long a server that was asked may stay silent; then the connection is lost
 */
public record Heartbeats(Duration interval, Duration timeout) {
  /** After 30 seconds, for another 30. */
  public static final Heartbeats DEFAULT =
      new Heartbeats(Duration.ofSeconds(30), Duration.ofSeconds(30));

  /**
   * Checks the times.
   *
   * @throws IllegalArgumentException if the interval is negative, or the timeout not more than zero
   */
  public Heartbeats {
    if (interval.isNegative()) {
      throw new IllegalArgumentException(
          "a heartbeat interval of " + interval + "; zero switches heartbeats off");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "a heartbeat timeout of "
              + timeout
              + "; more than zero is needed, and an interval of zero switches heartbeats off");
    }
  }

  /**
   * The same with another interval.
   *
   * @param interval the interval
   * @return the heartbeats
   * @throws IllegalArgumentException if it is negative
   */
  public Heartbeats withInterval(Duration interval) {
    return new Heartbeats(interval, timeout);
  }

  /**
   * The same with another timeout.
   *
   * @param timeout the timeout
   * @return the heartbeats
   * @throws IllegalArgumentException if it is not more than zero
   */
  public Heartbeats withTimeout(Duration timeout) {
    return new Heartbeats(interval, timeout);
  }
}
