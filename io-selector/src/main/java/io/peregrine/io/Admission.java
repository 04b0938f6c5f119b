package io.peregrine.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many requests a connection has taken: those in the ring, those in flight, and those whose
 * answers are late. Any thread may use it, but for {@link #end}.
 *
 * <p>It counts what has begun and what has ended. The agent alone counts ends, so that an answer
 * costs no atomic operation; and the two stand apart, so that offering threads and the agent do not
 * write to the same line of the cache. Both wrap around; their difference does not. They are fields
 * and not elements of an array, because a choice between nodes waits for them to be read.
 */
public final class Admission extends BegunRequestsApart {
  private static final VarHandle ENDED = count(MethodHandles.lookup(), "ended");

  private volatile int ended;

  /**
   * Nothing has been taken yet.
   *
   * @param limit how many requests of the application's may be in flight
   */
  public Admission(int limit) {
    super(limit);
  }

  /** One more than requests may take, if the protocol has it, so that heartbeats have one. */
  int streamIds() {
    return Math.min(limit() + 1, StreamIdAllocator.MAX_IDS);
  }

  /**
   * How many it has taken that have not ended.
   *
   * @return at least 0
   */
  public int taken() {
    // In this order: one that ends meanwhile is counted yet, and the difference never negative.
    int ended = this.ended;
    return begun() - ended;
  }

  /**
   * Takes one for a request.
   *
   * @return false if there is none, or so much waits that more would not help
   */
  public boolean take() {
    return !isCongested() && takeBelow(limit());
  }

  /** Takes one for a heartbeat; false if there is none. */
  boolean takeForHeartbeat() {
    return takeBelow(streamIds());
  }

  /** Takes one for the handshake, before which there is nothing else. */
  void takeForHandshake() {
    begin();
  }

  /**
   * One has ended: its stream id is free already. For the agent's thread, or who acts in its place.
   */
  void end() {
    ENDED.setRelease(this, (int) ENDED.get(this) + 1);
  }

  private boolean takeBelow(int bound) {
    if (begin() - ended >= bound) {
      giveBack();
      return false;
    }
    return true;
  }
}
