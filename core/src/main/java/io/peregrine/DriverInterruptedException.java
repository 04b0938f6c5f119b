package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** The thread was interrupted while it waited; its interrupt flag is set. Immutable. */
public final class DriverInterruptedException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public DriverInterruptedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
