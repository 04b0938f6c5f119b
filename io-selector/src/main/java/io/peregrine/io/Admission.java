package io.peregrine.io;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests a connection has taken: those in the ring, those in flight, and those whose
 * answers are late. Any thread may use it.
 */
final class Admission {
  private final AtomicInteger taken = new AtomicInteger();
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
    return taken.get();
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
    taken.getAndIncrement();
  }

  void giveBack() {
    taken.getAndDecrement();
  }

  private boolean takeBelow(int bound) {
    if (taken.getAndIncrement() >= bound) {
      taken.getAndDecrement();
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
