package io.peregrine;

import io.peregrine.codec.DriverException;

/** Continuous paging cannot go on, or there is none. Immutable. */
public final class ContinuousPagingException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public ContinuousPagingException(String message) {
    super(message);
  }
}
