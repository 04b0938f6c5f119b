package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.io.RequestFailure;

/** Makes exceptions of requests that have no answer. Stateless. */
final class FailureAdapter {
  private FailureAdapter() {}

  /** A connection that the session itself closed was not lost. */
  static boolean isOfClosedSession(RequestFailure failure, boolean sessionClosed) {
    return failure.cause() instanceof SessionClosedException
        || sessionClosed && failure.kind() == RequestFailure.Kind.NOT_CONNECTED;
  }

  static String timedOut(RequestFailure failure) {
    return "Timed out: " + failure.describe() + "; the request may still take effect";
  }

  static DriverException toException(RequestFailure failure, boolean sessionClosed) {
    String text = failure.describe();
    Throwable cause = failure.cause();
    boolean closed = isOfClosedSession(failure, sessionClosed);
    return switch (failure.kind()) {
      case TIMED_OUT -> new OperationTimedOutException(timedOut(failure), null);
      case CONNECTION_LOST ->
          closed
              ? new SessionClosedException("The session was closed while the request was in flight")
              : new RequestAbortedException("Aborted: " + text, cause);
      case NOT_CONNECTED ->
          closed
              ? new SessionClosedException("The session was closed before the request was sent")
              : new RequestAbortedException("Not sent: " + text, cause);
      case BUSY -> Refusal.of(failure);
      case CLOSED -> new ClusterClosedException("The cluster was closed: " + text);
    };
  }
}
