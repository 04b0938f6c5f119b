package io.peregrine.codec.frame;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.peregrine.codec.Crc24;
import io.peregrine.codec.FrameChecksum;
import org.agrona.MutableDirectBuffer;

/**
 * Closes frames around payloads that are already in place (v5 specification, section 2). Not
 * thread-safe: each send buffer has its own.
 */
public final class FrameEncoder {
  private final FrameChecksum checksum = new FrameChecksum();

  /** An encoder for one send buffer. */
  public FrameEncoder() {}

  /**
   * Writes header and trailer around a payload that stands {@link FrameDescriptor#HEADER_LENGTH}
   * bytes behind the frame's begin. Allocates nothing as long as the buffer stays the same.
   *
   * @param buffer where the frame is
   * @param frameOffset where it begins
   * @param payloadLength 0 to {@link FrameDescriptor#MAX_PAYLOAD_LENGTH}
   * @param selfContained whether the payload is one or more whole envelopes
   * @return the frame's length
   * @throws IllegalArgumentException if the payload's length is out of range
   */
  public int encode(
      MutableDirectBuffer buffer, int frameOffset, int payloadLength, boolean selfContained) {
    if (payloadLength < 0 || payloadLength > FrameDescriptor.MAX_PAYLOAD_LENGTH) {
      throw new IllegalArgumentException(
          "a frame's payload has 0 to "
              + FrameDescriptor.MAX_PAYLOAD_LENGTH
              + " bytes, not "
              + payloadLength
              + "; spread the envelope over several frames");
    }
    int bits = FrameDescriptor.headerBits(payloadLength, selfContained);
    int crc24 = Crc24.compute(bits, FrameDescriptor.CHECKED_HEADER_LENGTH);
    buffer.putInt(frameOffset, bits | crc24 << 24, LITTLE_ENDIAN);
    buffer.putShort(frameOffset + 4, (short) (crc24 >>> 8), LITTLE_ENDIAN);
    int crc32 = checksum.compute(buffer, FrameDescriptor.payloadOffset(frameOffset), payloadLength);
    buffer.putInt(FrameDescriptor.trailerOffset(frameOffset, payloadLength), crc32, LITTLE_ENDIAN);
    return FrameDescriptor.frameLength(payloadLength);
  }
}
