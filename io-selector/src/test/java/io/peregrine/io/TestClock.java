package io.peregrine.io;

import java.time.Duration;
import org.agrona.concurrent.NanoClock;

/** A clock that the test moves. Any thread may read it. */
final class TestClock implements NanoClock {
  private volatile long now = -1_000_000_000L;

  void advance(Duration by) {
    now = now + by.toNanos();
  }

  @Override
  public long nanoTime() {
    return now;
  }
}
