package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.io.RequestFailure;

/** Makes exceptions of requests that have no answer. Stateless. */
final class FailureAdapter {
  private FailureAdapter() {}

  static DriverException toException(RequestFailure failure) {
    String text = failure.describe();
    Throwable cause = failure.cause();
    return switch (failure.kind()) {
      case TIMED_OUT ->
          new OperationTimedOutException(
              "Timed out: " + text + "; the request may still take effect", null);
      case CONNECTION_LOST ->
          cause instanceof SessionClosedException
              ? new SessionClosedException("The session was closed while the request was in flight")
              : new RequestAbortedException("Aborted: " + text, cause);
      case NOT_CONNECTED ->
          cause instanceof SessionClosedException
              ? new SessionClosedException("The session was closed")
              : new RequestAbortedException("Not sent: " + text, cause);
      case BUSY -> new BackPressureException("Not sent: " + text);
      case CLOSED -> new ClusterClosedException("The cluster was closed: " + text);
    };
  }
}
