package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** A {@link PageDecoder} threw, or made nothing of a page. Immutable. */
public final class DecoderException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause what the decoder threw, or null
   */
  public DecoderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
