package io.peregrine;

import io.peregrine.codec.DriverException;

/** A user-defined type that the driver does not know of. Immutable. */
public final class UserTypeDoesNotExistException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what does not exist
   */
  public UserTypeDoesNotExistException(String message) {
    super(message);
  }
}
