package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** Encodes PREPARE (v5 specification, section 4.1.5). Stateless; any thread may use it. */
public final class PrepareEncoder {
  private static final int FLAG_KEYSPACE = 0x01;

  private PrepareEncoder() {}

  /**
   * The length of the envelope.
   *
   * @param version the connection's version
   * @param queryUtf8 the query's text
   * @param keyspaceUtf8 the keyspace for names without one, from v5 on; null for the session's
   * @return bytes, header included
   * @throws io.peregrine.codec.DriverException if it is too large, or if v4 is to carry a keyspace
   */
  public static int encodedLength(
      ProtocolVersion version, byte[] queryUtf8, byte @Nullable [] keyspaceUtf8) {
    QueryParameters.checkVersion(version, keyspaceUtf8, QueryParameters.NO_NOW);
    long body = Notation.bytesLength(queryUtf8);
    if (version != ProtocolVersion.V4) {
      body += 4;
    }
    if (keyspaceUtf8 != null) {
      body += Notation.shortBytesLength("keyspace", keyspaceUtf8);
    }
    return Notation.envelopeLength(body);
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param version the connection's version
   * @param queryUtf8 the query's text
   * @param keyspaceUtf8 as for {@link #encodedLength}
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   */
  public static int encode(
      ProtocolVersion version,
      byte[] queryUtf8,
      byte @Nullable [] keyspaceUtf8,
      MutableDirectBuffer buffer,
      int offset) {
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position = Notation.putBytes(buffer, position, queryUtf8);
    if (version != ProtocolVersion.V4) {
      position = Notation.putInt(buffer, position, keyspaceUtf8 == null ? 0 : FLAG_KEYSPACE);
    }
    if (keyspaceUtf8 != null) {
      position = Notation.putShortBytes(buffer, position, keyspaceUtf8);
    }
    return Notation.finish(version, 0, Opcode.PREPARE, buffer, offset, position);
  }
}
