package io.peregrine;

import io.peregrine.codec.DriverException;

/** There is no page behind the last one. Immutable. */
public final class QueryExhaustedException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public QueryExhaustedException(String message) {
    super(message);
  }
}
