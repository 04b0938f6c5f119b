package io.peregrine;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.Crc24;
import io.peregrine.codec.FrameChecksum;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** What no honest server would send, byte by byte. Stateless: any thread may use it. */
final class HostileBytes {
  private static final int MOST_OF_A_FRAME = FrameDescriptor.MAX_PAYLOAD_LENGTH;

  private HostileBytes() {}

  /** A response. */
  static byte[] envelope(int version, int flags, int streamId, int opcode, byte... body) {
    return ByteBuffer.allocate(9 + body.length)
        .put(header(version, flags, streamId, opcode, body.length))
        .put(body)
        .array();
  }

  /** The header of a response that announces so many bytes. */
  static byte[] header(int version, int flags, int streamId, int opcode, int length) {
    return ByteBuffer.allocate(9)
        .put((byte) (0x80 | version))
        .put((byte) flags)
        .putShort((short) streamId)
        .put((byte) opcode)
        .putInt(length)
        .array();
  }

  /** One frame of version 5. */
  static byte[] frame(boolean selfContained, byte... payload) {
    byte[] frame = new byte[FrameDescriptor.frameLength(payload.length)];
    UnsafeBuffer target = new UnsafeBuffer(ByteBuffer.allocateDirect(frame.length));
    new FrameEncoder()
        .encode(new UnsafeBuffer(payload), 0, payload.length, selfContained, target, 0);
    target.getBytes(0, frame);
    return frame;
  }

  /** An envelope as it travels in a version: bare, in a frame, or in several. */
  static byte[] travelling(int version, byte... envelope) {
    if (version < 5) {
      return envelope;
    }
    if (envelope.length <= MOST_OF_A_FRAME) {
      return frame(true, envelope);
    }
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int at = 0; at < envelope.length; at += MOST_OF_A_FRAME) {
      int length = Math.min(MOST_OF_A_FRAME, envelope.length - at);
      frames.writeBytes(
          frame(false, ByteBuffer.allocate(length).put(envelope, at, length).array()));
    }
    return frames.toByteArray();
  }

  /** So many columns of one table, each an int called c. */
  static void putColumns(ByteBuffer body, int count) {
    putText(body, "k");
    putText(body, "t");
    for (int i = 0; i < count; i++) {
      putColumn(body, "c", DataType.INT);
    }
  }

  static void putColumn(ByteBuffer body, String name, int type) {
    putText(body, name);
    body.putShort((short) type);
  }

  static void putText(ByteBuffer body, String ascii) {
    body.putShort((short) ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      body.put((byte) ascii.charAt(i));
    }
  }

  /**
   * So many zeros, compressed by LZ4: one match of one byte, and the five bytes that must end it.
   */
  static byte[] bomb(int length) {
    int match = length - 1 - 5;
    int left = match - 4 - 15;
    ByteBuffer body = ByteBuffer.allocate(32 + left / 255);
    body.putInt(length).put((byte) 0x1F).put((byte) 0).putShort((short) 0x0100);
    for (; left >= 255; left -= 255) {
      body.put((byte) 255);
    }
    body.put((byte) left).put((byte) 0x50).put(new byte[5]);
    return written(body);
  }

  /**
   * So many zeros, compressed by Snappy, which are said to be some other number: one byte, and
   * copies of it, 64 at a time.
   */
  static byte[] snappyBomb(int length, int claimed) {
    ByteBuffer body = ByteBuffer.allocate(16 + 3 * (length / 64 + 1));
    int rest = claimed;
    for (; rest > 0x7F; rest >>>= 7) {
      body.put((byte) (rest | 0x80));
    }
    body.put((byte) rest).putShort((short) 0);
    for (int left = length - 1; left > 0; left -= 64) {
      body.put((byte) (Math.min(64, left) - 1 << 2 | 2)).putShort((short) 0x0100);
    }
    return written(body);
  }

  /** One frame of version 5 with an LZ4 block that is said to become so many bytes. */
  static byte[] compressedFrame(boolean selfContained, int claimed, byte... block) {
    long bits = block.length | (long) claimed << 17 | (selfContained ? 1L << 34 : 0);
    UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(8 + block.length + 4));
    frame.putLong(0, bits | (long) Crc24.compute(bits, 5) << 40, ByteOrder.LITTLE_ENDIAN);
    frame.putBytes(8, block);
    int crc32 = new FrameChecksum().compute(frame, 8, block.length);
    frame.putInt(8 + block.length, crc32, ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = new byte[frame.capacity()];
    frame.getBytes(0, bytes);
    return bytes;
  }

  private static byte[] written(ByteBuffer body) {
    byte[] bytes = new byte[body.position()];
    body.get(0, bytes);
    return bytes;
  }
}
