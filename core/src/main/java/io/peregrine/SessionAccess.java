package io.peregrine;

import io.peregrine.conductor.OwnerThread;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a session, and until when: any thread, or the one that it belongs to, as long as it
 * is open. Any thread may ask; nothing is allocated unless it is refused.
 */
final class SessionAccess {
  private final Patience patience;
  private final BooleanSupplier clusterClosed;
  private final @Nullable OwnerThread owner;
  private final @Nullable Thread ownersThread;
  private volatile boolean closed;

  /**
   * @param patience waits, where the session may be waited for
   * @param owner the thread that the session belongs to; null if to none
   */
  SessionAccess(Patience patience, BooleanSupplier clusterClosed, @Nullable OwnerThread owner) {
    this.patience = patience;
    this.clusterClosed = clusterClosed;
    this.owner = owner;
    this.ownersThread = owner == null ? null : owner.owner();
  }

  /** From now on nothing is taken any more. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isClusterClosed() {
    return clusterClosed.getAsBoolean();
  }

  boolean hasOwner() {
    return owner != null;
  }

  /**
   * Refuses to be used by another thread than the session's own, if it has one.
   *
   * @return false if it is another, but the session is over, so that there is nothing to use
   */
  boolean isOwner() {
    Thread ownersThread = this.ownersThread;
    if (ownersThread == null || ownersThread == Thread.currentThread()) {
      return true;
    }
    if (closed || clusterClosed.getAsBoolean()) {
      return false;
    }
    throw notTheOwner(ownersThread);
  }

  private static IllegalStateException notTheOwner(Thread owner) {
    return new IllegalStateException(
        "The session belongs to the thread "
            + owner.getName()
            + ", which opened it with ConnectOptions.callerRuns(), and was called by the thread "
            + Thread.currentThread().getName()
            + "; open one for each thread, or one without callerRuns() for all");
  }

  /** Whether requests are taken from the calling thread. */
  boolean isOpen() {
    return !closed && isOwner();
  }

  /** The beginning of a call that waits for its answer; refused where it would wait for itself. */
  void begin(String what) {
    OwnerThread owner = this.owner;
    boolean isOwner = isOwner();
    patience.checkMayWait(what);
    if (owner != null && isOwner) {
      owner.arrive();
    }
  }

  <T> T await(PendingAnswer<T, ?> future) {
    if (!future.isDone()) {
      begin("result()");
    }
    return patience.await(future);
  }

  /** Has a thread that waits for this session's answers look whether they are there. */
  void wakeUp() {
    patience.wakeUp();
  }

  Patience patience() {
    return patience;
  }
}
