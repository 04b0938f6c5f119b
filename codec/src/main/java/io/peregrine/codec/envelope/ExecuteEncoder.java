package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes EXECUTE (v5 specification, section 4.1.6). Stateless; any thread may use it. Allocates
 * nothing.
 */
public final class ExecuteEncoder {
  private ExecuteEncoder() {}

  /**
   * The length of the envelope.
   *
   * @param version the connection's version
   * @param id the prepared statement's id
   * @param resultMetadataId the id of the columns that the client knows; v3, v4 and DSE_V1 do not
   *     send it
   * @param parameters what goes with it
   * @return bytes, header included
   * @throws io.peregrine.codec.DriverException if it is too large, or if the version cannot carry
   *     one of the parameters
   */
  public static int encodedLength(
      ProtocolVersion version, byte[] id, byte[] resultMetadataId, QueryParameters parameters) {
    UnsetValues.check(version, parameters);
    return lengthOfAnyValues(version, id, resultMetadataId, parameters);
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param id as for {@link #encodedLength}
   * @param resultMetadataId as for {@link #encodedLength}
   * @param parameters what goes with it
   * @param buffer where to; as many bytes as {@link #encodedLength} said must be there
   * @param offset where it begins
   * @return its length
   */
  public static int encode(
      ProtocolVersion version,
      byte[] id,
      byte[] resultMetadataId,
      QueryParameters parameters,
      MutableDirectBuffer buffer,
      int offset) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position = ParametersEncoder.putPayload(parameters, buffer, position);
    position = Notation.putShortBytes(buffer, position, id);
    if (version.hasResultMetadataId()) {
      position = Notation.putShortBytes(buffer, position, resultMetadataId);
    }
    position = ParametersEncoder.encode(version, parameters, buffer, position);
    return Notation.finish(
        version,
        ParametersEncoder.headerFlags(parameters),
        Opcode.EXECUTE,
        buffer,
        offset,
        position);
  }

  /** The length, whatever the values are. */
  static int lengthOfAnyValues(
      ProtocolVersion version, byte[] id, byte[] resultMetadataId, QueryParameters parameters) {
    long body =
        ParametersEncoder.payloadLength(version, parameters)
            + Notation.shortBytesLength("statement id", id);
    if (version.hasResultMetadataId()) {
      body += Notation.shortBytesLength("result metadata id", resultMetadataId);
    }
    return Notation.envelopeLength(body + ParametersEncoder.encodedLength(version, parameters));
  }
}
