package io.peregrine.codec;

/**
 * A value asked for, or given, as a Java type that its CQL type has no meaning in. Instances are
 * immutable.
 *
 * <p>This is a mistake in the program, not in the data: the message names the CQL type, what was
 * asked or given, and what would do.
 */
public final class WrongTypeException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what does not fit.
   *
   * @param message where the value is, its CQL type, the type asked or given, and the remedy
   */
  public WrongTypeException(String message) {
    super(message);
  }
}
