package io.peregrine.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntSupplier;

/** Measures what an operation allocates. Confined to the thread that is measured. */
public final class AllocationMeter {
  private static final int ROUNDS = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int operations;
  private int sum;

  public AllocationMeter(int operations) {
    this.operations = operations;
  }

  /** The sum of all results so far, which keeps the compiler from dropping what is measured. */
  public int sum() {
    return sum;
  }

  /**
   * How many bytes so many operations allocate: the least of several rounds, for what the machine
   * does on the side is not the operation's.
   */
  public long least(IntSupplier operation) {
    long least = Long.MAX_VALUE;
    long thread = Thread.currentThread().getId();
    for (int round = 0; round <= ROUNDS; round++) {
      long probe = THREADS.getThreadAllocatedBytes(thread);
      long start = THREADS.getThreadAllocatedBytes(thread);
      for (int i = 0; i < operations; i++) {
        sum += operation.getAsInt();
      }
      long end = THREADS.getThreadAllocatedBytes(thread);
      if (round > 0) {
        least = Math.min(least, end - start - (start - probe));
      }
    }
    return least;
  }
}
