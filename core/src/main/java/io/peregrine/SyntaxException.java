package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The query is not CQL (0x2000). Immutable. */
public final class SyntaxException extends ServerException {
  private static final long serialVersionUID = 1L;

  SyntaxException(String serverMessage) {
    super(ErrorCode.SYNTAX_ERROR, serverMessage);
  }
}
