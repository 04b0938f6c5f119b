package io.peregrine;

import io.peregrine.codec.DriverException;

/** The session has been closed. Immutable. */
public final class SessionClosedException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public SessionClosedException(String message) {
    super(message);
  }
}
