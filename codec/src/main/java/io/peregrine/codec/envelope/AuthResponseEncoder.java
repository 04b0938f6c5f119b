package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Encodes AUTH_RESPONSE (v5 specification, section 4.1.2). Stateless; any thread may use it. */
public final class AuthResponseEncoder {
  private static final int NULL_LENGTH = -1;

  private AuthResponseEncoder() {}

  /**
   * The length of the envelope.
   *
   * @param token the SASL token; null if there is none
   * @return bytes, header included
   * @throws io.peregrine.codec.RequestTooLargeException if the token is too long
   */
  public static int encodedLength(byte @Nullable [] token) {
    return Notation.envelopeLength(token == null ? 4 : Notation.bytesLength(token));
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param token as for {@link #encodedLength}
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   */
  public static int encode(
      ProtocolVersion version, byte @Nullable [] token, MutableDirectBuffer buffer, int offset) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position =
        token == null
            ? Notation.putInt(buffer, position, NULL_LENGTH)
            : Notation.putBytes(buffer, position, token);
    return Notation.finish(version, 0, Opcode.AUTH_RESPONSE, buffer, offset, position);
  }
}
