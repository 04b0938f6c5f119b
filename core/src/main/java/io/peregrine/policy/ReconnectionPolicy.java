package io.peregrine.policy;

import java.time.Duration;

/**
 * Says when to try again to connect. Any thread may ask for a schedule; a schedule is confined to
 * the conductor's thread.
 */
@FunctionalInterface
public interface ReconnectionPolicy {
  /** As many attempts as it takes. */
  int UNLIMITED = Integer.MAX_VALUE;

  /** The delays of one node that is down, or of the control connection. */
  @FunctionalInterface
  interface Schedule {
    /**
     * How long to wait before the next attempt.
     *
     * @return the delay in ns, or a negative number to try no more
     */
    long nextDelayNanos();
  }

  /**
   * Begins a schedule. Called when a node goes down, and when the control connection is lost.
   *
   * @return a schedule at its beginning
   */
  Schedule newSchedule();

  /**
   * The same delay each time, for ever.
   *
   * @param delay at least 0
   * @return the policy
   */
  static ReconnectionPolicy constant(Duration delay) {
    return new ConstantReconnectionPolicy(delay, UNLIMITED);
  }

  /**
   * Delays that double, each up to 15 percent shorter or longer, for ever.
   *
   * @param base the first, at least 0
   * @param most the longest, at least the first
   * @return the policy
   */
  static ReconnectionPolicy exponential(Duration base, Duration most) {
    return new ExponentialReconnectionPolicy(base, most, UNLIMITED, true);
  }
}
