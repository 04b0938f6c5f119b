package io.peregrine;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** What the driver's selector thread does when there is nothing to do. Constants only. */
public enum Idle {
  /**
   * Waits in {@code select} until an answer or a request wakes it. The default: safe in containers
   * and on small machines.
   */
  SELECT,
  /** Spins, then yields, then sleeps up to a millisecond. */
  BACKOFF,
  /** Yields the core to other threads, if there are any. */
  YIELD,
  /** Spins. Needs a core of its own, or it starves the threads that it shares one with. */
  BUSY_SPIN;

  IdleStrategy strategy() {
    return switch (this) {
      case SELECT -> NoOpIdleStrategy.INSTANCE;
      case BACKOFF -> new BackoffIdleStrategy();
      case YIELD -> YieldingIdleStrategy.INSTANCE;
      case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
    };
  }
}
