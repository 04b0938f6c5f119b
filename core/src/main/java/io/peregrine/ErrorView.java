package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.io.RequestFailure;
import org.jspecify.annotations.Nullable;

/**
 * Why a request failed: a flyweight over what the server or the driver says. It belongs to the
 * driver's thread and is valid during the call that hands it over.
 */
public final class ErrorView {
  /** The answer did not come in time. */
  public static final int TIMED_OUT = -1;

  /** The connection was lost while the request was on its way. */
  public static final int CONNECTION_LOST = -2;

  /** The connection was lost before the request was sent. */
  public static final int NOT_CONNECTED = -3;

  /** The server does not read; the request was not sent. */
  public static final int BUSY = -4;

  /** The session or the cluster was closed. */
  public static final int CLOSED = -5;

  /** The answer could not be understood. */
  public static final int MALFORMED_ANSWER = -6;

  private int code;
  private @Nullable ErrorDecoder decoder;
  private @Nullable RequestFailure failure;
  private boolean ofClosedSession;
  private @Nullable DriverException fault;

  ErrorView() {}

  ErrorView wrap(ErrorDecoder error) {
    decoder = error;
    failure = null;
    fault = null;
    code = error.code();
    return this;
  }

  ErrorView wrap(RequestFailure failed, boolean sessionClosed) {
    decoder = null;
    failure = failed;
    fault = null;
    ofClosedSession = sessionClosed;
    boolean closed = FailureAdapter.isOfClosedSession(failed, sessionClosed);
    code =
        switch (failed.kind()) {
          case TIMED_OUT -> TIMED_OUT;
          case CONNECTION_LOST -> closed ? CLOSED : CONNECTION_LOST;
          case NOT_CONNECTED -> closed ? CLOSED : NOT_CONNECTED;
          case BUSY -> BUSY;
          case CLOSED -> CLOSED;
        };
    return this;
  }

  ErrorView wrap(DriverException thrown) {
    decoder = null;
    failure = null;
    fault = thrown;
    code = code(thrown);
    return this;
  }

  /** A repair that could not be sent is no malformed answer. */
  private static int code(DriverException thrown) {
    if (thrown instanceof BackPressureException) {
      return BUSY;
    }
    if (thrown instanceof SessionClosedException || thrown instanceof ClusterClosedException) {
      return CLOSED;
    }
    return thrown instanceof RequestAbortedException ? NOT_CONNECTED : MALFORMED_ANSWER;
  }

  /**
   * What kind of error this is.
   *
   * @return one of {@link io.peregrine.codec.ErrorCode} if the server reports it; a negative
   *     constant of this class if the driver does
   */
  public int code() {
    return code;
  }

  /**
   * Whether the server reports the error, rather than the driver.
   *
   * @return true if it does
   */
  public boolean isFromServer() {
    return decoder != null;
  }

  /**
   * The fields of the server's error, without making an exception of it.
   *
   * @return a flyweight, valid as long as this
   * @throws IllegalStateException if the error is not the server's
   */
  public ErrorDecoder serverError() {
    ErrorDecoder decoder = this.decoder;
    if (decoder == null) {
      throw new IllegalStateException("error " + code + " is the driver's own");
    }
    return decoder;
  }

  /**
   * The error in words. Allocates.
   *
   * @return the message
   */
  public String message() {
    return String.valueOf(toException().getMessage());
  }

  /**
   * The exception that the convenient API would throw. Allocates.
   *
   * @return an exception that may be kept
   */
  public DriverException toException() {
    if (decoder != null) {
      return ErrorAdapter.toException(decoder);
    }
    if (failure != null) {
      return FailureAdapter.toException(failure, ofClosedSession);
    }
    if (fault != null) {
      return fault;
    }
    throw new IllegalStateException("this view lies over no error");
  }
}
