package io.peregrine.codec.frame;

import io.peregrine.codec.OffHeapMemory;
import io.peregrine.codec.compress.Lz4BlockCodec;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What connections share to send and receive LZ4 frames: a codec, and off-heap memory for one
 * payload each way. Not thread-safe: each agent has its own, and closes it after its connections.
 *
 * <p>The memory comes with the first frame that needs it, about 128 KiB each way.
 */
public final class FrameCompression implements AutoCloseable {
  private final Lz4BlockCodec codec;
  private final OffHeapMemory offHeap;
  // Two of them: a handler may send while it still reads a payload.
  private final UnsafeBuffer incoming = new UnsafeBuffer(0, 0);
  private final UnsafeBuffer outgoing = new UnsafeBuffer(0, 0);
  private ByteBuffer incomingMemory = ByteBuffer.allocate(0);
  private ByteBuffer outgoingMemory = ByteBuffer.allocate(0);
  private boolean closed;

  /**
   * Shares a codec.
   *
   * @param codec belongs to this object from now on, and is closed with it
   */
  public FrameCompression(Lz4BlockCodec codec) {
    this(codec, OffHeapMemory.UNCOUNTED);
  }

  /**
   * Shares a codec, with memory that is counted.
   *
   * @param codec belongs to this object from now on, and is closed with it
   * @param offHeap where the memory comes from
   */
  public FrameCompression(Lz4BlockCodec codec, OffHeapMemory offHeap) {
    this.codec = codec;
    this.offHeap = offHeap;
  }

  /** Frees everything; a second call does nothing. */
  @Override
  public void close() {
    closed = true;
    codec.close();
    incoming.wrap(0, 0);
    outgoing.wrap(0, 0);
    offHeap.free(incomingMemory);
    offHeap.free(outgoingMemory);
    incomingMemory = ByteBuffer.allocate(0);
    outgoingMemory = ByteBuffer.allocate(0);
  }

  Lz4BlockCodec codec() {
    return codec;
  }

  /** Room for the largest payload that a frame can have. */
  UnsafeBuffer incoming() {
    if (incoming.capacity() == 0) {
      incomingMemory = allocate(FrameDescriptor.MAX_PAYLOAD_LENGTH);
      incoming.wrap(incomingMemory);
    }
    return incoming;
  }

  /** Room for the largest block that a payload can become. */
  UnsafeBuffer outgoing() {
    if (outgoing.capacity() == 0) {
      outgoingMemory =
          allocate(Lz4BlockCodec.maxCompressedLength(FrameDescriptor.MAX_PAYLOAD_LENGTH));
      outgoing.wrap(outgoingMemory);
    }
    return outgoing;
  }

  private ByteBuffer allocate(int capacity) {
    if (closed) {
      throw new IllegalStateException("the frames' compression is closed");
    }
    return offHeap.allocate(capacity);
  }
}
