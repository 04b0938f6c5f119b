package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** No contact point has an address. Immutable. */
public final class UnresolvedContactPointException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public UnresolvedContactPointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
