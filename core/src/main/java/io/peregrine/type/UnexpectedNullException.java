package io.peregrine.type;

import io.peregrine.codec.DriverException;

/** A null where the Java class has a primitive, which has no word for it. Immutable. */
public final class UnexpectedNullException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what is null, what it was to become, and the remedy
   */
  public UnexpectedNullException(String message) {
    super(message);
  }
}
