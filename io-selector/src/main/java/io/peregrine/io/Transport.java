package io.peregrine.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How bytes get to the socket and back: plain, or later through TLS. Confined to the agent's
 * thread; neither call blocks.
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
}
