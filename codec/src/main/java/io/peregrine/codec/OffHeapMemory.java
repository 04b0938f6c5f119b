package io.peregrine.codec;

import java.nio.ByteBuffer;
import org.agrona.BufferUtil;

/**
 * Where the codec gets memory outside of the heap, so that who owns it can count it. As thread-safe
 * as its implementation; each object here asks on the thread that it belongs to.
 */
public interface OffHeapMemory {
  /** The JVM's, without an account of it. Any thread may use it. */
  OffHeapMemory UNCOUNTED =
      new OffHeapMemory() {
        @Override
        public ByteBuffer allocate(int capacity) {
          return ByteBuffer.allocateDirect(capacity);
        }

        @Override
        public void free(ByteBuffer memory) {
          BufferUtil.free(memory);
        }
      };

  /**
   * Allocates memory.
   *
   * @param capacity how many bytes, at least 0
   * @return a direct buffer of zeros
   */
  ByteBuffer allocate(int capacity);

  /**
   * Gives memory back at once; nobody may use it any more.
   *
   * @param memory what {@link #allocate} returned, or a buffer of no bytes
   */
  void free(ByteBuffer memory);
}
