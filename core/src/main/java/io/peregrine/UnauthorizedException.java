package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The user may not do this (0x2100). Immutable. */
public final class UnauthorizedException extends ServerException {
  private static final long serialVersionUID = 1L;

  UnauthorizedException(String serverMessage) {
    super(ErrorCode.UNAUTHORIZED, serverMessage);
  }
}
