package io.peregrine.io;

import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;

/**
 * A request that can write itself as one envelope. Called on the thread that offers the request,
 * and never after the offer has returned.
 */
public interface RequestEncoder {
  /**
   * How long the envelope will be.
   *
   * @param version the connection's protocol version
   * @return the length in bytes, header included
   */
  int encodedLength(ProtocolVersion version);

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's protocol version
   * @param buffer where to
   * @param offset the index of the envelope's first byte
   * @return how many bytes were written: what {@link #encodedLength} said
   */
  int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset);

  /**
   * Whether the agent keeps the request's bytes until the answer is there, so that they can be sent
   * again.
   *
   * @return true to keep them
   */
  boolean isRepeatable();

  /**
   * Whether many envelopes answer the request, all on its stream id, as DSE's continuous paging has
   * it.
   *
   * @return true if so: then its handler must be a {@link StreamHandler}
   */
  default boolean isStreamed() {
    return false;
  }
}
