package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.CrcMismatchException;
import com.datastax.oss.protocol.internal.Frame;
import com.datastax.oss.protocol.internal.Segment;
import com.datastax.oss.protocol.internal.SegmentCodec;
import java.util.List;

/**
 * The test kit's independent codec over byte arrays, for tests outside of this package. Stateless:
 * any thread may use it.
 */
public final class Peer {
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
    return Wire.framesOf(envelope, slice);
  }

  /** What is in a frame. */
  public record Payload(byte[] bytes, boolean selfContained) {}

  /**
   * Reads one whole frame.
   *
   * @throws IllegalArgumentException if a checksum is wrong or the length is another
   */
  public static Payload readFrame(byte[] frame) {
    try {
      WireBuffer buffer = WireBuffer.of(frame);
      SegmentCodec.Header header =
          Wire.FRAMES.decodeHeader(buffer.readSlice(Wire.FRAME_HEADER_LENGTH));
      int length = header.payloadLength + Wire.FRAME_TRAILER_LENGTH;
      Segment<WireBuffer> segment = Wire.FRAMES.decode(header, buffer.readSlice(length));
      if (buffer.readable() != 0) {
        throw new IllegalArgumentException(buffer.readable() + " bytes follow the frame");
      }
      return new Payload(segment.payload.toBytes(), segment.isSelfContained);
    } catch (CrcMismatchException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
