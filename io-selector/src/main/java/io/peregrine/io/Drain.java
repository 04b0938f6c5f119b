package io.peregrine.io;

import io.peregrine.codec.DriverException;

/**
 * When a connection that takes no more requests may end: with the last one that was admitted, those
 * included that are still in the ring. Confined to the agent's thread.
 */
final class Drain {
  private static final long CHECK_NANOS = 1_000_000;

  private final DriverException cause;
  private long checkAt;

  /**
   * @param cause why the connection is to end
   */
  Drain(DriverException cause, long now) {
    this.cause = cause;
    this.checkAt = now;
  }

  /** Why the connection is to end. */
  DriverException cause() {
    return cause;
  }

  /** Whether only orphans are left; if not, {@link #checkAt} says whether to look again. */
  boolean isDone(Exchange exchange, int admitted, long now) {
    boolean inRing = exchange.waiting() == 0 && admitted > exchange.orphans().count();
    checkAt = inRing ? RequestProxy.deadline(now, CHECK_NANOS) : Offer.NO_DEADLINE;
    return exchange.waiting() == 0 && !inRing;
  }

  /** When to look again, beside whenever an answer comes. */
  long checkAt() {
    return checkAt;
  }
}
