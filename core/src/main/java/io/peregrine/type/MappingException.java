package io.peregrine.type;

import io.peregrine.codec.DriverException;

/**
 * A Java class that does not go with the columns of a result or the fields of a user-defined type.
 * Immutable.
 *
 * <p>This is a mistake in the program, and is found before the first row is read.
 */
public final class MappingException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message the class, what it lacks or what does not fit, and the remedy
   */
  public MappingException(String message) {
    super(message);
  }
}
