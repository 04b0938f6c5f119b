package io.peregrine;

import io.peregrine.codec.DriverException;
import org.jspecify.annotations.Nullable;

/** A policy threw where the driver cannot do without it. Immutable. */
public final class PolicyException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message and cause.
   *
   * @param message what failed, and the remedy
   * @param cause what the policy threw, or null
   */
  public PolicyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
