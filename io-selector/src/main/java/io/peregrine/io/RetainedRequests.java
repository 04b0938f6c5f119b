package io.peregrine.io;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of requests that may have to be sent again, kept off-heap until the answer is there.
 * Confined to the agent's thread.
 *
 * <p>Blocks come in powers of two from chunks that are never given back before the agent closes, so
 * that keeping a request allocates nothing once the busiest moment has been seen. A handle names a
 * block: its size class above, its number below.
 */
final class RetainedRequests {
  /** No block. */
  static final int NONE = -1;

  private static final int SMALLEST_BITS = 8;
  private static final int CHUNK_BITS = 16;
  private static final int NUMBER_BITS = 24;
  private static final int NUMBER_MASK = (1 << NUMBER_BITS) - 1;

  private final DirectMemory memory;
  private final long limit;
  private final SizeClass[] classes;
  private long allocated;
  private int kept;

  RetainedRequests(DirectMemory memory, long limit, int largest) {
    this.memory = memory;
    this.limit = limit;
    int bits = Math.max(SMALLEST_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(largest - 1));
    classes = new SizeClass[bits - SMALLEST_BITS + 1];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = new SizeClass(SMALLEST_BITS + i);
    }
  }

  /** Keeps a copy; {@link #NONE} if it is too large or the memory is used up. */
  int keep(DirectBuffer source, int offset, int length) {
    int index =
        Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1) - SMALLEST_BITS);
    if (index >= classes.length) {
      return NONE;
    }
    SizeClass sizeClass = classes[index];
    if (sizeClass.available == 0 && !grow(sizeClass)) {
      return NONE;
    }
    int number = sizeClass.free[--sizeClass.available];
    int handle = index << NUMBER_BITS | number;
    UnsafeBuffer block = sizeClass.chunk(number);
    block.putBytes(sizeClass.offset(number), source, offset, length);
    kept++;
    return handle;
  }

  DirectBuffer buffer(int handle) {
    return classes[handle >>> NUMBER_BITS].chunk(handle & NUMBER_MASK);
  }

  int offset(int handle) {
    return classes[handle >>> NUMBER_BITS].offset(handle & NUMBER_MASK);
  }

  /** Gives back what a request's bytes are kept in, if they are. */
  void giveBack(int handle, @Nullable BufferLease lease) {
    if (handle != NONE) {
      giveBack(handle);
    }
    if (lease != null) {
      lease.giveBack();
    }
  }

  void giveBack(int handle) {
    SizeClass sizeClass = classes[handle >>> NUMBER_BITS];
    sizeClass.free[sizeClass.available++] = handle & NUMBER_MASK;
    kept--;
  }

  int kept() {
    return kept;
  }

  void free() {
    for (SizeClass sizeClass : classes) {
      for (UnsafeBuffer chunk : sizeClass.chunks) {
        ByteBuffer bytes = chunk.byteBuffer();
        chunk.wrap(0, 0);
        memory.free(bytes);
      }
      sizeClass.chunks.clear();
      sizeClass.available = 0;
    }
  }

  private boolean grow(SizeClass sizeClass) {
    int size = 1 << sizeClass.chunkBits;
    int blocks = size >> sizeClass.blockBits;
    int first = sizeClass.chunks.size() * blocks;
    if (allocated + size > limit || first + blocks > NUMBER_MASK + 1) {
      return false;
    }
    sizeClass.free = Arrays.copyOf(sizeClass.free, first + blocks);
    sizeClass.chunks.add(new UnsafeBuffer(memory.allocate(size)));
    allocated += size;
    for (int i = 0; i < blocks; i++) {
      sizeClass.free[sizeClass.available++] = first + i;
    }
    return true;
  }

  /** The blocks of one size. Confined to the agent's thread. */
  private static final class SizeClass {
    private final int blockBits;
    private final int chunkBits;
    private final int numberShift;
    private final List<UnsafeBuffer> chunks = new ArrayList<>();
    private int[] free = new int[0];
    private int available;

    private SizeClass(int blockBits) {
      this.blockBits = blockBits;
      this.chunkBits = Math.max(CHUNK_BITS, blockBits);
      this.numberShift = chunkBits - blockBits;
    }

    private UnsafeBuffer chunk(int number) {
      return chunks.get(number >> numberShift);
    }

    private int offset(int number) {
      return (number & (1 << numberShift) - 1) << blockBits;
    }
  }
}
