package io.peregrine.codec.row;

import io.peregrine.codec.DriverException;

/**
 * A column or field name that the row, or the user-defined type, does not have. Instances are
 * immutable.
 *
 * <p>The message lists the names that there are.
 */
public final class UnknownColumnException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what was looked for and what there is.
   *
   * @param message the name asked for and the names that exist
   */
  public UnknownColumnException(String message) {
    super(message);
  }
}
