package io.peregrine.conductor;

/**
 * Watches whether the owner of a caller-runs session still comes by. If it stays away, nobody
 * answers on its connections, and they are closed until it is back. Confined to the conductor's
 * thread.
 */
final class Absence implements Runnable {
  private static final int QUIET_LOOKS = 2;

  private final ClusterConductor conductor;
  private final OwnerThread owner;
  private final SessionPool<?> pool;
  private final long betweenNanos;
  private long seen;
  private int quiet;

  Absence(ClusterConductor conductor, OwnerThread owner, SessionPool<?> pool, long restAfterNanos) {
    this.conductor = conductor;
    this.owner = owner;
    this.pool = pool;
    this.betweenNanos = restAfterNanos / QUIET_LOOKS;
  }

  void watch() {
    if (betweenNanos > 0) {
      seen = owner.visits();
      conductor.runLater(betweenNanos, this);
    }
  }

  @Override
  public void run() {
    if (pool.isClosed()) {
      return;
    }
    long visits = owner.visits();
    quiet = visits == seen ? quiet + 1 : 0;
    seen = visits;
    if (quiet == QUIET_LOOKS) {
      quiet = 0;
      owner.whileAway(visits, pool::rest);
    }
    conductor.runLater(betweenNanos, this);
  }
}
