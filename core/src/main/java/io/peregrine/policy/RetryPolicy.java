package io.peregrine.policy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.WriteType;

/**
 * Says what becomes of a request that a node did not answer as asked. Called on the threads of the
 * driver's agents, several at a time; must not block.
 *
 * <p>A request that may have been executed, and that is not {@linkplain FailedRequest#isIdempotent
 * idempotent}, is not sent again, whatever the policy says, unless its profile says {@link
 * io.peregrine.ExecutionProfile.Builder#retryNonIdempotent}. One whose time is over never is. Where
 * a request certainly was not sent, the next node is asked without asking the policy.
 */
public interface RetryPolicy {
  /**
   * What other drivers do by default: once at most, to the same node after a timeout that looks
   * like bad luck, to the next one if replicas are down, and to the next one after every error of a
   * node.
   *
   * @return the policy, which has no state
   */
  static RetryPolicy standard() {
    return StandardRetryPolicy.INSTANCE;
  }

  /**
   * Nothing is asked again: the application gets every error.
   *
   * @return the policy, which has no state
   */
  static RetryPolicy fallThrough() {
    return TimeoutsAreFinalRetryPolicy.FALL_THROUGH;
  }

  /**
   * What the replicas could not do is not tried again: the application gets timeouts, and hears of
   * replicas that are down. Only after an error of a node the next one is asked.
   *
   * @return the policy, which has no state
   */
  static RetryPolicy never() {
    return TimeoutsAreFinalRetryPolicy.NEVER;
  }

  /**
   * Makes do with fewer replicas: once at most, the same node is asked again for as many as have
   * answered or are alive, with {@link ConsistencyLevel#THREE}, {@link ConsistencyLevel#TWO} or
   * {@link ConsistencyLevel#ONE}. A write that at least one replica has acknowledged counts as
   * done, unless it is conditional or an unlogged batch. Serial levels are not lowered. Errors of a
   * node go to the next one.
   *
   * <p>It is for those who would sooner read something old, or lose a write, than get an error:
   * what the application relies on with the level that it asks for does not hold then.
   *
   * @return the policy, which has no state
   */
  static RetryPolicy downgradingConsistency() {
    return DowngradingConsistencyRetryPolicy.INSTANCE;
  }

  /**
   * The coordinator had too few answers of replicas in time (v5 specification, section 8, error
   * 0x1200).
   *
   * @param request the request
   * @param consistency the level that was to be reached
   * @param required how many replicas have to answer for that
   * @param received how many did
   * @param dataPresent whether the one was among them that was asked for the data itself
   * @return what is to be done
   */
  RetryDecision onReadTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      int required,
      int received,
      boolean dataPresent);

  /**
   * The coordinator had too few acknowledgements of replicas in time (error 0x1100).
   *
   * @param request the request
   * @param consistency the level that was to be reached
   * @param writeType what was being written
   * @param required how many replicas have to acknowledge it for that
   * @param received how many did
   * @return what is to be done
   */
  RetryDecision onWriteTimeout(
      FailedRequest request,
      ConsistencyLevel consistency,
      WriteType writeType,
      int required,
      int received);

  /**
   * The coordinator knew too few replicas to be alive, and did nothing (error 0x1000).
   *
   * @param request the request
   * @param consistency the level that was to be reached
   * @param required how many replicas have to be alive for that
   * @param alive how many are
   * @return what is to be done
   */
  RetryDecision onUnavailable(
      FailedRequest request, ConsistencyLevel consistency, int required, int alive);

  /**
   * The node is overloaded, starting, truncating, or has an error of its own, or the connection to
   * it was lost with the request on it.
   *
   * @param request the request
   * @param error what the application gets if nothing is done
   * @return what is to be done
   */
  RetryDecision onRequestError(FailedRequest request, DriverException error);
}
