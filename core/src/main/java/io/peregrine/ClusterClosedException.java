package io.peregrine;

import io.peregrine.codec.DriverException;

/** The cluster, and everything of it, has been closed. Immutable. */
public final class ClusterClosedException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with its message.
   *
   * @param message what failed, and the remedy
   */
  public ClusterClosedException(String message) {
    super(message);
  }
}
