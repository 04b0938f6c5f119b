package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/**
 * The connection was lost while the request was on its way; whether it took effect is unknown.
 * Immutable.
 */
public final class RequestAbortedException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public RequestAbortedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
