package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The space for change data capture is used up (0x1600). Immutable. */
public final class CdcWriteFailureException extends ServerException {
  private static final long serialVersionUID = 1L;

  CdcWriteFailureException(String serverMessage) {
    super(ErrorCode.CDC_WRITE_FAILURE, serverMessage);
  }
}
