package io.peregrine;

import io.peregrine.io.Offer;
import io.peregrine.policy.SpeculativeExecutionPolicy;

/**
 * When other nodes are asked for one request while those before have not answered. Any thread may
 * use it; its lock is never held while the policy is asked.
 */
final class SpeculationSchedule {
  private final RequestRouter router;
  private final ResponseFuture future;
  private long firstDelay = Offer.NO_TIMEOUT;
  private boolean firstDelayKnown;
  private int begun;

  /** Of how many executions the policy was asked, and has said when another is to begin. */
  private int permitted;

  /** When that is. */
  private long nextBeginsNanos;

  SpeculationSchedule(RequestRouter router, ResponseFuture future) {
    this.router = router;
    this.future = future;
  }

  /** How long the first node is alone; asked of the policy once, however often it is offered. */
  long firstDelay() {
    synchronized (this) {
      if (firstDelayKnown) {
        return firstDelay;
      }
    }
    long delay = ask(1);
    synchronized (this) {
      firstDelay = permit(1, delay);
      firstDelayKnown = true;
      return firstDelay;
    }
  }

  /** How long an attempt that is not the first has before another execution begins. */
  long laterDelay() {
    int started;
    synchronized (this) {
      if (!firstDelayKnown) {
        return Offer.NO_TIMEOUT;
      }
      started = 1 + begun;
    }
    return permit(started, ask(started));
  }

  /** What the policy says how long to wait for so many executions. */
  private long ask(int started) {
    Statement<?> statement = future.statement();
    SpeculativeExecutionPolicy policy = future.defaults().retries().speculation();
    return statement == null
        ? SpeculativeExecutionPolicy.NONE
        : Verdict.guarded(
            () -> policy.nextDelayNanos(router.pool().keyspace(), statement, started),
            SpeculativeExecutionPolicy.NONE);
  }

  /** Keeps that in mind; returns it as a timeout: none if no other execution is to begin. */
  private synchronized long permit(int started, long delay) {
    if (delay < 0) {
      return Offer.NO_TIMEOUT;
    }
    if (started > permitted) {
      permitted = started;
      nextBeginsNanos = router.nanoTime() + delay;
    }
    // No time at all is the shortest there is, as none means for ever.
    return Math.max(1, delay);
  }

  /**
   * Whether another execution may begin now.
   *
   * @return how many have begun before it, which counts from now on, unless it is {@link #end
   *     ended}; 0 if it may not
   */
  synchronized int begin() {
    int started = 1 + begun;
    if (started > permitted || router.nanoTime() < nextBeginsNanos) {
      return 0;
    }
    begun++;
    return started;
  }

  /** An execution that was to begin has not, as there is no node for it. */
  synchronized void end() {
    begun--;
  }

  /**
   * When the next execution may begin, if it may not yet.
   *
   * @return that time; {@link Offer#NO_DEADLINE} if none is to begin
   */
  synchronized long nextBeginsNanos() {
    return 1 + begun > permitted ? Offer.NO_DEADLINE : nextBeginsNanos;
  }

  /** How many executions have begun beside the first. */
  synchronized int begun() {
    return begun;
  }
}
