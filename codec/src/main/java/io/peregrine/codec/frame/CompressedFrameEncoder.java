package io.peregrine.codec.frame;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.peregrine.codec.Crc24;
import io.peregrine.codec.compress.Lz4BlockCodec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes frames with LZ4 blocks in them (v5 specification, section 2.3). Not thread-safe: each send
 * buffer has its own.
 *
 * <p>A payload that LZ4 does not make smaller is sent as it is. A payload that is somewhere else is
 * compressed straight to its place; one that is in place already goes through the shared memory, so
 * the former is cheaper.
 */
public final class CompressedFrameEncoder extends FrameEncoder {
  private final FrameCompression compression;

  /**
   * An encoder for one send buffer.
   *
   * @param compression what the agent's connections share; stays its owner's
   */
  public CompressedFrameEncoder(FrameCompression compression) {
    this.compression = compression;
  }

  @Override
  public int headerLength() {
    return CompressedFrameDescriptor.HEADER_LENGTH;
  }

  /**
   * {@inheritDoc}
   *
   * <p>That is more than the frame's length at last: LZ4 may need room to find out that a payload
   * does not get smaller.
   */
  @Override
  public int maxFrameLength(int payloadLength) {
    return CompressedFrameDescriptor.frameLength(Lz4BlockCodec.maxCompressedLength(payloadLength));
  }

  @Override
  public int encode(
      DirectBuffer payload,
      int payloadOffset,
      int payloadLength,
      boolean selfContained,
      MutableDirectBuffer target,
      int targetOffset) {
    checkPayloadLength(payloadLength);
    int place = CompressedFrameDescriptor.payloadOffset(targetOffset);
    if (payloadLength > 0) {
      int compressed =
          compression.codec().compress(payload, payloadOffset, payloadLength, target, place);
      if (compressed < payloadLength) {
        return seal(target, targetOffset, compressed, payloadLength, selfContained);
      }
      target.putBytes(place, payload, payloadOffset, payloadLength);
    }
    return seal(target, targetOffset, payloadLength, 0, selfContained);
  }

  @Override
  public int encode(
      MutableDirectBuffer buffer, int frameOffset, int payloadLength, boolean selfContained) {
    checkPayloadLength(payloadLength);
    int place = CompressedFrameDescriptor.payloadOffset(frameOffset);
    if (payloadLength > 0) {
      UnsafeBuffer scratch = compression.outgoing();
      int compressed = compression.codec().compress(buffer, place, payloadLength, scratch, 0);
      if (compressed < payloadLength) {
        buffer.putBytes(place, scratch, 0, compressed);
        return seal(buffer, frameOffset, compressed, payloadLength, selfContained);
      }
    }
    return seal(buffer, frameOffset, payloadLength, 0, selfContained);
  }

  private int seal(
      MutableDirectBuffer buffer,
      int frameOffset,
      int compressedLength,
      int uncompressedLength,
      boolean selfContained) {
    long bits =
        CompressedFrameDescriptor.headerBits(compressedLength, uncompressedLength, selfContained);
    long crc24 = Crc24.compute(bits, CompressedFrameDescriptor.CHECKED_HEADER_LENGTH);
    buffer.putLong(
        frameOffset, bits | crc24 << CompressedFrameDescriptor.CRC24_SHIFT, LITTLE_ENDIAN);
    putTrailer(buffer, CompressedFrameDescriptor.payloadOffset(frameOffset), compressedLength);
    return CompressedFrameDescriptor.frameLength(compressedLength);
  }
}
