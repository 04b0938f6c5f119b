package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** A truncation failed (0x1003). Immutable. */
public final class TruncateException extends ServerException {
  private static final long serialVersionUID = 1L;

  TruncateException(String serverMessage) {
    super(ErrorCode.TRUNCATE_ERROR, serverMessage);
  }
}
