package io.peregrine.testkit.server;

import com.datastax.dse.protocol.internal.DseProtocolV1ClientCodecs;
import com.datastax.dse.protocol.internal.DseProtocolV1ServerCodecs;
import com.datastax.dse.protocol.internal.DseProtocolV2ClientCodecs;
import com.datastax.dse.protocol.internal.DseProtocolV2ServerCodecs;
import com.datastax.oss.protocol.internal.Compressor;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.FrameCodec;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.PrimitiveCodec;
import com.datastax.oss.protocol.internal.ProtocolV3ClientCodecs;
import com.datastax.oss.protocol.internal.ProtocolV3ServerCodecs;
import com.datastax.oss.protocol.internal.ProtocolV4ClientCodecs;
import com.datastax.oss.protocol.internal.ProtocolV4ServerCodecs;
import com.datastax.oss.protocol.internal.ProtocolV5ClientCodecs;
import com.datastax.oss.protocol.internal.ProtocolV5ServerCodecs;
import com.datastax.oss.protocol.internal.ProtocolV6ClientCodecs;
import com.datastax.oss.protocol.internal.ProtocolV6ServerCodecs;
import com.datastax.oss.protocol.internal.Segment;
import com.datastax.oss.protocol.internal.SegmentCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The independent codecs that the test kit speaks with, and the facts of framing that both of its
 * servers need. Stateless: any thread may use it.
 */
final class Wire {
  static final int ENVELOPE_HEADER_LENGTH = FrameCodec.V3_ENCODED_HEADER_SIZE;
  static final int FLAGS_OFFSET = 1;
  static final int FLAG_COMPRESSED = 0x01;
  static final int OPCODE_OFFSET = 4;
  static final int LENGTH_OFFSET = 5;
  static final int DIRECTION_BIT = 0x80;
  static final int MAX_BODY_LENGTH = 256 * 1024 * 1024;
  static final int MAX_PAYLOAD_LENGTH = Segment.MAX_PAYLOAD_LENGTH;
  static final int FRAME_TRAILER_LENGTH = SegmentCodec.CRC32_LENGTH;

  static final PrimitiveCodec<WireBuffer> PRIMITIVES = new WirePrimitives();
  static final FrameCodec<WireBuffer> SERVER = serverCodec(Compressor.none());
  static final FrameCodec<WireBuffer> CLIENT =
      new FrameCodec<>(
          PRIMITIVES,
          Compressor.none(),
          new ProtocolV3ClientCodecs(),
          new ProtocolV4ClientCodecs(),
          new ProtocolV5ClientCodecs(),
          new ProtocolV6ClientCodecs(),
          new DseProtocolV1ClientCodecs(),
          new DseProtocolV2ClientCodecs());
  static final SegmentCodec<WireBuffer> FRAMES = new SegmentCodec<>(PRIMITIVES, Compressor.none());
  static final int FRAME_HEADER_LENGTH = FRAMES.headerLength() + SegmentCodec.CRC24_LENGTH;

  private Wire() {}

  static FrameCodec<WireBuffer> serverCodec(Compressor<WireBuffer> compressor) {
    return new FrameCodec<>(
        PRIMITIVES,
        compressor,
        new ProtocolV3ServerCodecs(),
        new ProtocolV4ServerCodecs(),
        new ProtocolV5ServerCodecs(),
        new ProtocolV6ServerCodecs(),
        new DseProtocolV1ServerCodecs(),
        new DseProtocolV2ServerCodecs());
  }

  /** Whether envelopes travel inside frames once the connection is ready. */
  static boolean hasFrames(int version) {
    return version >= 5 && version < 64;
  }

  static byte[] encodeResponse(int version, int streamId, Message message) {
    return encode(Frame.forResponse(version, streamId, null, Map.of(), List.of(), message), SERVER);
  }

  static byte[] encode(Frame frame, FrameCodec<WireBuffer> codec) {
    return codec.encode(frame).toBytes();
  }

  /** One v5 frame around a payload of at most {@link #MAX_PAYLOAD_LENGTH} bytes. */
  static byte[] frame(byte[] payload, int offset, int length, boolean selfContained) {
    return frame(FRAMES, payload, offset, length, selfContained);
  }

  /** As above, by a codec that may compress. */
  static byte[] frame(
      SegmentCodec<WireBuffer> codec,
      byte[] payload,
      int offset,
      int length,
      boolean selfContained) {
    WireBuffer slice = WireBuffer.of(payload);
    slice.take(offset);
    List<Object> parts = new ArrayList<>();
    codec.encode(new Segment<>(slice.readSlice(length), selfContained), parts);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    for (Object part : parts) {
      frame.writeBytes(((WireBuffer) part).toBytes());
    }
    return frame.toByteArray();
  }

  /** The frames that carry one envelope: one if it fits, else slices of {@code slice} bytes. */
  static List<byte[]> framesOf(byte[] envelope, int slice) {
    return framesOf(FRAMES, envelope, slice);
  }

  /** As above, by a codec that may compress. */
  static List<byte[]> framesOf(SegmentCodec<WireBuffer> codec, byte[] envelope, int slice) {
    List<byte[]> frames = new ArrayList<>();
    if (envelope.length <= slice) {
      frames.add(frame(codec, envelope, 0, envelope.length, true));
    } else {
      for (int at = 0; at < envelope.length; at += slice) {
        frames.add(frame(codec, envelope, at, Math.min(slice, envelope.length - at), false));
      }
    }
    return frames;
  }
}
