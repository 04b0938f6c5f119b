package io.peregrine;

import io.peregrine.codec.ErrorCode;
import io.peregrine.io.HandshakeException;

/**
 * A server does not accept who the client says it is (0x0100), or wants to know and is not told.
 * The driver does not try that node again by itself. Immutable.
 */
public final class AuthenticationFailedException extends ServerException {
  private static final long serialVersionUID = 1L;

  AuthenticationFailedException(String serverMessage) {
    super(ErrorCode.BAD_CREDENTIALS, serverMessage);
  }

  private AuthenticationFailedException(String message, HandshakeException cause) {
    super(ErrorCode.BAD_CREDENTIALS, message, message, cause);
  }

  /** The public face of a handshake that failed for who the client is; others stay as they are. */
  static Throwable faceOf(Throwable error) {
    return error instanceof HandshakeException handshake && handshake.isAuthentication()
        ? new AuthenticationFailedException(String.valueOf(error.getMessage()), handshake)
        : error;
  }
}
