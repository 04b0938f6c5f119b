package io.peregrine;

import io.peregrine.testkit.server.Observations;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * Time that only the test moves: what is waited for has all the time that it needs, and what runs
 * out of time does so at once. Any thread may read it; one thread at a time moves it.
 */
final class TestTime implements NanoClock {
  private volatile long now;

  /** Has the driver live by this time, and the test's thread run it. */
  ClusterBuilder drive(ClusterBuilder builder) {
    return builder.invoked().clock(this);
  }

  void pass(Duration time) {
    now = now + time.toNanos();
  }

  /** Runs a driver that has no threads until a condition holds; meanwhile no time passes. */
  static void until(Cluster cluster, String what, BooleanSupplier condition) {
    Observations.driveUntil(what, condition, cluster::invoke);
  }

  @Override
  public long nanoTime() {
    return now;
  }
}
