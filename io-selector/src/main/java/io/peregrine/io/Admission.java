package io.peregrine.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many requests a connection has taken: those in the ring, those in flight, and those whose
 * answers are late. Any thread may use it, but for {@link #end}.
 *
 * <p>It counts what has begun and what has ended. The agent alone counts ends, so that an answer
 * costs no atomic operation; and the two stand apart, so that offering threads and the agent do not
 * write to the same line of the cache. Both wrap around; their difference does not.
 */
public final class Admission {
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int BEGUN = 32;
  private static final int ENDED = 64;
  private static final int LENGTH = 96;

  private final int[] counts = new int[LENGTH];
  private final int limit;
  private volatile boolean congested;

  /**
   * Nothing has been taken yet.
   *
   * @param limit how many requests of the application's may be in flight
   */
  public Admission(int limit) {
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

  /**
   * How many it has taken that have not ended.
   *
   * @return at least 0
   */
  public int taken() {
    // In this order: one that ends meanwhile is counted yet, and the difference never negative.
    int[] counts = this.counts;
    int ended = (int) COUNT.getVolatile(counts, ENDED);
    return (int) COUNT.getVolatile(counts, BEGUN) - ended;
  }

  /**
   * Takes one for a request.
   *
   * @return false if there is none, or so much waits that more would not help
   */
  public boolean take() {
    return !congested && takeBelow(limit);
  }

  /** Takes one for a heartbeat; false if there is none. */
  boolean takeForHeartbeat() {
    return takeBelow(streamIds());
  }

  /** Takes one for the handshake, before which there is nothing else. */
  void takeForHandshake() {
    begin();
  }

  /** Gives one back that came to nothing, on the thread that took it. */
  void giveBack() {
    COUNT.getAndAdd(counts, BEGUN, -1);
  }

  /**
   * One has ended: its stream id is free already. For the agent's thread, or who acts in its place.
   */
  void end() {
    int[] counts = this.counts;
    COUNT.setRelease(counts, ENDED, (int) COUNT.get(counts, ENDED) + 1);
  }

  private boolean takeBelow(int bound) {
    if (begin() - (int) COUNT.getVolatile(counts, ENDED) >= bound) {
      giveBack();
      return false;
    }
    return true;
  }

  /** One more has begun; how many had before. */
  private int begin() {
    return (int) COUNT.getAndAdd(counts, BEGUN, 1);
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
