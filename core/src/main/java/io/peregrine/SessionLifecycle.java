package io.peregrine;

import io.peregrine.conductor.OwnerThread;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Drives a session, if it belongs to a thread, and ends it: what it is asked for, its connections,
 * and the agent of its thread. Any thread may use it, unless the session belongs to one.
 */
final class SessionLifecycle {
  private final RequestRouter router;
  private final SessionAccess access;
  private final @Nullable OwnerThread owner;
  private final Runnable onClose;

  /**
   * @param owner the thread that drives the session; null for the cluster's agents
   * @param onClose run when it is closed, perhaps more than once
   */
  SessionLifecycle(RequestRouter router, @Nullable OwnerThread owner, Runnable onClose) {
    this.router = router;
    this.access = router.access();
    this.owner = owner;
    this.onClose = onClose;
  }

  /** The thread that drives the session; null for the cluster's agents. */
  @Nullable OwnerThread owner() {
    return owner;
  }

  int invoke() {
    OwnerThread owner = this.owner;
    if (owner == null) {
      throw new IllegalStateException(
          "the session is driven by the cluster's agents; open it with ConnectOptions.callerRuns()"
              + " to drive it yourself");
    }
    if (!access.isOwner()) {
      return 0;
    }
    router.pool().resume();
    return owner.invoke();
  }

  /** Ends all and waits for it. */
  void close() {
    if (!access.isOwner()) {
      return;
    }
    Patience patience = access.patience();
    patience.checkMayWait("close()");
    access.close();
    try {
      patience.awaitOthers(router.pool().close());
    } finally {
      if (owner != null) {
        owner.close();
      }
      onClose.run();
    }
  }

  /** Begins to end all; a session that belongs to a thread has ended when this returns. */
  CompletableFuture<Void> closeAsync() {
    if (owner != null) {
      access.patience().checkNoHandler("closeAsync()");
      close();
      return CompletableFuture.completedFuture(null);
    }
    access.close();
    return router.pool().close();
  }
}
