package io.peregrine.codec.frame;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.peregrine.codec.Crc24;
import io.peregrine.codec.FrameChecksum;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Closes frames around payloads that are already in place, or that are somewhere else (v5
 * specification, section 2). Not thread-safe: each send buffer has its own.
 *
 * <p>This one leaves payloads as they are; {@link CompressedFrameEncoder} takes its place on a
 * connection that agreed on LZ4. A program that has no such connection pays nothing for the choice.
 */
public sealed class FrameEncoder permits CompressedFrameEncoder {
  private final FrameChecksum checksum = new FrameChecksum();

  /** An encoder for one send buffer. */
  public FrameEncoder() {}

  /**
   * Where a payload stands that is to be framed in place.
   *
   * @return how many bytes behind the frame's begin
   */
  public int headerLength() {
    return FrameDescriptor.HEADER_LENGTH;
  }

  /**
   * How much room a frame may need while it is made from a payload that is somewhere else.
   *
   * @param payloadLength how many bytes the payload has
   * @return at least the length of the frame
   */
  public int maxFrameLength(int payloadLength) {
    return FrameDescriptor.frameLength(payloadLength);
  }

  /**
   * Makes a frame of a payload that is somewhere else. The two places may not overlap. Allocates
   * nothing as long as the buffers stay the same.
   *
   * @param payload where the payload is
   * @param payloadOffset where it begins
   * @param payloadLength 0 to {@link FrameDescriptor#MAX_PAYLOAD_LENGTH}
   * @param selfContained whether the payload is one or more whole envelopes
   * @param target where the frame goes
   * @param targetOffset where it begins; {@link #maxFrameLength} bytes must be there
   * @return the frame's length
   * @throws IllegalArgumentException if the payload's length is out of range
   */
  public int encode(
      DirectBuffer payload,
      int payloadOffset,
      int payloadLength,
      boolean selfContained,
      MutableDirectBuffer target,
      int targetOffset) {
    checkPayloadLength(payloadLength);
    target.putBytes(
        FrameDescriptor.payloadOffset(targetOffset), payload, payloadOffset, payloadLength);
    return encode(target, targetOffset, payloadLength, selfContained);
  }

  /**
   * Makes a frame of a payload that stands {@link #headerLength()} bytes behind the frame's begin.
   * Allocates nothing as long as the buffer stays the same.
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
    checkPayloadLength(payloadLength);
    int bits = FrameDescriptor.headerBits(payloadLength, selfContained);
    int crc24 = Crc24.compute(bits, FrameDescriptor.CHECKED_HEADER_LENGTH);
    buffer.putInt(frameOffset, bits | crc24 << 24, LITTLE_ENDIAN);
    buffer.putShort(frameOffset + 4, (short) (crc24 >>> 8), LITTLE_ENDIAN);
    putTrailer(buffer, FrameDescriptor.payloadOffset(frameOffset), payloadLength);
    return FrameDescriptor.frameLength(payloadLength);
  }

  /** Writes the checksum of what is sent behind it. */
  final void putTrailer(MutableDirectBuffer buffer, int offset, int length) {
    int crc32 = checksum.compute(buffer, offset, length);
    buffer.putInt(offset + length, crc32, LITTLE_ENDIAN);
  }

  static void checkPayloadLength(int payloadLength) {
    if (payloadLength < 0 || payloadLength > FrameDescriptor.MAX_PAYLOAD_LENGTH) {
      throw new IllegalArgumentException(
          "a frame's payload has 0 to "
              + FrameDescriptor.MAX_PAYLOAD_LENGTH
              + " bytes, not "
              + payloadLength
              + "; spread the envelope over several frames");
    }
  }
}
