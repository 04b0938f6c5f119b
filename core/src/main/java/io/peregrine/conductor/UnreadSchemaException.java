package io.peregrine.conductor;

import io.peregrine.codec.DriverException;

/**
 * A node tells who is in the cluster, but not even how keyspaces are replicated. Immutable.
 *
 * <p>Another one may; if none does, requests can do without.
 */
final class UnreadSchemaException extends DriverException {
  private static final long serialVersionUID = 1L;

  /**
   * An error.
   *
   * @param cause what the node did not tell, and why
   */
  UnreadSchemaException(Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
