package io.peregrine.policy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.WriteType;

/** The policy of {@link RetryPolicy#downgradingConsistency}. Stateless. */
final class DowngradingConsistencyRetryPolicy implements RetryPolicy {
  static final DowngradingConsistencyRetryPolicy INSTANCE = new DowngradingConsistencyRetryPolicy();

  /** By the number of replicas that are there. */
  private static final RetryDecision[] BY_REPLICAS = {
    RetryDecision.RETHROW,
    RetryDecision.RETRY_SAME_NODE.withConsistency(ConsistencyLevel.ONE),
    RetryDecision.RETRY_SAME_NODE.withConsistency(ConsistencyLevel.TWO),
    RetryDecision.RETRY_SAME_NODE.withConsistency(ConsistencyLevel.THREE),
  };

  private DowngradingConsistencyRetryPolicy() {}

  @Override
  public RetryDecision onReadTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      int required,
      int received,
      boolean dataPresent) {
    if (request.retries() > 0 || consistency.isSerial()) {
      return RetryDecision.RETHROW;
    }
    if (received < required) {
      return withReplicas(received);
    }
    return dataPresent ? RetryDecision.RETHROW : RetryDecision.RETRY_SAME_NODE;
  }

  @Override
  public RetryDecision onWriteTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      WriteType writeType,
      int required,
      int received) {
    if (request.retries() > 0) {
      return RetryDecision.RETHROW;
    }
    return switch (writeType) {
      // The others will get it too: by a hint, or the batch log, or a repair.
      case SIMPLE, BATCH, COUNTER -> received > 0 ? RetryDecision.IGNORE : RetryDecision.RETHROW;
      // Some of its partitions may have been written nowhere.
      case UNLOGGED_BATCH -> withReplicas(received);
      case BATCH_LOG -> RetryDecision.RETRY_SAME_NODE;
      case CAS, VIEW, CDC, UNKNOWN -> RetryDecision.RETHROW;
    };
  }

  @Override
  public RetryDecision onUnavailable(
      FailedRequest request, ConsistencyLevel consistency, int required, int alive) {
    if (request.retries() > 0) {
      return RetryDecision.RETHROW;
    }
    // The next coordinator may not be cut off from the replicas, as this one perhaps is.
    return consistency.isSerial() ? RetryDecision.RETRY_NEXT_NODE : withReplicas(alive);
  }

  @Override
  public RetryDecision onRequestError(FailedRequest request, DriverException error) {
    return RetryDecision.RETRY_NEXT_NODE;
  }

  private static RetryDecision withReplicas(int count) {
    // Servers are not trusted to count from 0 on.
    return BY_REPLICAS[Math.max(0, Math.min(BY_REPLICAS.length - 1, count))];
  }
}
