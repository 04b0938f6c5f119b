package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** The server answered with something that is no answer to the request. Immutable. */
public final class UnexpectedAnswerException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause the underlying error, or null
   */
  public UnexpectedAnswerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
