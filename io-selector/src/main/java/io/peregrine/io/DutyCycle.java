package io.peregrine.io;

import java.util.concurrent.TimeUnit;

/**
 * How long an agent's duty cycles take: the time in which nobody else is served, a handler that
 * does not return included. Confined to the agent's thread.
 *
 * <p>Sleep does not count, and cycles without work are not measured.
 */
final class DutyCycle {
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final SelectorCounters counters;
  private long longest;
  private long begin;

  DutyCycle(SelectorCounters counters) {
    this.counters = counters;
  }

  /** The cycle begins, or goes on after its sleep. */
  void begin(long now) {
    begin = now;
  }

  void end(long now) {
    long nanos = now - begin;
    if (nanos > longest) {
      longest = nanos;
      counters.set(SelectorCounter.LONGEST_DUTY_CYCLE_NS, nanos);
    }
    if (nanos > SLOW_NANOS) {
      counters.add(SelectorCounter.SLOW_DUTY_CYCLES, 1);
    }
  }
}
