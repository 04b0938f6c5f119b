package io.peregrine.codec.frame;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.OffHeapMemory;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts one large envelope together from the payloads of frames that are not self-contained (v5
 * specification, section 2). Not thread-safe: each connection has its own.
 *
 * <p>Its off-heap memory grows with the bytes that have arrived, never by the length that a header
 * claims, and goes back after an envelope that needed much of it.
 */
public final class EnvelopeAssembler implements AutoCloseable {
  /** Bytes that an assembler has from the start. */
  public static final int INITIAL_CAPACITY = 16 * 1024;

  /** Up to this many bytes are kept for the next envelope; what is above is given back. */
  public static final int RETAINED_CAPACITY = 256 * 1024;

  private static final int LENGTH_UNKNOWN = -1;

  private final int maxEnvelopeLength;
  private final OffHeapMemory offHeap;
  private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
  private ByteBuffer memory;
  private int length;
  private int envelopeLength = LENGTH_UNKNOWN;
  private boolean closed;

  /**
   * An empty assembler.
   *
   * @param maxEnvelopeLength the most bytes that an envelope may have, its header included
   * @throws IllegalArgumentException if not even a header fits, or if it is more than the protocol
   *     allows
   */
  public EnvelopeAssembler(int maxEnvelopeLength) {
    this(maxEnvelopeLength, OffHeapMemory.UNCOUNTED);
  }

  /**
   * An empty assembler, with memory that is counted.
   *
   * @param maxEnvelopeLength the most bytes that an envelope may have, its header included
   * @param offHeap where the memory comes from
   * @throws IllegalArgumentException if not even a header fits, or if it is more than the protocol
   *     allows
   */
  public EnvelopeAssembler(int maxEnvelopeLength, OffHeapMemory offHeap) {
    int most = EnvelopeHeaderFlyweight.HEADER_LENGTH + EnvelopeHeaderFlyweight.MAX_BODY_LENGTH;
    if (maxEnvelopeLength < EnvelopeHeaderFlyweight.HEADER_LENGTH || maxEnvelopeLength > most) {
      throw new IllegalArgumentException(
          "maxEnvelopeLength is "
              + EnvelopeHeaderFlyweight.HEADER_LENGTH
              + " to "
              + most
              + " bytes, not "
              + maxEnvelopeLength);
    }
    this.maxEnvelopeLength = maxEnvelopeLength;
    this.offHeap = offHeap;
    memory = offHeap.allocate(Math.min(INITIAL_CAPACITY, maxEnvelopeLength));
    buffer.wrap(memory);
  }

  /**
   * Takes the next piece.
   *
   * @param source where the payload is; copied
   * @param offset where it begins
   * @param payloadLength how many bytes it has
   * @return true if the envelope is whole now
   * @throws MalformedMessageException if the header claims a length that is negative or over the
   *     bound, or if bytes come after the envelope's end
   * @throws IllegalStateException if a whole envelope is still here and {@link #reset()} has to
   *     come first, or if the assembler is closed
   */
  public boolean onPayload(DirectBuffer source, int offset, int payloadLength) {
    if (closed) {
      throw new IllegalStateException("the assembler is closed");
    }
    if (envelopeLength == length) {
      throw new IllegalStateException("the envelope is whole; reset() before the next one");
    }
    int from = offset;
    int left = payloadLength;
    if (envelopeLength == LENGTH_UNKNOWN) {
      int count = Math.min(EnvelopeHeaderFlyweight.HEADER_LENGTH - length, left);
      append(source, from, count);
      if (length < EnvelopeHeaderFlyweight.HEADER_LENGTH) {
        return false;
      }
      envelopeLength =
          EnvelopeHeaderFlyweight.HEADER_LENGTH
              + EnvelopeHeaderFlyweight.checkedBodyLength(
                  buffer, 0, maxEnvelopeLength - EnvelopeHeaderFlyweight.HEADER_LENGTH);
      from += count;
      left -= count;
    }
    if (left > envelopeLength - length) {
      throw new MalformedMessageException(
          "frame payload",
          length - EnvelopeHeaderFlyweight.HEADER_LENGTH,
          left + " bytes came, but the envelope lacks " + (envelopeLength - length));
    }
    append(source, from, left);
    return length == envelopeLength;
  }

  /**
   * What has arrived so far, from index 0.
   *
   * @return the same buffer always; its content and place change with the next piece
   */
  public DirectBuffer buffer() {
    return buffer;
  }

  /**
   * How many bytes have arrived.
   *
   * @return the length of the envelope if it is whole
   */
  public int length() {
    return length;
  }

  /**
   * Whether no envelope has begun.
   *
   * @return true if nothing has arrived since the last {@link #reset()}
   */
  public boolean isEmpty() {
    return length == 0;
  }

  /** Forgets the envelope, and gives memory back if it needed much. */
  public void reset() {
    length = 0;
    envelopeLength = LENGTH_UNKNOWN;
    if (memory.capacity() > RETAINED_CAPACITY) {
      replaceMemory(INITIAL_CAPACITY);
    }
  }

  /** Frees the memory; the assembler takes nothing any more. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    length = 0;
    buffer.wrap(0, 0);
    offHeap.free(memory);
    memory = ByteBuffer.allocate(0);
  }

  private void append(DirectBuffer source, int offset, int count) {
    int needed = length + count;
    if (needed > memory.capacity()) {
      long doubled = Math.max(needed, 2L * memory.capacity());
      replaceMemory((int) Math.min(doubled, maxEnvelopeLength));
    }
    buffer.putBytes(length, source, offset, count);
    length = needed;
  }

  private void replaceMemory(int capacity) {
    ByteBuffer old = memory;
    ByteBuffer replacement = offHeap.allocate(capacity);
    replacement.put(0, old, 0, length);
    memory = replacement;
    buffer.wrap(replacement);
    offHeap.free(old);
  }
}
