package io.peregrine.codec.frame;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.peregrine.codec.Crc24;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds frames in a stream of bytes, checks them and decompresses their LZ4 blocks (v5
 * specification, section 2.3). Not thread-safe: each receive buffer has its own.
 *
 * <p>A payload that was sent as it is stays where it is. Others go to the shared memory, where they
 * stay until the next frame of any of the agent's connections.
 */
public final class CompressedFrameDecoder extends FrameDecoder {
  private final FrameCompression compression;
  private boolean inPlace = true;

  /**
   * A decoder for one receive buffer.
   *
   * @param compression what the agent's connections share; stays its owner's
   */
  public CompressedFrameDecoder(FrameCompression compression) {
    this.compression = compression;
  }

  @Override
  public int decode(DirectBuffer buffer, int offset, int available) {
    if (available < CompressedFrameDescriptor.HEADER_LENGTH) {
      return NEED_MORE;
    }
    long bits = buffer.getLong(offset, LITTLE_ENDIAN);
    int sentCrc24 = (int) (bits >>> CompressedFrameDescriptor.CRC24_SHIFT);
    int crc24 = Crc24.compute(bits, CompressedFrameDescriptor.CHECKED_HEADER_LENGTH);
    if (crc24 != sentCrc24) {
      throw new CorruptFrameException(CorruptFrameException.Part.HEADER, sentCrc24, crc24);
    }

    int length = CompressedFrameDescriptor.compressedLength(bits);
    int frameLength = CompressedFrameDescriptor.frameLength(length);
    if (available < frameLength) {
      return NEED_MORE;
    }
    int payload = CompressedFrameDescriptor.payloadOffset(offset);
    checkPayload(buffer, payload, length);
    int uncompressedLength = CompressedFrameDescriptor.uncompressedLength(bits);
    boolean selfContained = CompressedFrameDescriptor.isSelfContained(bits);
    if (uncompressedLength == 0) {
      inPlace = true;
      found(payload, length, selfContained);
    } else {
      decompress(buffer, payload, length, uncompressedLength);
      inPlace = false;
      found(0, uncompressedLength, selfContained);
    }
    return frameLength;
  }

  @Override
  public DirectBuffer payloadBuffer(DirectBuffer received) {
    return inPlace ? received : compression.incoming();
  }

  private void decompress(DirectBuffer buffer, int payload, int length, int claimedLength) {
    UnsafeBuffer scratch = compression.incoming();
    int actual = compression.codec().decompress(buffer, payload, length, scratch, 0, claimedLength);
    if (actual != claimedLength) {
      throw CorruptFrameException.ofBlock(claimedLength, actual);
    }
  }
}
