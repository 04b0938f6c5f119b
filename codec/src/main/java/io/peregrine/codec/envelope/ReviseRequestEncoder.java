package io.peregrine.codec.envelope;

import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.UnsupportedFeatureException;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes REVISE_REQUEST, which changes continuous paging while it goes on (DSE_V2 specification,
 * section 4.1.9; DSE_V1 calls it CANCEL). Stateless; any thread may use it. Allocates nothing.
 *
 * <p>It needs a stream id of its own. The answer is one row with one boolean: false if the paging
 * is not known, or over.
 */
public final class ReviseRequestEncoder {
  private static final int CANCEL = 1;
  private static final int MORE_PAGES = 2;
  private static final int MAX_STREAM_ID = 0x7FFF;

  private ReviseRequestEncoder() {}

  /**
   * The length of the envelope that ends continuous paging.
   *
   * @param version the connection's version
   * @return bytes, header included
   * @throws UnsupportedFeatureException if the version has no continuous paging
   */
  public static int cancelLength(ProtocolVersion version) {
    if (!version.hasContinuousPaging()) {
      throw new UnsupportedFeatureException(
          "Cancelling a request", version, ProtocolVersion::hasContinuousPaging);
    }
    return EnvelopeHeaderFlyweight.HEADER_LENGTH + 8;
  }

  /**
   * Writes the envelope that ends continuous paging, with stream id 0.
   *
   * @param version the connection's version
   * @param targetStreamId the stream id of the request that asked for the pages
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   * @throws UnsupportedFeatureException if the version has no continuous paging
   * @throws IllegalArgumentException if the stream id is not one of 0 to 32,767
   */
  public static int encodeCancel(
      ProtocolVersion version, int targetStreamId, MutableDirectBuffer buffer, int offset) {
    cancelLength(version);
    int position = putRevision(CANCEL, targetStreamId, buffer, offset);
    return Notation.finish(version, 0, Opcode.REVISE_REQUEST, buffer, offset, position);
  }

  /**
   * The length of the envelope that asks for more pages.
   *
   * @param version the connection's version
   * @return bytes, header included
   * @throws UnsupportedFeatureException if the version cannot ask for more
   */
  public static int morePagesLength(ProtocolVersion version) {
    if (!version.hasNextPages()) {
      throw new UnsupportedFeatureException(
          "Asking for more pages", version, ProtocolVersion::hasNextPages);
    }
    return EnvelopeHeaderFlyweight.HEADER_LENGTH + 12;
  }

  /**
   * Writes the envelope that asks for more pages, with stream id 0.
   *
   * @param version the connection's version
   * @param targetStreamId the stream id of the request that asked for the pages
   * @param nextPages how many more the server may send, at least 1
   * @param buffer where to
   * @param offset where it begins
   * @return its length
   * @throws UnsupportedFeatureException if the version cannot ask for more
   * @throws IllegalArgumentException if the stream id is not one of 0 to 32,767, or the number of
   *     pages is less than 1
   */
  public static int encodeMorePages(
      ProtocolVersion version,
      int targetStreamId,
      int nextPages,
      MutableDirectBuffer buffer,
      int offset) {
    morePagesLength(version);
    if (nextPages < 1) {
      throw new IllegalArgumentException("at least 1 more page, not " + nextPages);
    }
    int position = putRevision(MORE_PAGES, targetStreamId, buffer, offset);
    position = Notation.putInt(buffer, position, nextPages);
    return Notation.finish(version, 0, Opcode.REVISE_REQUEST, buffer, offset, position);
  }

  private static int putRevision(
      int type, int targetStreamId, MutableDirectBuffer buffer, int offset) {
    if (targetStreamId < 0 || targetStreamId > MAX_STREAM_ID) {
      throw new IllegalArgumentException(
          "stream id " + targetStreamId + " is not one of 0 to " + MAX_STREAM_ID);
    }
    int position = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    position = Notation.putInt(buffer, position, type);
    return Notation.putInt(buffer, position, targetStreamId);
  }
}
