package io.peregrine.io;

import io.peregrine.codec.OffHeapMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;

/**
 * Off-heap memory with an account of what is out. Any thread may use it.
 *
 * <p>Memory is given back at once, not when a garbage collection finds it.
 */
final class DirectMemory implements OffHeapMemory {
  private final AtomicLong outstanding = new AtomicLong();

  @Override
  public ByteBuffer allocate(int capacity) {
    ByteBuffer memory = ByteBuffer.allocateDirect(capacity);
    outstanding.addAndGet(capacity);
    return memory;
  }

  @Override
  public void free(ByteBuffer memory) {
    outstanding.addAndGet(-memory.capacity());
    BufferUtil.free(memory);
  }

  /** How many bytes were allocated and not given back. */
  long outstanding() {
    return outstanding.get();
  }
}
