package io.peregrine.testkit.server;

import com.datastax.dse.protocol.internal.request.Revise;
import com.datastax.oss.protocol.internal.Compressor;
import com.datastax.oss.protocol.internal.CrcMismatchException;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Segment;
import com.datastax.oss.protocol.internal.SegmentCodec;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;

/**
 * The test kit's independent codec over byte arrays, for tests outside of this package. Stateless:
 * any thread may use it.
 */
public final class Peer {
  private static final SegmentCodec<WireBuffer> LZ4_FRAMES =
      new SegmentCodec<>(Wire.PRIMITIVES, new Lz4());

  private Peer() {}

  /** A response as a server sends it. */
  public static byte[] encodeResponse(Frame response) {
    return Wire.encode(response, Wire.SERVER);
  }

  /** A request as a client sends it. */
  public static byte[] encodeRequest(Frame request) {
    return Wire.encode(request, Wire.CLIENT);
  }

  /** A request as a server reads it. */
  public static Frame decodeRequest(byte[] envelope) {
    return Wire.SERVER.decode(WireBuffer.of(envelope));
  }

  /** A REVISE_REQUEST, whose opcode the codec of whole envelopes takes for a negative one. */
  public static Revise decodeRevise(byte[] envelope, int version) {
    WireBuffer buffer = WireBuffer.of(envelope);
    if (envelope[0] != version || envelope[Wire.OPCODE_OFFSET] != (byte) 0xFF) {
      throw new IllegalArgumentException("this is no REVISE_REQUEST in " + version);
    }
    buffer.take(Wire.LENGTH_OFFSET);
    if (Wire.PRIMITIVES.readInt(buffer) != buffer.readable()) {
      throw new IllegalArgumentException("the length is wrong");
    }
    return (Revise) new Revise.Codec(version).decode(buffer, Wire.PRIMITIVES);
  }

  /** A response as another client reads it. */
  public static Frame decodeResponse(byte[] envelope) {
    return Wire.CLIENT.decode(WireBuffer.of(envelope));
  }

  /** One frame around the bytes. */
  public static byte[] frame(byte[] payload, boolean selfContained) {
    return Wire.frame(payload, 0, payload.length, selfContained);
  }

  /** An envelope in as many frames as it needs, each of at most so many bytes. */
  public static List<byte[]> frames(byte[] envelope, int slice) {
    return Wire.framesOf(envelope, Math.min(slice, Wire.MAX_PAYLOAD_LENGTH));
  }

  /** What is in a frame. */
  public record Payload(byte[] bytes, boolean selfContained) {}

  /**
   * Reads one whole frame.
   *
   * @throws IllegalArgumentException if a checksum is wrong or the length is another
   */
  public static Payload readFrame(byte[] frame) {
    return read(Wire.FRAMES, frame);
  }

  /** As {@link #readFrame}, on a connection with LZ4. */
  public static Payload readCompressedFrame(byte[] frame) {
    return read(LZ4_FRAMES, frame);
  }

  /** One frame around the bytes, on a connection with LZ4. */
  public static byte[] compressedFrame(byte[] payload, boolean selfContained) {
    List<Object> parts = new ArrayList<>();
    LZ4_FRAMES.encode(new Segment<>(WireBuffer.of(payload), selfContained), parts);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    parts.forEach(part -> frame.writeBytes(((WireBuffer) part).toBytes()));
    return frame.toByteArray();
  }

  private static Payload read(SegmentCodec<WireBuffer> codec, byte[] frame) {
    try {
      WireBuffer buffer = WireBuffer.of(frame);
      int headerLength = codec.headerLength() + SegmentCodec.CRC24_LENGTH;
      SegmentCodec.Header header = codec.decodeHeader(buffer.readSlice(headerLength));
      int length = header.payloadLength + Wire.FRAME_TRAILER_LENGTH;
      Segment<WireBuffer> segment = codec.decode(header, buffer.readSlice(length));
      if (buffer.readable() != 0) {
        throw new IllegalArgumentException(buffer.readable() + " bytes follow the frame");
      }
      return new Payload(segment.payload.toBytes(), segment.isSelfContained);
    } catch (CrcMismatchException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** LZ4 blocks by the library in pure Java, as the independent codec wants them. */
  private static final class Lz4 implements Compressor<WireBuffer> {
    private static final LZ4Factory LIBRARY = LZ4Factory.safeInstance();

    @Override
    public String algorithm() {
      return "lz4";
    }

    @Override
    public WireBuffer compressWithoutLength(WireBuffer plain) {
      return WireBuffer.of(LIBRARY.fastCompressor().compress(plain.toBytes()));
    }

    @Override
    public WireBuffer decompressWithoutLength(WireBuffer compressed, int length) {
      return WireBuffer.of(LIBRARY.safeDecompressor().decompress(compressed.toBytes(), length));
    }

    @Override
    public WireBuffer compress(WireBuffer plain) {
      throw new UnsupportedOperationException("only frames are compressed here");
    }

    @Override
    public WireBuffer decompress(WireBuffer compressed) {
      throw new UnsupportedOperationException("only frames are compressed here");
    }
  }
}
