package io.peregrine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * How bytes get to the socket and back: plain, or through TLS. Confined to the agent's thread; no
 * call blocks.
 *
 * <p>A transport that carries bytes as they are needs {@link #read} and {@link #write} only; the
 * other methods are for one that has a conversation of its own with the server, or that holds bytes
 * back.
 */
public interface Transport {
  /**
   * Reads what is there.
   *
   * @param target a direct buffer with room
   * @return how many bytes were read, 0 if none are there, -1 at the end of the stream
   * @throws IOException if the connection is broken
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Writes what the socket takes.
   *
   * @param source a direct buffer with bytes
   * @return how many bytes were taken
   * @throws IOException if the connection is broken
   */
  int write(ByteBuffer source) throws IOException;

  /**
   * Goes on with what has to be said before the first byte can be carried. Called again whenever
   * the socket is ready, and after {@link TransportOwner#resume}.
   *
   * @return true once {@link #read} and {@link #write} may be used
   * @throws IOException if the server cannot be agreed with
   */
  default boolean handshake() throws IOException {
    return true;
  }

  /**
   * Writes bytes that were taken earlier and are still held back.
   *
   * @return true if none are left
   * @throws IOException if the connection is broken
   */
  default boolean flush() throws IOException {
    return true;
  }

  /**
   * Whether bytes have been received that the last {@link #read} had no room for, so that no
   * selector will announce them.
   *
   * @return true if it is to be called again
   */
  default boolean hasUnread() {
    return false;
  }

  /**
   * What the selector is to watch for.
   *
   * @param waitsForRoom whether there are bytes that {@link #write} or {@link #flush} did not get
   *     rid of
   * @return of {@link SelectionKey#OP_READ} and {@link SelectionKey#OP_WRITE}
   */
  default int interest(boolean waitsForRoom) {
    return waitsForRoom ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
  }

  /** Says goodbye, if that can be done at once, before the socket is closed. */
  default void close() {}

  /** Gives its memory back. Called once, after {@link #close}; nothing is called after it. */
  default void free() {}
}
