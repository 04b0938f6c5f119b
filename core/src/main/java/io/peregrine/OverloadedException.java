package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The coordinator has too much to do (0x1001). Immutable. */
public final class OverloadedException extends ServerException {
  private static final long serialVersionUID = 1L;

  OverloadedException(String serverMessage) {
    super(ErrorCode.OVERLOADED, serverMessage);
  }
}
