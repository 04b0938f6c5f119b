package io.peregrine.io;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** A connection that never became ready. Immutable. */
public final class HandshakeException extends DriverException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Reason {
    /** Nobody listens at the address, or it cannot be reached. */
    UNREACHABLE,
    /** The handshake did not end within the connect timeout. */
    TIMED_OUT,
    /** What answers does not speak CQL. */
    NOT_CQL,
    /** The server does not speak this protocol version. */
    UNSUPPORTED_VERSION,
    /** The server does not speak the version of CQL that was asked for. */
    UNSUPPORTED_CQL_VERSION,
    /** The server, or the protocol version, does not have the compression that was asked for. */
    UNSUPPORTED_COMPRESSION,
    /** TLS could not be agreed on, or the certificate of one side is not good for the other. */
    TLS,
    /** The server wants the client to authenticate, and it has nothing to do so with. */
    AUTHENTICATION_REQUIRED,
    /** The server does not accept who the client says it is, or the client cannot say it. */
    AUTHENTICATION_FAILED,
    /** The server answered with another error. */
    REFUSED,
    /** The connection was lost or closed before the handshake ended. */
    CLOSED
  }

  /** What went wrong. */
  private final Reason reason;

  HandshakeException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /**
   * Whether it was about who the client is, so that to try again is of no use before somebody
   * changes credentials.
   *
   * @return true for AUTHENTICATION_REQUIRED and AUTHENTICATION_FAILED
   */
  public boolean isAuthentication() {
    return reason == Reason.AUTHENTICATION_REQUIRED || reason == Reason.AUTHENTICATION_FAILED;
  }

  /**
   * What went wrong.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
