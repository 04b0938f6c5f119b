package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.envelope.SchemaChangeDecoder;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.SelectorCounter;
import io.peregrine.policy.RetryDecision;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way back to futures, which get a copy of the answer. Confined to the agent's thread.
 *
 * <p>The attachment is the future. What a node does not answer as asked for may be sent again, see
 * {@link Verdict} and {@link Attempts}; of several answers the first one counts.
 */
final class FutureRoad extends Road {
  private final RowCursor rows = new RowCursor();
  private final Node node;
  private final Verdict verdict;

  /** Whether the answer that is being read, and no other, is the one that counts. */
  private boolean counts;

  FutureRoad(RequestRouter router, Node node) {
    super(router);
    this.node = node;
    this.verdict = new Verdict(node);
  }

  @Override
  void onResult(
      Response response,
      BodyReader body,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Pinned pinned) {
    ResponseFuture future = (ResponseFuture) attachment;
    counts = future.claim();
    int kind = body.readInt("result kind");
    if (!counts) {
      if (kind == ResultKind.SET_KEYSPACE) {
        // Its connection has followed all the same.
        router().pool().stayInKeyspace(body.readString("keyspace"));
      }
      delivered();
      return;
    }
    onAnswer(future, response);
    switch (kind) {
      case ResultKind.ROWS -> {
        ResultPage page = page(response, body, future, pinned);
        delivered();
        future.complete(new ResultSet(page, router(), future));
      }
      case ResultKind.SET_KEYSPACE -> {
        CompletableFuture<?> everywhere =
            router()
                .useKeyspace(
                    body.readString("keyspace"),
                    router().timeLeft(deadline(response.deadlineNanos(), future)));
        delivered();
        everywhere.whenComplete(
            (used, error) -> {
              if (error == null) {
                future.complete(new ResultSet(ResultPage.empty(), router(), future));
              } else {
                future.completeExceptionally(
                    error instanceof OperationTimedOutException late ? at(late) : error);
              }
              router().access().wakeUp();
            });
      }
      case ResultKind.VOID -> {
        delivered();
        future.complete(new ResultSet(ResultPage.empty(), router(), future));
      }
      case ResultKind.SCHEMA_CHANGE -> {
        CompletableFuture<Boolean> agreed =
            router()
                .onSchemaChange(
                    response.connection(),
                    SchemaChangeDecoder.decode(body),
                    router().timeLeft(deadline(response.deadlineNanos(), future)));
        delivered();
        agreed.whenComplete((agree, error) -> onSchemaAgreement(future, agree, error));
      }
      default -> throw unknownKind(kind);
    }
    counts = false;
  }

  /** What follows an answer has taken too long: which node has given it is told as well. */
  private OperationTimedOutException at(OperationTimedOutException late) {
    return new OperationTimedOutException(
        String.valueOf(late.getMessage()), Map.of(node.address(), late), node);
  }

  private void onSchemaAgreement(
      ResponseFuture future, @Nullable Boolean agreed, @Nullable Throwable error) {
    if (error instanceof OperationTimedOutException late) {
      future.completeExceptionally(at(late));
    } else {
      future.schemaAgreed(agreed != null && agreed);
      future.complete(new ResultSet(ResultPage.empty(), router(), future));
    }
    router().access().wakeUp();
  }

  private ResultPage page(
      Response response, BodyReader body, ResponseFuture future, @Nullable Pinned pinned) {
    RowCursor rows = this.rows;
    rows.wrap(
        response.version(),
        body.buffer(),
        body.position(),
        body.remaining(),
        pinned == null ? null : pinned.known());
    if (rows.newResultMetadataId() != null) {
      router().onMetadataChanged(rows, pinned);
    }
    return ResultPage.take(rows, future, response, pinned);
  }

  private void onAnswer(ResponseFuture future, Response response) {
    future.onAnswer(
        node,
        response.requestLength(),
        EnvelopeHeaderFlyweight.HEADER_LENGTH + response.bodyLength(),
        response);
    if (AnswerDetails.areIn(response.flags())) {
      AnswerDetails details = AnswerDetails.of(prefix());
      future
          .requiredAttempts(deadline(response.deadlineNanos(), future))
          .history()
          .details(details);
      if (!details.warnings().isEmpty()) {
        router().warningLog().log(node, details.warnings());
      }
    }
  }

  @Override
  void onServerError(
      ErrorDecoder error,
      @Nullable Response response,
      SentRequest request,
      long correlationId,
      @Nullable Object attachment) {
    ResponseFuture future = (ResponseFuture) attachment;
    ServerException exception = ErrorAdapter.toException(error);
    settle(future, exception, verdict.on(future, error, exception), request, response);
  }

