package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.policy.FailedRequest;
import io.peregrine.policy.RetryDecision;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a request that a node did not answer as asked: what the policy says, unless that
 * could execute twice what must not be. Confined to the agent's thread; each way back has its own.
 */
final class Verdict implements FailedRequest {
  private static final Logger LOG = LoggerFactory.getLogger(Verdict.class);

  private final Node node;
  private @Nullable ResponseFuture future;

  Verdict(Node node) {
    this.node = node;
  }

  /** On an answer that is an error. */
  RetryDecision on(ResponseFuture future, ErrorDecoder error, ServerException exception) {
    this.future = future;
    RetryPolicy policy = future.defaults().retries().policy();
    int code = error.code();
    return switch (code) {
      case ErrorCode.UNAVAILABLE ->
          ask(
              () ->
                  policy.onUnavailable(this, error.consistency(), error.required(), error.alive()));
      case ErrorCode.READ_TIMEOUT ->
          // A conditional write reads before it writes.
          restrained(
              !error.consistency().isSerial(),
              ask(
                  () ->
                      policy.onReadTimeout(
                          this,
                          error.consistency(),
                          error.blockFor(),
                          error.received(),
                          error.isDataPresent())));
      case ErrorCode.WRITE_TIMEOUT ->
          restrained(
              false,
              ask(
                  () ->
                      policy.onWriteTimeout(
                          this,
                          error.consistency(),
                          error.writeType(),
                          error.blockFor(),
                          error.received())));
      case ErrorCode.IS_BOOTSTRAPPING -> ask(() -> policy.onRequestError(this, exception));
      case ErrorCode.OVERLOADED, ErrorCode.SERVER_ERROR, ErrorCode.TRUNCATE_ERROR ->
          restrained(false, ask(() -> policy.onRequestError(this, exception)));
      default -> RetryDecision.RETHROW;
    };
  }

  /** On a connection that was lost after the request had been sent. */
  RetryDecision onLost(ResponseFuture future, DriverException exception) {
    this.future = future;
    RetryPolicy policy = future.defaults().retries().policy();
    return restrained(false, ask(() -> policy.onRequestError(this, exception)));
  }

  /** The decision, unless it were dangerous to follow. */
  private RetryDecision restrained(boolean harmless, RetryDecision decision) {
    ResponseFuture future = future();
    boolean asks =
        decision.kind() == RetryDecision.Kind.RETRY_SAME_NODE
            || decision.kind() == RetryDecision.Kind.RETRY_NEXT_NODE;
    return !asks || harmless || isIdempotent() || future.defaults().retries().repeatsUnsafe()
        ? decision
        : RetryDecision.RETHROW;
  }

  private static RetryDecision ask(Supplier<RetryDecision> policy) {
    try {
      return Objects.requireNonNull(policy.get(), "the retry policy returned null");
    } catch (Throwable e) {
      LOG.warn("A retry policy threw, so the request is not sent again", e);
      return RetryDecision.RETHROW;
    }
  }

  /** What a policy says, or something else if it throws. */
  static long guarded(LongSupplier policy, long otherwise) {
    try {
      return policy.getAsLong();
    } catch (Throwable e) {
      LOG.warn("A speculative execution policy threw, so no other node is asked", e);
      return otherwise;
    }
  }

  /** Whether a policy lets another node be asked; if it throws, it does not. */
  static boolean permits(SpeculativeExecutionPolicy policy, Statement<?> statement, int started) {
    return guarded(() -> policy.permits(statement, started) ? 1 : 0, 0) == 1;
  }

  private ResponseFuture future() {
    return Objects.requireNonNull(future, "no request has failed yet");
  }

  @Override
  public @Nullable Statement<?> statement() {
    return future().statement();
  }

  @Override
  public boolean isIdempotent() {
    return future().isIdempotent();
  }

  @Override
  public int retries() {
    Attempts attempts = future().attempts();
    return attempts == null ? 0 : attempts.retries();
  }

  @Override
  public Node node() {
    return node;
  }
}
