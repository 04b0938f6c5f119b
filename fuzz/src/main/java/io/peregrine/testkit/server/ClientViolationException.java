package io.peregrine.testkit.server;

/**
 * The client broke the protocol in a way that leaves nothing on this connection to be trusted.
 * Immutable.
 */
final class ClientViolationException extends Exception {
  private static final long serialVersionUID = 1L;

  ClientViolationException(String message) {
    super(message);
  }
}
