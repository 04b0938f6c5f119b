package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.io.Connection;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * The way back of an answer, up to where the flyweight and the convenient API part. Confined to the
 * agent's thread; each connection has its own.
 */
abstract sealed class Road implements ResponseHandler permits FlyweightRoad, FutureRoad {
  private final ResponsePrefix prefix = new ResponsePrefix();
  private final ErrorDecoder errorDecoder = new ErrorDecoder();
  private final SentRequest request = new SentRequest();
  private final RequestRouter router;
  private boolean delivered;

  Road(RequestRouter router) {
    this.router = router;
  }

  @Override
  public final void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    onResponse(response, correlationId, attachment, (Pinned) pinned, null);
  }

  /** The answer to a request that was sent again, if there was a repair before. */
  final void onResponse(
      Response response,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Pinned pinned,
      @Nullable Repreparation before) {
    delivered = false;
    try {
      BodyReader body = response.body();
      prefix.wrap(response.flags(), body);
      switch (response.opcode()) {
        case Opcode.RESULT -> onResult(response, body, correlationId, attachment, pinned);
        case Opcode.ERROR -> {
          errorDecoder.wrap(response.version(), body);
          if (!repaired(response, correlationId, attachment, pinned, before)) {
            onServerError(
                errorDecoder,
                response,
                request.wrap(response, deadline(response.deadlineNanos(), attachment), pinned),
                correlationId,
                attachment);
          }
        }
        default ->
            throw new UnexpectedAnswerException(
                response.connection().remoteAddress()
                    + " answered a request with "
                    + Opcode.name(response.opcode()),
                null);
      }
    } catch (Throwable t) {
      if (delivered) {
        throw t;
      }
      SentRequest unread = request.wrap(response, response.deadlineNanos(), pinned);
      leaveUnknownKeyspace(response.connection(), unread);
      onFault(fault(t), correlationId, attachment);
    }
  }

  @Override
  public final void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    SentRequest sent =
        request.wrap(failure, deadline(failure.deadlineNanos(), attachment), (Pinned) pinned);
    try {
      if (failure.kind() == RequestFailure.Kind.TIMED_OUT && failure.wasSent()) {
        leaveUnknownKeyspace(failure.connection(), sent);
      }
    } finally {
      // Whatever becomes of its connection, whoever has asked is told.
      onUnanswered(failure, sent, correlationId, attachment);
    }
  }

  /**
   * A server that runs it later, or has, would give what comes after it another keyspace's rows. To
   * what is in flight beside it that may have happened anyway, so this may end.
   */
  private void leaveUnknownKeyspace(Connection connection, SentRequest request) {
    if (request.isUse()) {
      connection.drain(
          new DriverException(
              "The connection was closed, because a USE on it was not answered as it should be, so"
                  + " that nobody knows which keyspace it uses"));
    }
  }

  /** Whatever goes wrong with an answer, its handler is told. */
  static DriverException fault(Throwable t) {
    return t instanceof DriverException known
        ? known
        : new DriverException("A fault in the driver while it read an answer: " + t, t);
  }

  /**
   * A statement that the node does not know any more is prepared again, and the request re-sent.
   */
  private boolean repaired(
      Response response,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Pinned pinned,
      @Nullable Repreparation before) {
    if (errorDecoder.code() != ErrorCode.UNPREPARED
        || pinned == null
        || response.requestLength() == 0) {
      return false;
    }
    byte[] id = errorDecoder.unpreparedId();
    PreparedStatement statement = pinned.statement(id);
    if (statement == null || before != null && before.hasPrepared(statement)) {
      return false;
    }
    Repreparation repair =
        before == null
            ? new Repreparation(
                this,
                response,
                deadline(response.deadlineNanos(), attachment),
                correlationId,
                attachment,
                pinned)
            : before;
    repair.begin(statement, response.sentNanos());
    return true;
  }

  static MalformedMessageException unknownKind(int kind) {
    return new MalformedMessageException(
        "result kind", 0, kind + " is no kind of result that answers a request");
  }

  /** From here on the handler counts as called, whatever it throws. */
  void delivered() {
    delivered = true;
  }

  RequestRouter router() {
    return router;
  }

  /** A RESULT; the body's reader stands at its kind. */
  abstract void onResult(
      Response response,
      BodyReader body,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Pinned pinned);

  /** When the request expires: its connection may know an earlier time, at which to look again. */
  long deadline(long deadlineNanos, @Nullable Object attachment) {
    return deadlineNanos;
  }

  /**
   * How long one attempt has, of the time that is left for its request, before it is {@linkplain
   * #onLate late}.
   */
  long attemptTimeout(long left, @Nullable Object attachment) {
    return left;
  }

  /**
   * The time of one attempt is over, which was to last until then.
   *
   * @return until when to wait for it, or {@link #NO_LONGER}
   */
  long onLate(SentRequest request, long lateNanos, @Nullable Object attachment) {
    return NO_LONGER;
  }

  /** What stood before the message in the answer that is being read. */
  ResponsePrefix prefix() {
    return prefix;
  }

  /** The request that is looked at, to be filled in. */
  SentRequest request() {
    return request;
  }

  /**
   * An answer that is an error.
   *
   * @param response the answer; null if it is that to a PREPARE that had to come before
   */
  abstract void onServerError(
      ErrorDecoder error,
      @Nullable Response response,
      SentRequest request,
      long correlationId,
      @Nullable Object attachment);

  /** The request certainly was not executed, and the way to its node is closed. */
  abstract void onNotSent(
      DriverException error, SentRequest request, long correlationId, @Nullable Object attachment);

  /** There will be no answer. */
  abstract void onUnanswered(
      RequestFailure failure, SentRequest request, long correlationId, @Nullable Object attachment);

  /** An answer that cannot be understood, or a repair that failed. */
  abstract void onFault(DriverException fault, long correlationId, @Nullable Object attachment);
}
