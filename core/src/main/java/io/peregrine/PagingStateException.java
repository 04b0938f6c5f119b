package io.peregrine;

import io.peregrine.codec.DriverException;

/** A paging state that is damaged, or of another query or other values. Immutable. */
public final class PagingStateException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what does not go together, and the remedy
   */
  public PagingStateException(String message) {
    super(message);
  }
}
