package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The server does not accept the credentials (0x0100). Immutable. */
public final class AuthenticationFailedException extends ServerException {
  private static final long serialVersionUID = 1L;

  AuthenticationFailedException(String serverMessage) {
    super(ErrorCode.BAD_CREDENTIALS, serverMessage);
  }
}
