package io.peregrine;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.frame.FrameDescriptor;
import io.peregrine.codec.frame.FrameEncoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
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
    byte[] bomb = new byte[body.position()];
    body.get(0, bomb);
    return bomb;
  }
}
