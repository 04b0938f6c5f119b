package io.peregrine.io;

/**
 * How long an agent's duty cycles take: the time in which nobody else is served, a handler that
 * does not return included. Confined to the agent's thread.
 *
 * <p>Sleep does not count, and cycles without work are not measured.
 */
final class DutyCycle {
  private final SelectorCounters counters;
  private final long slowNanos;
  private long longest;
  private long begin;

  DutyCycle(SelectorCounters counters, long slowNanos) {
    this.counters = counters;
    this.slowNanos = slowNanos;
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
    if (nanos > slowNanos) {
      counters.add(SelectorCounter.SLOW_DUTY_CYCLES, 1);
    }
  }
}
