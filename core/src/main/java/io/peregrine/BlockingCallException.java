package io.peregrine;

import io.peregrine.codec.DriverException;

/** A blocking call on one of the threads that would have to serve it. Immutable. */
public final class BlockingCallException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public BlockingCallException(String message) {
    super(message);
  }
}
