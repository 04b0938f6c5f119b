package io.peregrine.io;

/** How far a connection has come. */
enum ConnectionState {
  CONNECTING,
  SECURING,
  HANDSHAKING,
  READY,
  DRAINING,
  CLOSED;

  /** Whether there is nothing to read or write yet that would be an envelope. */
  boolean isBeforeTheHandshake() {
    return this == CONNECTING || this == SECURING;
  }

  /** Whether requests that were admitted may go. */
  boolean isSending() {
    return this == READY || this == DRAINING;
  }
}
