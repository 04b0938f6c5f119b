package io.peregrine.io;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes may be out on lease at a time. Any thread may use it.
 *
 * <p>Large requests are rare and slow anyway, so their memory is allocated for each and given back.
 */
final class LeaseBudget {
  private final DirectMemory memory;
  private final long limit;
  private final AtomicLong leased = new AtomicLong();

  LeaseBudget(DirectMemory memory, long limit) {
    this.memory = memory;
    this.limit = limit;
  }

  /** A lease, or null if the budget is used up for now. */
  @Nullable BufferLease take(int length) {
    if (leased.addAndGet(length) > limit) {
      leased.addAndGet(-length);
      return null;
    }
    try {
      return new BufferLease(this, memory.allocate(length), length);
    } catch (OutOfMemoryError e) {
      leased.addAndGet(-length);
      throw e;
    }
  }

  void giveBack(ByteBuffer bytes) {
    leased.addAndGet(-bytes.capacity());
    memory.free(bytes);
  }

  long outstanding() {
    return leased.get();
  }
}
