package io.peregrine.policy;

import io.peregrine.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks one more node after each delay. Immutable; any thread may use it.
 *
 * @param delay how long to wait for the nodes that were asked; at least 0
 * @param mostAttempts how many nodes are asked after the first, at least 1
 */
public record ConstantSpeculativeExecutionPolicy(Duration delay, int mostAttempts)
    implements SpeculativeExecutionPolicy {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ConstantSpeculativeExecutionPolicy {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay of " + delay + "; it may not be negative");
    }
    if (delay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a delay of " + delay + "; " + LONGEST + " is possible, and none() never asks again");
    }
    if (mostAttempts < 1) {
      throw new IllegalArgumentException(
          mostAttempts + " further nodes; at least 1 is possible, and none() asks no other");
    }
  }

  @Override
  public long nextDelayNanos(@Nullable String keyspace, Statement<?> statement, int started) {
    return started <= mostAttempts ? delay.toNanos() : NONE;
  }
}
