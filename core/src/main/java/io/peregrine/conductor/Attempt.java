package io.peregrine.conductor;

import java.util.concurrent.CompletableFuture;

/**
 * One try to connect to a node, by several connections at once. Confined to the conductor's thread.
 */
final class Attempt {
  private final CompletableFuture<Boolean> first = new CompletableFuture<>();
  private final CompletableFuture<Boolean> all = new CompletableFuture<>();
  private boolean connected;
  private int left;

  /** A try that nothing takes part in yet. */
  Attempt(boolean connected) {
    this.connected = connected;
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

  void end(boolean usable) {
    left--;
    connected |= usable;
    if (usable) {
      first.complete(true);
    }
    endIfDone();
  }

  /** Nobody else begins: if nobody has, that was all. */
  void endIfDone() {
    if (left == 0) {
      first.complete(connected);
      all.complete(connected);
    }
  }

  boolean isDone() {
    return all.isDone();
  }

  /** Whether there is a connection, as soon as there is one or none will be. */
  CompletableFuture<Boolean> first() {
    return first;
  }

  /** Whether there is a connection, when all have been tried. */
  CompletableFuture<Boolean> all() {
    return all;
  }
}
