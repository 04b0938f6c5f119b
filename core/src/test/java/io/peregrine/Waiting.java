package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what servers in processes of their own do, which nothing announces. */
final class Waiting {
  private Waiting() {}

  static void until(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long for: %s", what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
