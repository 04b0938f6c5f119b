package io.peregrine.conductor;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets so many connection attempts go on at once, and others when those are done. Confined to the
 * conductor's thread.
 */
final class AttemptGate {
  private final int most;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int inside;

  AttemptGate(int most) {
    this.most = most;
  }

  /**
   * Begins an attempt, now or when it may.
   *
   * @param attempt begins it; {@link #leave} has to follow, once, when it is over
   */
  void enter(Runnable attempt) {
    if (inside < most) {
      inside++;
      attempt.run();
    } else {
      waiting.add(attempt);
    }
  }

  /** An attempt is over. */
  void leave() {
    Runnable next = waiting.poll();
    if (next == null) {
      inside--;
    } else {
      next.run();
    }
  }
}
