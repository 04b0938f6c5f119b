package io.peregrine.policy;

import io.peregrine.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says when another node is asked as well, while the first ones have not answered yet. Called by
 * any thread, several at a time; must not block.
 *
 * <p>Only requests of statements that are marked as {@linkplain Statement#setIdempotent idempotent}
 * are asked about. The first answer counts.
 */
public interface SpeculativeExecutionPolicy {
  /** No other node is asked. */
  long NONE = -1;

  /**
   * Asks one node only.
   *
   * @return the policy, which has no state
   */
  static SpeculativeExecutionPolicy none() {
    return (keyspace, statement, started) -> NONE;
  }

  /**
   * Waits equally long before each further node.
   *
   * @param delay how long to wait for the nodes that were asked; at least 0
   * @param mostAttempts how many nodes are asked after the first, at least 1
   * @return the policy, which has no state
   * @throws IllegalArgumentException if one is out of its range
   */
  static SpeculativeExecutionPolicy constant(Duration delay, int mostAttempts) {
    return new ConstantSpeculativeExecutionPolicy(delay, mostAttempts);
  }

  /**
   * How long to wait before the next node is asked as well.
   *
   * @param keyspace the session's keyspace, or null
   * @param statement what is executed; its owner may be changing it
   * @param started how many executions have begun, at least 1; one that is repeated after an error
   *     stays one
   * @return ns from now on, at least 0; negative for never
   */
  long nextDelayNanos(@Nullable String keyspace, Statement<?> statement, int started);

  /**
   * Whether the next node is asked, now that the delay is over and no answer has come. Called on an
   * agent's thread, right before that node is asked, and only if there is one: true means that it
   * is. What has a budget spends it here, since most requests are answered while they wait.
   *
   * @param statement what is executed; its owner may be changing it
   * @param started how many executions have begun, at least 1
   * @return false to ask no other node for this request
   */
  default boolean permits(Statement<?> statement, int started) {
    return true;
  }

  /**
   * A request was answered, whether it was asked about or not. Called on an agent's thread.
   *
   * @param statement what was executed; its owner may be changing it
   * @param latencyNanos the time from its beginning to the answer
   */
  default void onAnswer(Statement<?> statement, long latencyNanos) {}
}
