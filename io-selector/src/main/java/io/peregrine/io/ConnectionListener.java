package io.peregrine.io;

import io.peregrine.codec.DriverException;

/**
 * What becomes of a connection. Called on the agent's thread; must not block, and hands over what
 * takes time.
 */
public interface ConnectionListener {
  /**
   * The handshake is done: requests may be offered.
   *
   * @param connection the connection
   */
  void onReady(Connection connection);

  /**
   * The connection takes no more requests, because too many were never answered, or because a
   * handler wants it so; those in flight may still end, then it closes. It is time for another one.
   * Does nothing by default.
   *
   * @param connection the connection
   * @param cause why, which is what it closes with
   */
  default void onDraining(Connection connection, DriverException cause) {}

  /**
   * The connection is gone, for whatever reason, whether it was ever ready or not. Called exactly
   * once, after everything that was in flight on it has failed.
   *
   * @param connection the connection
   * @param cause why; a {@link HandshakeException} if it never was ready
   */
  void onClosed(Connection connection, DriverException cause);

  /**
   * The server reports an event (stream id -1).
   *
   * @param event the EVENT envelope; valid during this call only
   */
  void onEvent(Response event);
}
