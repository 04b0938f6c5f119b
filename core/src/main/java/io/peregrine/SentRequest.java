package io.peregrine;

import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request that was not answered as it asked for, and what belongs to them: a
 * flyweight over what the agent keeps. Confined to the agent's thread; valid during the call that
 * gets it.
 */
final class SentRequest {
  private final UnsafeBuffer copy = new UnsafeBuffer(0, 0);
  private DirectBuffer buffer = copy;
  private int offset;
  private int length;
  private long deadlineNanos;
  private @Nullable Pinned pinned;

  SentRequest wrap(Response response, long deadlineNanos, @Nullable Pinned pinned) {
    return wrap(
        response.requestBuffer(),
        response.requestOffset(),
        response.requestLength(),
        deadlineNanos,
        pinned);
  }

  SentRequest wrap(RequestFailure failure, long deadlineNanos, @Nullable Pinned pinned) {
    return wrap(
        failure.requestBuffer(),
        failure.requestOffset(),
        failure.requestLength(),
        deadlineNanos,
        pinned);
  }

  SentRequest wrap(byte[] request, long deadlineNanos, @Nullable Pinned pinned) {
    copy.wrap(request);
    return wrap(copy, 0, request.length, deadlineNanos, pinned);
  }

  private SentRequest wrap(
      DirectBuffer buffer, int offset, int length, long deadlineNanos, @Nullable Pinned pinned) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    this.deadlineNanos = deadlineNanos;
    this.pinned = pinned;
    return this;
  }

  /** Has the attempts of a request keep its bytes, so that it can be sent again. */
  Attempts keepFor(ResponseFuture future) {
    Attempts attempts = future.requiredAttempts(deadlineNanos);
    attempts.keep(buffer, offset, length, pinned);
    return attempts;
  }

  /** When its answer is not waited for any longer. */
  long deadlineNanos() {
    return deadlineNanos;
  }
}
