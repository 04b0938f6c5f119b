package io.peregrine.codec.compress;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.OffHeapMemory;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes compressed v3, v4 and DSE responses whole again, in off-heap memory of its own (v4
 * specification, section 5). Not thread-safe: each agent has its own.
 *
 * <p>The memory grows for what the compressed bytes can become at most, and goes back after an
 * envelope that needed much of it.
 */
public final class EnvelopeDecompressor implements AutoCloseable {
  /** Bytes that a decompressor has from the start. */
  public static final int INITIAL_CAPACITY = 16 * 1024;

  /** Up to this many bytes are kept for the next envelope; what is above is given back. */
  public static final int RETAINED_CAPACITY = 256 * 1024;

  private static final int HEADER_LENGTH = EnvelopeHeaderFlyweight.HEADER_LENGTH;

  private final Compressor compressor;
  private final int maxEnvelopeLength;
  private final OffHeapMemory offHeap;
  private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
  private ByteBuffer memory;
  private boolean closed;

  /**
   * Decompresses by what the connection agreed on.
   *
   * @param compressor stays its owner's, who closes it
   * @param maxEnvelopeLength the most bytes that an envelope may have when it is whole again, its
   *     header included
   * @throws IllegalArgumentException if not even a header fits, or if it is more than the protocol
   *     allows
   */
  public EnvelopeDecompressor(Compressor compressor, int maxEnvelopeLength) {
    this(compressor, maxEnvelopeLength, OffHeapMemory.UNCOUNTED);
  }

  /**
   * Decompresses by what the connection agreed on, with memory that is counted.
   *
   * @param compressor stays its owner's, who closes it
   * @param maxEnvelopeLength the most bytes that an envelope may have when it is whole again, its
   *     header included
   * @param offHeap where the memory comes from
   * @throws IllegalArgumentException if not even a header fits, or if it is more than the protocol
   *     allows
   */
  public EnvelopeDecompressor(Compressor compressor, int maxEnvelopeLength, OffHeapMemory offHeap) {
    int most = HEADER_LENGTH + EnvelopeHeaderFlyweight.MAX_BODY_LENGTH;
    if (maxEnvelopeLength < HEADER_LENGTH || maxEnvelopeLength > most) {
      throw new IllegalArgumentException(
          "maxEnvelopeLength is "
              + HEADER_LENGTH
              + " to "
              + most
              + " bytes, not "
              + maxEnvelopeLength);
    }
    this.compressor = compressor;
    this.maxEnvelopeLength = maxEnvelopeLength;
    this.offHeap = offHeap;
    memory = offHeap.allocate(INITIAL_CAPACITY);
    buffer.wrap(memory);
  }

  /**
   * Decompresses an envelope whose flag {@link EnvelopeHeaderFlyweight#COMPRESSED} is set. In
   * {@link #buffer()} the flag is off and the header has the body's new length. Allocates nothing
   * up to {@link #RETAINED_CAPACITY} with the native library and an off-heap source.
   *
   * @param source where the envelope is
   * @param offset where its header begins
   * @param length how many bytes it has, its header included
   * @return how many bytes it has now, its header included
   * @throws MalformedMessageException if the body cannot be decompressed, claims more bytes than it
   *     can become, or gives another number of them than it claims
   * @throws IllegalArgumentException if the length is less than a header's
   * @throws IndexOutOfBoundsException if the envelope is not inside its buffer
   * @throws IllegalStateException if the decompressor is closed
   */
  public int decompress(DirectBuffer source, int offset, int length) {
    if (closed) {
      throw new IllegalStateException("the decompressor is closed");
    }
    if (length < HEADER_LENGTH) {
      throw new IllegalArgumentException(
          "an envelope has at least " + HEADER_LENGTH + " bytes, not " + length);
    }
    int body = offset + HEADER_LENGTH;
    int bodyLength = length - HEADER_LENGTH;
    int uncompressed = compressor.uncompressedLength(source, body, bodyLength);
    if (uncompressed > maxEnvelopeLength - HEADER_LENGTH) {
      throw new MalformedMessageException(
          "compressed body, uncompressed length",
          0,
          uncompressed
              + " is over "
              + (maxEnvelopeLength - HEADER_LENGTH)
              + ", the most that is accepted");
    }
    int needed = HEADER_LENGTH + uncompressed;
    if (needed > memory.capacity()) {
      replaceMemory(
          needed > RETAINED_CAPACITY ? needed : BitUtil.findNextPositivePowerOfTwo(needed));
    }
    UnsafeBuffer buffer = this.buffer;
    compressor.decompress(source, body, bodyLength, buffer, HEADER_LENGTH, uncompressed);
    buffer.putBytes(0, source, offset, HEADER_LENGTH);
    int flags = EnvelopeHeaderFlyweight.flags(source, offset) & ~EnvelopeHeaderFlyweight.COMPRESSED;
    buffer.putByte(EnvelopeHeaderFlyweight.FLAGS_OFFSET, (byte) flags);
    buffer.putInt(EnvelopeHeaderFlyweight.BODY_LENGTH_OFFSET, uncompressed, BIG_ENDIAN);
    return needed;
  }

  /**
   * The last envelope, from index 0.
   *
   * @return the same buffer always; its content and place change with the next envelope
   */
  public DirectBuffer buffer() {
    return buffer;
  }

  /** Forgets the last envelope, and gives memory back if it needed much. */
  public void reset() {
    if (memory.capacity() > RETAINED_CAPACITY) {
      replaceMemory(INITIAL_CAPACITY);
    }
  }

  /** Frees the memory; the decompressor takes nothing any more. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    buffer.wrap(0, 0);
    offHeap.free(memory);
    memory = ByteBuffer.allocate(0);
  }

  private void replaceMemory(int capacity) {
    // The old content is of no use, so both need not be there at the same time.
    buffer.wrap(0, 0);
    offHeap.free(memory);
    memory = ByteBuffer.allocate(0);
    memory = offHeap.allocate(capacity);
    buffer.wrap(memory);
  }
}
