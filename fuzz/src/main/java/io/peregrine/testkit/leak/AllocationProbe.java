package io.peregrine.testkit.leak;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Counts the heap bytes that one thread allocates. Confined to the thread that measures, which may
 * be the measured one.
 *
 * <pre>{@code
 * AllocationProbe probe = AllocationProbe.of(thread).start();
 * ... the work ...
 * assertThat(probe.allocatedBytes()).isZero();
 * }</pre>
 */
public final class AllocationProbe {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int CALIBRATIONS = 2_000;

  private final long threadId;
  private final long ownCost;
  private long start;

  private AllocationProbe(long threadId, long ownCost) {
    this.threadId = threadId;
    this.ownCost = ownCost;
  }

  /**
   * A probe for a thread, started.
   *
   * @param thread a live thread
   * @return the probe
   */
  public static AllocationProbe of(Thread thread) {
    if (!THREADS.isThreadAllocatedMemorySupported()) {
      throw new UnsupportedOperationException("this JVM does not count allocation by thread");
    }
    THREADS.setThreadAllocatedMemoryEnabled(true);
    @SuppressWarnings("deprecation") // threadId() came with Java 19
    long id = thread.getId();
    return new AllocationProbe(id, thread == Thread.currentThread() ? costOfAsking(id) : 0).start();
  }

  /**
   * The live threads whose names begin so.
   *
   * @param prefix the beginning of a name
   * @return the threads, in no order
   */
  public static List<Thread> threadsNamed(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .toList();
  }

  /**
   * Counts from here on.
   *
   * @return this
   */
  public AllocationProbe start() {
    start = THREADS.getThreadAllocatedBytes(threadId);
    return this;
  }

  /**
   * What the thread allocated since {@link #start}, without what asking costs.
   *
   * @return bytes, at least 0
   */
  public long allocatedBytes() {
    long now = THREADS.getThreadAllocatedBytes(threadId);
    if (now < 0) {
      throw new IllegalStateException("thread " + threadId + " has ended: ask while it lives");
    }
    return Math.max(0, now - start - ownCost);
  }

  private static long costOfAsking(long id) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < CALIBRATIONS; i++) {
      long before = THREADS.getThreadAllocatedBytes(id);
      least = Math.min(least, THREADS.getThreadAllocatedBytes(id) - before);
    }
    return least;
  }
}
