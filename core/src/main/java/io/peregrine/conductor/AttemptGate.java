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
  private boolean letsIn;

  /**
   * A gate that nobody has entered.
   *
   * @param most how many may be inside at once, at least 1
   */
  AttemptGate(int most) {
    this.most = most;
  }

  /**
   * Begins an attempt, now or when it may.
   *
   * @param attempt begins it; {@link #leave} has to follow, once, when it is over
   */
  void enter(Runnable attempt) {
    waiting.add(attempt);
    letIn();
  }

  /** An attempt is over. */
  void leave() {
    inside--;
    letIn();
  }

  /** A loop, because any number of those that wait may leave as soon as they are in. */
  private void letIn() {
    if (letsIn) {
      return;
    }
    letsIn = true;
    try {
      while (inside < most && !waiting.isEmpty()) {
        inside++;
        waiting.remove().run();
      }
    } finally {
      letsIn = false;
    }
  }
}
