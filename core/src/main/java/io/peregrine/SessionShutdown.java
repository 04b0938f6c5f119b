package io.peregrine;

import io.peregrine.conductor.OwnerThread;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session: what it is asked for from then on, its connections, and the agent of the thread
 * that it belongs to. Any thread may use it, unless the session belongs to one.
 */
final class SessionShutdown {
  private final RequestRouter router;
  private final @Nullable OwnerThread owner;
  private final Runnable onClose;

  /**
   * @param owner the thread that drives the session; null for the cluster's agents
   * @param onClose run when it is closed, perhaps more than once
   */
  SessionShutdown(RequestRouter router, @Nullable OwnerThread owner, Runnable onClose) {
    this.router = router;
    this.owner = owner;
    this.onClose = onClose;
  }

  /** Ends all and waits for it. */
  void run() {
    if (!router.isOwner()) {
      return;
    }
    Patience patience = router.patience();
    patience.checkMayWait("close()");
    router.close();
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
  CompletableFuture<Void> begin() {
    if (owner != null) {
      router.patience().checkNoHandler("closeAsync()");
      run();
      return CompletableFuture.completedFuture(null);
    }
    router.close();
    return router.pool().close();
  }
}