  @Override
  void onNotSent(
      DriverException error, SentRequest request, long correlationId, @Nullable Object attachment) {
    ResponseFuture future = (ResponseFuture) attachment;
    if (error instanceof SessionClosedException || error instanceof ClusterClosedException) {
      settle(future, error, RetryDecision.RETHROW, request, null);
    } else {
      delivered();
      request.keepFor(future).onNotSent(node, error);
    }
  }

  @Override
  void onUnanswered(
      RequestFailure failure,
      SentRequest request,
      long correlationId,
      @Nullable Object attachment) {
    ResponseFuture future = (ResponseFuture) attachment;
    DriverException error = toException(failure, future);
    switch (failure.kind()) {
      case TIMED_OUT, CLOSED -> settle(future, error, RetryDecision.RETHROW, request, null);
      case NOT_CONNECTED, BUSY -> onNotSent(error, request, correlationId, attachment);
      case CONNECTION_LOST -> {
        boolean closed = error instanceof SessionClosedException;
        settle(
            future,
            error,
            closed ? RetryDecision.RETHROW : verdict.onLost(future, error),
            request,
            null);
      }
    }
  }

  private DriverException toException(RequestFailure failure, ResponseFuture future) {
    if (failure.kind() != RequestFailure.Kind.TIMED_OUT) {
      return FailureAdapter.toException(failure, router().isClosed());
    }
    String text = FailureAdapter.timedOut(failure);
    Attempts attempts = future.attempts();
    Map<InetSocketAddress, Throwable> errors =
        attempts == null ? new LinkedHashMap<>() : attempts.history().errors();
    if (errors.isEmpty()) {
      errors.put(node.address(), new DriverException("No answer came within the timeout"));
    }
    return new OperationTimedOutException(text, errors, node);
  }

  /** What was asked for is not there: it is asked for again, or that is told. */
  private void settle(
      ResponseFuture future,
      DriverException error,
      RetryDecision decision,
      SentRequest request,
      @Nullable Response response) {
    boolean ignores = decision.kind() == RetryDecision.Kind.IGNORE;
    if (!ignores && decision.kind() != RetryDecision.Kind.RETHROW) {
      delivered();
      request.keepFor(future).onFailed(node, error, decision);
      return;
    }
    counts = future.claim();
    if (!counts) {
      delivered();
      return;
    }
    if (response != null) {
      onAnswer(future, response);
    }
    if (ignores || response == null) {
      future.requiredAttempts(request.deadlineNanos()).history().note(node, error);
    }
    counts = false;
    delivered();
    if (ignores) {
      router().nodes().count(node, SelectorCounter.IGNORED_ERRORS);
      future.complete(new ResultSet(ResultPage.empty(), router(), future));
    } else {
      future.completeExceptionally(error);
    }
  }

  @Override
  void onFault(DriverException fault, long correlationId, @Nullable Object attachment) {
    delivered();
    ResponseFuture future = (ResponseFuture) attachment;
    boolean claimed = counts;
    counts = false;
    if (claimed || future.claim()) {
      future.completeExceptionally(fault);
    }
  }

  @Override
  long deadline(long deadlineNanos, @Nullable Object attachment) {
    return attachment instanceof ResponseFuture future
        ? future.deadline(deadlineNanos)
        : deadlineNanos;
  }

  /** One attempt's time is over; if the request's is not, another node is asked as well. */
  @Override
  public long onDeadline(
      RequestFailure late,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    Attempts attempts = ((ResponseFuture) attachment).attempts();
    return attempts == null
        ? NO_LONGER
        : onLate(
            request().wrap(late, attempts.deadlineNanos(), (Pinned) pinned),
            late.deadlineNanos(),
            attachment);
  }

  @Override
  long onLate(SentRequest request, long lateNanos, @Nullable Object attachment) {
    ResponseFuture future = (ResponseFuture) attachment;
    Attempts attempts = future.attempts();
    if (attempts == null || attempts.deadlineNanos() <= lateNanos) {
      return NO_LONGER;
    }
    request.keepFor(future);
    return attempts.speculate(node);
  }

  @Override
  long attemptTimeout(long left, @Nullable Object attachment) {
    Attempts attempts = ((ResponseFuture) attachment).attempts();
    return attempts == null ? left : Attempts.earlier(attempts.speculations().laterDelay(), left);
  }
}
