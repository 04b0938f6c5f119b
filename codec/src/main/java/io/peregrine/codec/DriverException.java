package io.peregrine.codec;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that the driver throws on its own account. Instances are immutable and may
 * be handed from thread to thread.
 *
 * <p>A leaf class says what went wrong; its message names the value, the limit, the usual cause and
 * the remedy.
 */
public class DriverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error without an underlying one.
   *
   * @param message what failed, why, and what to do about it
   */
  public DriverException(String message) {
    super(message);
  }

  /**
   * An error with the one that led to it.
   *
   * @param message what failed, why, and what to do about it
   * @param cause the underlying error, or null if there is none
   */
  public DriverException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
