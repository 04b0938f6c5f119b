package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The coordinator is still starting (0x1002). Immutable. */
public final class BootstrappingException extends ServerException {
  private static final long serialVersionUID = 1L;

  BootstrappingException(String serverMessage) {
    super(ErrorCode.IS_BOOTSTRAPPING, serverMessage);
  }
}
