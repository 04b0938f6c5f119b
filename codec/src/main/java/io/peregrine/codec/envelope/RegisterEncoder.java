package io.peregrine.codec.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes REGISTER (v5 specification, section 4.1.8). Stateless; any thread may use it. Allocates.
 */
public final class RegisterEncoder {
  private RegisterEncoder() {}

  /**
   * The length of the envelope.
   *
   * @param eventTypes {@code TOPOLOGY_CHANGE}, {@code STATUS_CHANGE}, {@code SCHEMA_CHANGE}
   * @return bytes, header included
   * @throws io.peregrine.codec.RequestTooLargeException if the types, or one of them, are too long
   */
  public static int encodedLength(List<String> eventTypes) {
    long body = 2;
    for (String type : eventTypes) {
      body += Notation.shortBytesLength("event type", type.getBytes(UTF_8));
    }
    return Notation.envelopeLength(body);
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param eventTypes as for {@link #encodedLength}
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   */
  public static int encode(
      ProtocolVersion version, List<String> eventTypes, MutableDirectBuffer buffer, int offset) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position = Notation.putCount(buffer, position, "event types", eventTypes.size());
    for (String type : eventTypes) {
      position = Notation.putShortBytes(buffer, position, type.getBytes(UTF_8));
    }
    return Notation.finish(version, 0, Opcode.REGISTER, buffer, offset, position);
  }
}
