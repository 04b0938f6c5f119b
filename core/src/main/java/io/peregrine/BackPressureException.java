package io.peregrine;

import io.peregrine.codec.DriverException;

/** The driver cannot take the request now: its ring or every connection is full. Immutable. */
public final class BackPressureException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public BackPressureException(String message) {
    super(message);
  }
}
