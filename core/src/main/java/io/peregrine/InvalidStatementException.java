package io.peregrine;

import io.peregrine.codec.DriverException;

/** A statement that cannot be sent as it is: a wrong number of values, an unset key. Immutable. */
public final class InvalidStatementException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public InvalidStatementException(String message) {
    super(message);
  }
}
