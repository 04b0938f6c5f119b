package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes PREPARE (v5 specification, section 4.1.5). Stateless; any thread may use it. Allocates
 * nothing.
 *
 * <p>Of the parameters it takes keyspace, tracing and custom payload; PREPARE has no others.
 */
public final class PrepareEncoder {
  private static final int FLAG_KEYSPACE = 0x01;

  private PrepareEncoder() {}

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
    byte[] keyspace = parameters.keyspace;
    ParametersEncoder.checkKeyspace(version, keyspace);
    long body =
        ParametersEncoder.payloadLength(version, parameters) + Notation.bytesLength(queryUtf8);
    if (version.hasPrepareFlags()) {
      body += 4;
    }
    if (keyspace != null) {
      body += Notation.shortBytesLength("keyspace", keyspace);
    }
    return Notation.envelopeLength(body);
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param queryUtf8 the query's text
   * @param parameters as for {@link #encodedLength}
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
    byte[] keyspace = parameters.keyspace;
    if (version.hasPrepareFlags()) {
      position = Notation.putInt(buffer, position, keyspace == null ? 0 : FLAG_KEYSPACE);
    }
    if (keyspace != null) {
      position = Notation.putShortBytes(buffer, position, keyspace);
    }
    return Notation.finish(
        version,
        ParametersEncoder.headerFlags(parameters),
        Opcode.PREPARE,
        buffer,
        offset,
        position);
  }
}
