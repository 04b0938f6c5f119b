package io.peregrine.codec;

/**
 * A value of the right Java class that its CQL type cannot hold. Instances are immutable.
 *
 * <p>It is thrown while a value is written, before the server sees it: out of range, null where
 * Cassandra refuses null, a character that ASCII does not have, a vector of another size.
 */
public final class InvalidValueException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what cannot be written.
   *
   * @param message the value, the limit that it breaks, and the remedy
   */
  public InvalidValueException(String message) {
    super(message);
  }
}
