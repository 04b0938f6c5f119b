package io.peregrine.policy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.WriteType;

/** The policies of {@link RetryPolicy#fallThrough} and {@link RetryPolicy#never}. Immutable. */
final class TimeoutsAreFinalRetryPolicy implements RetryPolicy {
  static final RetryPolicy FALL_THROUGH = new TimeoutsAreFinalRetryPolicy(RetryDecision.RETHROW);
  static final RetryPolicy NEVER = new TimeoutsAreFinalRetryPolicy(RetryDecision.RETRY_NEXT_NODE);

  private final RetryDecision onRequestError;

  private TimeoutsAreFinalRetryPolicy(RetryDecision onRequestError) {
    this.onRequestError = onRequestError;
  }

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
    return onRequestError;
  }
}
