package io.peregrine.io;

import java.nio.ByteBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The counters of one selector agent, in memory of their own or in a {@link CountersFile}. The
 * agent's thread writes them, but for those that {@link #increment} counts; any thread may read
 * them.
 */
public final class SelectorCounters {
  private final AtomicBuffer values;
  private final int[] offsets;

  /** Counters that only this process can see. */
  SelectorCounters() {
    this(ownMemory(), ownOffsets());
  }

  /** Counters that stand at given places. */
  SelectorCounters(AtomicBuffer values, int[] offsets) {
    this.values = values;
    this.offsets = offsets;
  }

  private static AtomicBuffer ownMemory() {
    int length = SelectorCounter.values().length * CountersFileDescriptor.VALUE_LENGTH;
    return new UnsafeBuffer(ByteBuffer.allocateDirect(length));
  }

  private static int[] ownOffsets() {
    int[] offsets = new int[SelectorCounter.values().length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = i * CountersFileDescriptor.VALUE_LENGTH;
    }
    return offsets;
  }

  void add(SelectorCounter counter, long amount) {
    int index = offsets[counter.ordinal()];
    AtomicBuffer values = this.values;
    values.putLongOrdered(index, values.getLong(index) + amount);
  }

  void set(SelectorCounter counter, long value) {
    values.putLongOrdered(offsets[counter.ordinal()], value);
  }

  /**
   * Counts one more of what does not happen on the agent's thread. A counter is counted either so,
   * or by its agent.
   *
   * @param counter which one
   */
  public void increment(SelectorCounter counter) {
    values.getAndAddLong(offsets[counter.ordinal()], 1);
  }

  /**
   * What a counter stands at.
   *
   * @param counter which one
   * @return its value, 0 or more
   */
  public long get(SelectorCounter counter) {
    return values.getLongVolatile(offsets[counter.ordinal()]);
  }
}
