package io.peregrine.codec.frame;

/**
 * The layout of an uncompressed frame (v5 specification, section 2.2). Constants and offsets only;
 * any thread may use them.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------+-+-----------+---------------+
 *   |          Payload length         |S|  Padding  |               |
 *   +---------------------------------+-+-----------+               |
 *   |    CRC24 of the header        |           Payload            ...
 *   +-------------------------------+-------------------------------+
 *   |                       CRC32 of the payload                    |
 *   +---------------------------------------------------------------+
 * </pre>
 *
 * <p>S is set on a self-contained frame. All of it is little-endian, the payload's own bytes apart.
 */
public final class FrameDescriptor {
  /** Bytes before the payload. */
  public static final int HEADER_LENGTH = 6;

  /** Bytes after the payload. */
  public static final int TRAILER_LENGTH = 4;

  /** The most bytes that a payload can have. */
  public static final int MAX_PAYLOAD_LENGTH = (1 << 17) - 1;

  /** The most bytes that a frame can have. */
  public static final int MAX_FRAME_LENGTH = HEADER_LENGTH + MAX_PAYLOAD_LENGTH + TRAILER_LENGTH;

  /** Bytes of the header that the CRC24 covers. */
  static final int CHECKED_HEADER_LENGTH = 3;

  private static final int SELF_CONTAINED_FLAG = 1 << 17;

  private FrameDescriptor() {}

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
   * @param payloadLength how many bytes its payload has
   * @return the length in bytes
   */
  public static int frameLength(int payloadLength) {
    return HEADER_LENGTH + payloadLength + TRAILER_LENGTH;
  }

  static int headerBits(int payloadLength, boolean selfContained) {
    return selfContained ? payloadLength | SELF_CONTAINED_FLAG : payloadLength;
  }

  static int payloadLength(int headerBits) {
    return headerBits & MAX_PAYLOAD_LENGTH;
  }

  static boolean isSelfContained(int headerBits) {
    return (headerBits & SELF_CONTAINED_FLAG) != 0;
  }
}
