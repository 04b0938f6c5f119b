package io.peregrine.conductor;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Lets so many connection attempts go on at once, and others when those are done. Confined to the
 * conductor's thread.
 *
 * <p>An attempt of which nothing has been heard for a part of the connect timeout is not counted
 * any more: it costs nothing but its socket, and the nodes behind it need not wait until it is
 * given up. So it is bounded too how many are silent: no more begin in each part than may go on at
 * once.
 */
final class AttemptGate {
  private static final int PARTS = 20;

  private final ClusterConductor conductor;
  private final int most;
  private final long silenceNanos;
  private final Queue<Consumer<Pass>> waiting = new ArrayDeque<>();
  private int inside;
  private boolean letsIn;

  /** An attempt that was let in. Confined to the conductor's thread. */
  final class Pass {
    private boolean heard;
    private boolean counts = true;

    /** The node has answered: the attempt counts until it is over, however long that takes. */
    void heard() {
      heard = true;
    }

    /** The attempt is over. */
    void leave() {
      if (counts) {
        counts = false;
        inside--;
        letIn();
      }
    }

    private void onSilence() {
      if (!heard) {
        leave();
      }
    }
  }

  /**
   * A gate that nobody has entered.
   *
   * @param most how many may be inside at once, at least 1
   * @param connectTimeoutNanos how long an attempt may take, in ns
   */
  AttemptGate(ClusterConductor conductor, int most, long connectTimeoutNanos) {
    this.conductor = conductor;
    this.most = most;
    this.silenceNanos = Math.max(1, connectTimeoutNanos / PARTS);
  }

  /**
   * Begins an attempt, now or when it may.
   *
   * @param attempt begins it; {@link Pass#leave} has to follow when it is over
   */
  void enter(Consumer<Pass> attempt) {
    waiting.add(attempt);
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
        Pass pass = new Pass();
        conductor.runLater(silenceNanos, pass::onSilence);
        waiting.remove().accept(pass);
      }
    } finally {
      letsIn = false;
    }
  }
}
