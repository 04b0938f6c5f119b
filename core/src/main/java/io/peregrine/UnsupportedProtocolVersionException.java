package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** The server does not speak the protocol version that is asked for. Immutable. */
public final class UnsupportedProtocolVersionException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public UnsupportedProtocolVersionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
