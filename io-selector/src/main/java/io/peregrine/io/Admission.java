package io.peregrine.io;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many requests a connection has taken: those in the ring, those in flight, and those whose
 * answers are late. Any thread may use it, but for {@link #end}.
 *
 * <p>It counts what has begun and what has ended. The agent alone counts ends, so that an answer
 * costs no atomic operation; and the two stand apart, so that offering threads and the agent do not
 * write to the same line of the cache. Both wrap around; their difference does not.
 */
final class Admission {
  private static final int BEGUN = 32;
  private static final int ENDED = 64;
  private static final int LENGTH = 96;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(LENGTH);
  private final int limit;
  private volatile boolean congested;

  Admission(int limit) {
    this.limit = limit;
  }

  /** How many requests of the application's may be in flight. */
  int limit() {
    return limit;
  }

  /** One more than requests may take, if the protocol has it, so that heartbeats have one. */
  int streamIds() {
    return Math.min(limit + 1, StreamIdAllocator.MAX_IDS);
  }

  int taken() {
    // In this order: one that ends meanwhile is counted yet, and the difference never negative.
    int ended = counts.get(ENDED);
    return counts.get(BEGUN) - ended;
  }

  /** Takes one for a request; false if there is none, or so much waits that more would not help. */
  boolean take() {
    return !congested && takeBelow(limit);
  }

  /** Takes one for a heartbeat; false if there is none. */
  boolean takeForHeartbeat() {
    return takeBelow(streamIds());
  }

  /** Takes one for the handshake, before which there is nothing else. */
  void takeForHandshake() {
    counts.getAndIncrement(BEGUN);
  }

  /** Gives one back that came to nothing, on the thread that took it. */
  void giveBack() {
    counts.getAndDecrement(BEGUN);
  }

  /**
   * One has ended: its stream id is free already. For the agent's thread, or who acts in its place.
   */
  void end() {
    counts.lazySet(ENDED, counts.getPlain(ENDED) + 1);
  }

  private boolean takeBelow(int bound) {
    if (counts.getAndIncrement(BEGUN) - counts.get(ENDED) >= bound) {
      counts.getAndDecrement(BEGUN);
      return false;
    }
    return true;
  }

  /** Whether so much waits to be sent that the server seems not to read. */
  boolean isCongested() {
    return congested;
  }

  void congested(boolean full) {
    if (full != congested) {
      congested = full;
    }
  }
}
