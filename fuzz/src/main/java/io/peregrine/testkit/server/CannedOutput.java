package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.util.Crc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32;

/**
 * Gathers answers, in v5 inside frames that are as full as can be, for one write. Confined to the
 * server's thread; allocates nothing after its construction.
 */
final class CannedOutput {
  private static final byte[] CRC32_PREFIX = {(byte) 0xFA, 0x2D, 0x55, (byte) 0xCA};
  private static final int SELF_CONTAINED = 1 << 17;
  private static final int FRAME_OVERHEAD = Wire.FRAME_HEADER_LENGTH + Wire.FRAME_TRAILER_LENGTH;
  private static final int CRC24_INPUT_LENGTH = 3;
  private static final int STREAM_ID_OFFSET = 2;
  private static final int NO_FRAME = -1;

  private final CRC32 crc = new CRC32();
  private final ByteBuffer buffer;
  private final int room;
  private int frameStart = NO_FRAME;

  /**
   * An empty output.
   *
   * @param longest the length of the longest answer
   * @param capacity how many bytes to gather before a write, at least
   */
  CannedOutput(int longest, int capacity) {
    this.room = longest + FRAME_OVERHEAD * (longest / Wire.MAX_PAYLOAD_LENGTH + 2);
    this.buffer = ByteBuffer.allocateDirect(Math.max(capacity, 2 * room));
  }

  /** Whether an answer of any length still fits. */
  boolean hasRoom() {
    return buffer.remaining() >= room;
  }

  boolean isEmpty() {
    return buffer.position() == 0;
  }

  void add(byte[] envelope, short streamId, boolean framed) {
    if (!framed) {
      put(envelope, streamId);
      return;
    }
    if (frameStart != NO_FRAME && payloadLength() + envelope.length > Wire.MAX_PAYLOAD_LENGTH) {
      closeFrame(SELF_CONTAINED);
    }
    if (envelope.length > Wire.MAX_PAYLOAD_LENGTH) {
      addSlices(envelope, streamId);
    } else {
      if (frameStart == NO_FRAME) {
        openFrame();
      }
      put(envelope, streamId);
    }
  }

  /** Writes what the socket takes; the rest stays for the next time. */
  void flush(WritableByteChannel channel) throws IOException {
    if (frameStart != NO_FRAME) {
      closeFrame(SELF_CONTAINED);
    }
    if (buffer.position() > 0) {
      buffer.flip();
      try {
        channel.write(buffer);
      } finally {
        buffer.compact();
      }
    }
  }

  private void addSlices(byte[] envelope, short streamId) {
    for (int at = 0; at < envelope.length; at += Wire.MAX_PAYLOAD_LENGTH) {
      openFrame();
      buffer.put(envelope, at, Math.min(Wire.MAX_PAYLOAD_LENGTH, envelope.length - at));
      if (at == 0) {
        buffer.putShort(frameStart + Wire.FRAME_HEADER_LENGTH + STREAM_ID_OFFSET, streamId);
      }
      closeFrame(0);
    }
  }

  private void put(byte[] envelope, short streamId) {
    int start = buffer.position();
    buffer.put(envelope);
    buffer.putShort(start + STREAM_ID_OFFSET, streamId);
  }

  private void openFrame() {
    frameStart = buffer.position();
    buffer.position(frameStart + Wire.FRAME_HEADER_LENGTH);
  }

  private int payloadLength() {
    return buffer.position() - frameStart - Wire.FRAME_HEADER_LENGTH;
  }

  private void closeFrame(int selfContained) {
    int start = frameStart;
    int header = payloadLength() | selfContained;
    putLittleEndian(start, header, CRC24_INPUT_LENGTH);
    putLittleEndian(
        start + CRC24_INPUT_LENGTH,
        Crc.computeCrc24(header, CRC24_INPUT_LENGTH),
        CRC24_INPUT_LENGTH);
    int end = buffer.position();
    int trailer = crc32(crc, buffer, start + Wire.FRAME_HEADER_LENGTH, end);
    buffer.position(end + Wire.FRAME_TRAILER_LENGTH);
    putLittleEndian(end, trailer, Wire.FRAME_TRAILER_LENGTH);
    frameStart = NO_FRAME;
  }

  private void putLittleEndian(int at, int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      buffer.put(at + i, (byte) (value >>> (i * Byte.SIZE)));
    }
  }

  /** The checksum of a part of a buffer; leaves position and limit as they were. */
  static int crc32(CRC32 crc, ByteBuffer buffer, int start, int end) {
    int position = buffer.position();
    int limit = buffer.limit();
    crc.reset();
    crc.update(CRC32_PREFIX, 0, CRC32_PREFIX.length);
    buffer.limit(end).position(start);
    crc.update(buffer);
    buffer.limit(limit).position(position);
    return (int) crc.getValue();
  }
}
