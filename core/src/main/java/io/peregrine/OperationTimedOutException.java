package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** No answer came in time. Immutable. */
public final class OperationTimedOutException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public OperationTimedOutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
