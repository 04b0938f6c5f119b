package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Blames no node: connections are opened again and again, after a second at first, and at most a
 * minute. Immutable.
 */
final class TrustingHealth implements NodeHealth {
  private static final long FIRST_DELAY = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_DELAY = TimeUnit.SECONDS.toNanos(60);

  @Override
  public boolean onConnectionFailed(ClusterNode node, DriverException cause) {
    return false;
  }

  @Override
  public LongSupplier newSchedule() {
    return new LongSupplier() {
      private long next = FIRST_DELAY;

      @Override
      public long getAsLong() {
        long delay = next;
        next = Math.min(LONGEST_DELAY, 2 * delay);
        return delay;
      }
    };
  }
}
