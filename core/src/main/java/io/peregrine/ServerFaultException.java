package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** Something went wrong inside the server (0x0000). Immutable. */
public final class ServerFaultException extends ServerException {
  private static final long serialVersionUID = 1L;

  ServerFaultException(String serverMessage) {
    super(ErrorCode.SERVER_ERROR, serverMessage);
  }
}
