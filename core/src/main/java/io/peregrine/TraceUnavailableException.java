package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** A trace was not complete within the time that it was waited for. Immutable. */
public final class TraceUnavailableException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message which trace, how long it was waited for, and the remedy
   * @param cause why the last attempt to read it failed; null if it did not
   */
  public TraceUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
