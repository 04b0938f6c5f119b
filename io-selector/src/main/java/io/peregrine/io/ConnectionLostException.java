package io.peregrine.io;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** A connection that was ready and is no more. Immutable. */
public final class ConnectionLostException extends DriverException {
  private static final long serialVersionUID = 1L;

  ConnectionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
