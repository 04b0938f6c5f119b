package io.peregrine.io;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Where requests wait between the threads that offer them and the agent. Any thread may write into
 * it; only the agent's reads.
 *
 * <p>What is no bytes travels beside the ring, in an array that is indexed by the record's
 * position: no slot to allocate, find, or lose.
 */
final class RequestRing {
  private final ManyToOneRingBuffer buffer;
  private final Object[] references;
  private final RequestAdapter adapter;

  /**
   * @param capacity bytes, a power of two
   */
  RequestRing(int capacity) {
    this.buffer =
        new ManyToOneRingBuffer(
            new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(
                    capacity + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
    this.references = new Object[RequestDescriptor.references(capacity)];
    this.adapter = new RequestAdapter(references);
  }

  ManyToOneRingBuffer buffer() {
    return buffer;
  }

  Object[] references() {
    return references;
  }

  /** Hands so many requests to their connections, if there are so many. */
  int read(int limit) {
    return buffer.read(adapter, limit);
  }

  /** How many bytes wait, the records' own headers included. */
  int size() {
    return buffer.size();
  }
}
