package io.peregrine.io;

import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The counters of one selector agent. The agent's thread writes them; any thread may read them. */
public final class SelectorCounters {
  private final UnsafeBuffer values =
      new UnsafeBuffer(
          java.nio.ByteBuffer.allocateDirect(
              BitUtil.align(SelectorCounter.values().length * Long.BYTES, 64)));

  SelectorCounters() {}

  void add(SelectorCounter counter, long amount) {
    int index = counter.ordinal() * Long.BYTES;
    values.putLongOrdered(index, values.getLong(index) + amount);
  }

  void set(SelectorCounter counter, long value) {
    values.putLongOrdered(counter.ordinal() * Long.BYTES, value);
  }

  /**
   * What a counter stands at.
   *
   * @param counter which one
   * @return its value, 0 or more
   */
  public long get(SelectorCounter counter) {
    return values.getLongVolatile(counter.ordinal() * Long.BYTES);
  }
}
