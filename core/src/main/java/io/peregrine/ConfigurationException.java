package io.peregrine;

import io.peregrine.codec.ErrorCode;

/** The query asks for a configuration that cannot be (0x2300). Immutable. */
public final class ConfigurationException extends ServerException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String serverMessage) {
    super(ErrorCode.CONFIG_ERROR, serverMessage);
  }
}
