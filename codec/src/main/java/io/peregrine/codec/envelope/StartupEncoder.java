package io.peregrine.codec.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import java.util.Map;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes STARTUP (v5 specification, section 4.1.1). Stateless; any thread may use it. Allocates.
 */
public final class StartupEncoder {
  private StartupEncoder() {}

  /**
   * The length of the envelope.
   *
   * @param options what the client tells of itself; {@code CQL_VERSION} must be among them
   * @return bytes, header included
   * @throws io.peregrine.codec.RequestTooLargeException if the options, or one of them, are too
   *     long
   */
  public static int encodedLength(Map<String, String> options) {
    long body = 2;
    for (Map.Entry<String, String> option : options.entrySet()) {
      body += Notation.shortBytesLength("option's name", option.getKey().getBytes(UTF_8));
      body += Notation.shortBytesLength("option's value", option.getValue().getBytes(UTF_8));
    }
    return Notation.envelopeLength(body);
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the version to speak; the server refuses it if it cannot
   * @param options as for {@link #encodedLength}
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   */
  public static int encode(
      ProtocolVersion version,
      Map<String, String> options,
      MutableDirectBuffer buffer,
      int offset) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position = Notation.putCount(buffer, position, "options", options.size());
    for (Map.Entry<String, String> option : options.entrySet()) {
      position = Notation.putShortBytes(buffer, position, option.getKey().getBytes(UTF_8));
      position = Notation.putShortBytes(buffer, position, option.getValue().getBytes(UTF_8));
    }
    return Notation.finish(version, 0, Opcode.STARTUP, buffer, offset, position);
  }
}
