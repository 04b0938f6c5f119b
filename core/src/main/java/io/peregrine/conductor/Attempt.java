package io.peregrine.conductor;

import java.util.concurrent.CompletableFuture;

/**
 * One try to connect to a node, by several connections at once. Confined to the conductor's thread.
 */
final class Attempt {
  private final CompletableFuture<Boolean> first = new CompletableFuture<>();
  private final CompletableFuture<Boolean> all = new CompletableFuture<>();
  private boolean reached;
  private int left;

  /** A try that nothing takes part in yet. */
  Attempt(boolean connected) {
    this.reached = connected;
    if (connected) {
      first.complete(true);
    }
  }

  /** A try of nobody: there is nothing to connect to. */
  static Attempt needless() {
    Attempt attempt = new Attempt(true);
    attempt.all.complete(true);
    return attempt;
  }

  void begin() {
    left++;
  }

  /** One connection is open, or will not be, for which the node need not be to blame. */
  void end(boolean reached) {
    left--;
    this.reached |= reached;
    if (reached) {
      first.complete(true);
    }
    endIfDone();
  }

  /** Nobody else begins: if nobody has, that was all. */
  void endIfDone() {
    if (left == 0) {
      first.complete(reached);
      all.complete(reached);
    }
  }

  boolean isDone() {
    return all.isDone();
  }

  /** Whether the node could be reached, as soon as it was or will not be. */
  CompletableFuture<Boolean> first() {
    return first;
  }

  /** Whether the node could be reached, when all have been tried. */
  CompletableFuture<Boolean> all() {
    return all;
  }
}
