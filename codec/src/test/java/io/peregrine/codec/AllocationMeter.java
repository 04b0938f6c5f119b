package io.peregrine.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntSupplier;

/** Measures what an operation allocates. Confined to the thread that is measured. */
public final class AllocationMeter {
  private static final int MOST_ROUNDS = 20;
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
   * does on the side is not the operation's. What a run of them costs whatever its length, as when
   * compiled code is given up at its end, is not either: it is twice as many operations less once.
   */
  public long least(IntSupplier operation) {
    long least = Long.MAX_VALUE;
    long thread = Thread.currentThread().getId();
    run(operation, operations);
    for (int round = 0; round < MOST_ROUNDS && least > 0; round++) {
      long start = THREADS.getThreadAllocatedBytes(thread);
      run(operation, operations);
      long middle = THREADS.getThreadAllocatedBytes(thread);
      run(operation, 2 * operations);
      long end = THREADS.getThreadAllocatedBytes(thread);
      least = Math.min(least, Math.max(0, end - middle - (middle - start)));
    }
    return least;
  }

  private void run(IntSupplier operation, int times) {
    for (int i = 0; i < times; i++) {
      sum += operation.getAsInt();
    }
  }
}
