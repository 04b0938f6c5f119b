package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes QUERY (v5 specification, section 4.1.4). Stateless; any thread may use it. Allocates
 * nothing.
 */
public final class QueryEncoder {
  private QueryEncoder() {}

  /**
   * The length of the envelope.
   *
   * @param version the connection's version
   * @param queryUtf8 the query's text
   * @param parameters what goes with it
   * @return bytes, header included
   * @throws io.peregrine.codec.DriverException if it is too large, or if the version cannot carry
   *     one of the parameters
   */
  public static int encodedLength(
      ProtocolVersion version, byte[] queryUtf8, QueryParameters parameters) {
    UnsetValues.check(version, parameters);
    return Notation.envelopeLength(
        ParametersEncoder.payloadLength(version, parameters)
            + Notation.bytesLength(queryUtf8)
            + ParametersEncoder.encodedLength(version, parameters));
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param queryUtf8 the query's text
   * @param parameters what goes with it
   * @param buffer where to; as many bytes as {@link #encodedLength} said must be there
   * @param offset where it begins
   * @return its length
   */
  public static int encode(
      ProtocolVersion version,
      byte[] queryUtf8,
      QueryParameters parameters,
      MutableDirectBuffer buffer,
      int offset) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position = ParametersEncoder.putPayload(parameters, buffer, position);
    position = Notation.putBytes(buffer, position, queryUtf8);
    position = ParametersEncoder.encode(version, parameters, buffer, position);
    return Notation.finish(
        version, ParametersEncoder.headerFlags(parameters), Opcode.QUERY, buffer, offset, position);
  }
}
