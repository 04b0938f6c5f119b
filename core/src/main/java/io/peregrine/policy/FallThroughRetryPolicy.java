package io.peregrine.policy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.WriteType;

/** The policy of {@link RetryPolicy#fallThrough}. Stateless. */
final class FallThroughRetryPolicy implements RetryPolicy {
  static final FallThroughRetryPolicy INSTANCE = new FallThroughRetryPolicy();

  private FallThroughRetryPolicy() {}

  @Override
  public RetryDecision onReadTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      int required,
      int received,
      boolean dataPresent) {
    return RetryDecision.RETHROW;
  }

  @Override
  public RetryDecision onWriteTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      WriteType writeType,
      int required,
      int received) {
    return RetryDecision.RETHROW;
  }

  @Override
  public RetryDecision onUnavailable(
      FailedRequest request, ConsistencyLevel consistency, int required, int alive) {
    return RetryDecision.RETHROW;
  }

  @Override
  public RetryDecision onRequestError(FailedRequest request, DriverException error) {
    return RetryDecision.RETHROW;
  }
}
