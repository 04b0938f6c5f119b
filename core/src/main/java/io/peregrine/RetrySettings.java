package io.peregrine;

import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;

/**
 * When a request is sent more than once. Immutable.
 *
 * @param policy what becomes of one that a node did not answer as asked
 * @param speculation when another node is asked before the first has answered
 * @param repeatsUnsafe whether the retry policy is followed even where the request may have been
 *     executed and is not idempotent
 */
record RetrySettings(
    RetryPolicy policy, SpeculativeExecutionPolicy speculation, boolean repeatsUnsafe) {
  static final RetrySettings STANDARD =
      new RetrySettings(RetryPolicy.standard(), SpeculativeExecutionPolicy.none(), false);

  /** Whether there is anything to ask the policy. */
  boolean speculates() {
    return speculation != STANDARD.speculation;
  }

  RetrySettings withPolicy(RetryPolicy policy) {
    return new RetrySettings(policy, speculation, repeatsUnsafe);
  }
}
