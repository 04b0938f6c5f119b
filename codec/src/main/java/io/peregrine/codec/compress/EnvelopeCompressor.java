package io.peregrine.codec.compress;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Compresses the bodies of v3, v4 and DSE requests where that makes them smaller (v4 specification,
 * section 5). Not thread-safe: each agent has its own.
 *
 * <p>Which requests may be compressed is the caller's to know: STARTUP and OPTIONS may not.
 */
public final class EnvelopeCompressor {
  private final Compressor compressor;

  /**
   * Compresses by what the connection agreed on.
   *
   * @param compressor stays its owner's, who closes it
   */
  public EnvelopeCompressor(Compressor compressor) {
    this.compressor = compressor;
  }

  /**
   * How much room {@link #compress} needs. What it writes is never longer than the envelope; the
   * rest is room to try.
   *
   * @param envelopeLength how many bytes the envelope has, its header included
   * @return more than envelopeLength
   */
  public int maxCompressedLength(int envelopeLength) {
    return EnvelopeHeaderFlyweight.HEADER_LENGTH
        + compressor.maxCompressedLength(envelopeLength - EnvelopeHeaderFlyweight.HEADER_LENGTH);
  }

  /**
   * Writes an envelope to another place, compressed if that makes it smaller and as it is if not.
   * The two places may not overlap. Allocates nothing with the native library and off-heap buffers.
   *
   * @param envelope where it is
   * @param offset where its header begins
   * @param length how many bytes it has, its header included
   * @param target where it goes
   * @param targetOffset where its header goes; {@link #maxCompressedLength} bytes must be there
   * @return how many bytes the envelope has there, at most length
   * @throws IndexOutOfBoundsException if one of the places is not inside its buffer
   */
  public int compress(
      DirectBuffer envelope, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    int headerLength = EnvelopeHeaderFlyweight.HEADER_LENGTH;
    int bodyLength = length - headerLength;
    if (bodyLength > 0) {
      int compressed =
          compressor.compress(
              envelope, offset + headerLength, bodyLength, target, targetOffset + headerLength);
      if (compressed < bodyLength) {
        putHeader(envelope, offset, target, targetOffset, compressed);
        return headerLength + compressed;
      }
    }
    target.putBytes(targetOffset, envelope, offset, length);
    return length;
  }

  private static void putHeader(
      DirectBuffer envelope,
      int offset,
      MutableDirectBuffer target,
      int targetOffset,
      int bodyLength) {
    target.putBytes(targetOffset, envelope, offset, EnvelopeHeaderFlyweight.HEADER_LENGTH);
    int flags =
        EnvelopeHeaderFlyweight.flags(envelope, offset) | EnvelopeHeaderFlyweight.COMPRESSED;
    target.putByte(targetOffset + EnvelopeHeaderFlyweight.FLAGS_OFFSET, (byte) flags);
    target.putInt(
        targetOffset + EnvelopeHeaderFlyweight.BODY_LENGTH_OFFSET, bodyLength, BIG_ENDIAN);
  }
}
