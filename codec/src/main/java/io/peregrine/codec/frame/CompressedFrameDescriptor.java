package io.peregrine.codec.frame;

/**
 * The layout of a frame on a connection that agreed on LZ4 (v5 specification, section 2.3).
 * Constants and offsets only; any thread may use them.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------+-----------------------------+
 *   |        Compressed length        |     Uncompressed length
 *   +---+-+---------+-----------------+-----------------------------+
 *       |S| Padding |              CRC24 of the header              |
 *   +---+-+---------+-----------------------------------------------+
 *   |                            Payload                           ...
 *   +---------------------------------------------------------------+
 *   |                   CRC32 of the payload as sent                |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The CRC24 covers five bytes. An uncompressed length of 0 means that the payload is sent as it
 * is; the specification's text says so of the compressed length, but no server does that.
 */
public final class CompressedFrameDescriptor {
  /** Bytes before the payload. */
  public static final int HEADER_LENGTH = 8;

  /** Bytes after the payload. */
  public static final int TRAILER_LENGTH = FrameDescriptor.TRAILER_LENGTH;

  /** The most bytes that a frame can have. */
  public static final int MAX_FRAME_LENGTH =
      HEADER_LENGTH + FrameDescriptor.MAX_PAYLOAD_LENGTH + TRAILER_LENGTH;

  /** Bytes of the header that the CRC24 covers. */
  static final int CHECKED_HEADER_LENGTH = 5;

  /** Where the CRC24 stands in the header's 64 bits. */
  static final int CRC24_SHIFT = CHECKED_HEADER_LENGTH * 8;

  private static final int UNCOMPRESSED_LENGTH_SHIFT = 17;
  private static final long SELF_CONTAINED_FLAG = 1L << 34;

  private CompressedFrameDescriptor() {}

  /**
   * Where the payload begins.
   *
   * @param frameOffset where the frame begins
   * @return an index
   */
  public static int payloadOffset(int frameOffset) {
    return frameOffset + HEADER_LENGTH;
  }

  /**
   * How long a whole frame is.
   *
   * @param compressedLength how many bytes its payload has as sent
   * @return the length in bytes
   */
  public static int frameLength(int compressedLength) {
    return HEADER_LENGTH + compressedLength + TRAILER_LENGTH;
  }

  static long headerBits(int compressedLength, int uncompressedLength, boolean selfContained) {
    long lengths = compressedLength | (long) uncompressedLength << UNCOMPRESSED_LENGTH_SHIFT;
    return selfContained ? lengths | SELF_CONTAINED_FLAG : lengths;
  }

  static int compressedLength(long headerBits) {
    return (int) headerBits & FrameDescriptor.MAX_PAYLOAD_LENGTH;
  }

  static int uncompressedLength(long headerBits) {
    return (int) (headerBits >>> UNCOMPRESSED_LENGTH_SHIFT) & FrameDescriptor.MAX_PAYLOAD_LENGTH;
  }

  static boolean isSelfContained(long headerBits) {
    return (headerBits & SELF_CONTAINED_FLAG) != 0;
  }
}
