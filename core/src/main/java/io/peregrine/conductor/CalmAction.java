package io.peregrine.conductor;

import org.jspecify.annotations.Nullable;

/**
 * Does what somebody may ask for again and again: at once, and then not before a rest is over. Of
 * what is asked for meanwhile, the last is done then. Confined to the conductor's thread.
 */
final class CalmAction {
  private final ClusterConductor conductor;
  private final long restNanos;
  private @Nullable Runnable next;
  private boolean resting;

  /**
   * Nothing was asked for yet.
   *
   * @param conductor tells when a rest is over
   * @param restNanos how long a rest is, in ns
   */
  CalmAction(ClusterConductor conductor, long restNanos) {
    this.conductor = conductor;
    this.restNanos = restNanos;
  }

  /**
   * Acts now, or when the rest is over.
   *
   * @param action what to do
   */
  void run(Runnable action) {
    if (resting) {
      next = action;
      return;
    }
    resting = true;
    conductor.runLater(restNanos, this::endRest);
    action.run();
  }

  private void endRest() {
    resting = false;
    Runnable action = next;
    next = null;
    if (action != null) {
      run(action);
    }
  }
}
