package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ResponsePrefix;
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
  private final BodyReader body = new BodyReader();
  private final ResponsePrefix prefix = new ResponsePrefix();
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

  /** Whether its connection uses another keyspace once the server has run it. */
  boolean isUse() {
    if (length < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
      return false;
    }
    return switch (EnvelopeHeaderFlyweight.opcode(buffer, offset)) {
      case Opcode.QUERY -> isUseQuery();
      case Opcode.EXECUTE ->
          pinned instanceof ResultMetadata prepared
              && ConditionalText.isUse(prepared.statement().query());
      default -> false;
    };
  }

  private boolean isUseQuery() {
    int header = EnvelopeHeaderFlyweight.HEADER_LENGTH;
    body.wrap(buffer, offset + header, length - header);
    int flags = EnvelopeHeaderFlyweight.flags(buffer, offset);
    prefix.wrap(flags & EnvelopeHeaderFlyweight.CUSTOM_PAYLOAD, body);
    return mayBeUse(body.position() + Integer.BYTES)
        && ConditionalText.isUse(body.readLongString("query"));
  }

  /** Few texts are worth making a string of: those that begin like it, or with a comment. */
  private boolean mayBeUse(int text) {
    int end = offset + length;
    int at = text;
    while (at < end && buffer.getByte(at) <= ' ') {
      at++;
    }
    int first = at < end ? buffer.getByte(at) : 0;
    return first == 'U' || first == 'u' || first == '-' || first == '/';
  }

  /** When its answer is not waited for any longer. */
  long deadlineNanos() {
    return deadlineNanos;
  }
}
