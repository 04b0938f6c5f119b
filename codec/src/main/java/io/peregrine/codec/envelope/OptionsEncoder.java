package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;

/** Encodes OPTIONS (v5 specification, section 4.1.3). Stateless; any thread may use it. */
public final class OptionsEncoder {
  private OptionsEncoder() {}

  /**
   * The length of the envelope.
   *
   * @return bytes, header included
   */
  public static int encodedLength() {
    return EnvelopeHeaderFlyweight.HEADER_LENGTH;
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   */
  public static int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return EnvelopeHeaderFlyweight.put(buffer, offset, version, 0, 0, Opcode.OPTIONS, 0);
  }
}
