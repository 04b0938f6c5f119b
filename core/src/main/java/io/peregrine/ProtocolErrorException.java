package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The server says that the driver broke the protocol (0x000A). Immutable. */
public final class ProtocolErrorException extends ServerException {
  private static final long serialVersionUID = 1L;

  ProtocolErrorException(String serverMessage) {
    super(ErrorCode.PROTOCOL_ERROR, serverMessage);
  }
}
