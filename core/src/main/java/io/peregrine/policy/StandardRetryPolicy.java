package io.peregrine.policy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.WriteType;

/** The policy of {@link RetryPolicy#standard}. Stateless. */
final class StandardRetryPolicy implements RetryPolicy {
  static final StandardRetryPolicy INSTANCE = new StandardRetryPolicy();

  private StandardRetryPolicy() {}

  @Override
  public RetryDecision onReadTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      int required,
      int received,
      boolean dataPresent) {
    // Enough replicas are alive; only the one that was to send the data was late.
    return request.retries() == 0 && received >= required && !dataPresent
        ? RetryDecision.RETRY_SAME_NODE
        : RetryDecision.RETHROW;
  }

  @Override
  public RetryDecision onWriteTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      WriteType writeType,
      int required,
      int received) {
    return request.retries() == 0 && writeType == WriteType.BATCH_LOG
        ? RetryDecision.RETRY_SAME_NODE
        : RetryDecision.RETHROW;
  }

  @Override
  public RetryDecision onUnavailable(
      FailedRequest request, ConsistencyLevel consistency, int required, int alive) {
    // The next coordinator may not be cut off from the replicas, as this one perhaps is.
    return request.retries() == 0 ? RetryDecision.RETRY_NEXT_NODE : RetryDecision.RETHROW;
  }

  @Override
  public RetryDecision onRequestError(FailedRequest request, DriverException error) {
    return RetryDecision.RETRY_NEXT_NODE;
  }
}
