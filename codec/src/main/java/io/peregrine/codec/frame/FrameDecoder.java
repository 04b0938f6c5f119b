package io.peregrine.codec.frame;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.peregrine.codec.Crc24;
import io.peregrine.codec.FrameChecksum;
import org.agrona.DirectBuffer;

/**
 * Finds frames in a stream of bytes and checks them (v5 specification, section 2). Not thread-safe:
 * each receive buffer has its own.
 *
 * <p>This one knows uncompressed frames; {@link CompressedFrameDecoder} takes its place on a
 * connection that agreed on LZ4. A program that has no such connection pays nothing for the choice.
 */
public sealed class FrameDecoder permits CompressedFrameDecoder {
  /** The frame is not whole yet. */
  public static final int NEED_MORE = 0;

  private final FrameChecksum checksum = new FrameChecksum();
  private int payloadOffset;
  private int payloadLength;
  private boolean selfContained;

  /** A decoder for one receive buffer. */
  public FrameDecoder() {}

  /**
   * Looks for a whole frame. Allocates nothing as long as the buffer stays the same.
   *
   * <p>The header is checked as soon as it is there, so a bad length is never waited for.
   *
   * @param buffer what was received
   * @param offset where a frame begins
   * @param available how many bytes there are from there on
   * @return the length of the frame, or {@link #NEED_MORE}
   * @throws CorruptFrameException if a checksum or a length does not match; nothing that comes
   *     after on this connection can be trusted
   */
  public int decode(DirectBuffer buffer, int offset, int available) {
    if (available < FrameDescriptor.HEADER_LENGTH) {
      return NEED_MORE;
    }
    int low = buffer.getInt(offset, LITTLE_ENDIAN);
    int high = buffer.getShort(offset + 4, LITTLE_ENDIAN) & 0xFFFF;
    int bits = low & 0xFFFFFF;
    int sentCrc24 = low >>> 24 | high << 8;
    int crc24 = Crc24.compute(bits, FrameDescriptor.CHECKED_HEADER_LENGTH);
    if (crc24 != sentCrc24) {
      throw new CorruptFrameException(CorruptFrameException.Part.HEADER, sentCrc24, crc24);
    }

    int length = FrameDescriptor.payloadLength(bits);
    int frameLength = FrameDescriptor.frameLength(length);
    if (available < frameLength) {
      return NEED_MORE;
    }
    int payload = FrameDescriptor.payloadOffset(offset);
    checkPayload(buffer, payload, length);
    found(payload, length, FrameDescriptor.isSelfContained(bits));
    return frameLength;
  }

  /**
   * The buffer that holds the payload of the last whole frame.
   *
   * @param received the buffer that was given to {@link #decode}
   * @return the same, or another one whose content lasts until the next frame
   */
  public DirectBuffer payloadBuffer(DirectBuffer received) {
    return received;
  }

  /**
   * Where the payload of the last whole frame begins.
   *
   * @return an index into {@link #payloadBuffer}
   */
  public int payloadOffset() {
    return payloadOffset;
  }

  /**
   * How many bytes the payload of the last whole frame has.
   *
   * @return 0 to {@link FrameDescriptor#MAX_PAYLOAD_LENGTH}
   */
  public int payloadLength() {
    return payloadLength;
  }

  /**
   * Whether the payload of the last whole frame is one or more whole envelopes.
   *
   * @return false if it is a piece of one large envelope
   */
  public boolean isSelfContained() {
    return selfContained;
  }

  /** Compares the bytes that came with the checksum behind them. */
  final void checkPayload(DirectBuffer buffer, int payload, int length) {
    int sentCrc32 = buffer.getInt(payload + length, LITTLE_ENDIAN);
    int crc32 = checksum.compute(buffer, payload, length);
    if (crc32 != sentCrc32) {
      throw new CorruptFrameException(CorruptFrameException.Part.PAYLOAD, sentCrc32, crc32);
    }
  }

  final void found(int payloadOffset, int payloadLength, boolean selfContained) {
    this.payloadOffset = payloadOffset;
    this.payloadLength = payloadLength;
    this.selfContained = selfContained;
  }
}
