package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The query is CQL, but cannot be run (0x2200). Immutable. */
public final class InvalidQueryException extends ServerException {
  private static final long serialVersionUID = 1L;

  InvalidQueryException(String serverMessage) {
    super(ErrorCode.INVALID, serverMessage);
  }
}
