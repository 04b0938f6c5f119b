package io.peregrine.conductor;

import io.peregrine.metadata.Pace;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * Rests after each tenth of a millisecond of work, so that a selector thread that shares the core
 * waits no longer than that for it. Confined to the thread that works.
 */
final class RestingPace implements Pace {
  /** The longest that it works without a rest, but for what a few tokens take. */
  static final long STRETCH_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** So many tokens are some 40 µs of work at most. */
  static final int TOKENS_PER_LOOK = 32;

  /** Long enough for whoever waits to be given the core; timers make three times of it. */
  private static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final NanoClock clock;
  private final LongConsumer rest;
  private int left = TOKENS_PER_LOOK;
  private long resumed;

  /**
   * @param rest has the thread wait for so many ns
   */
  RestingPace(NanoClock clock, LongConsumer rest) {
    this.clock = clock;
    this.rest = rest;
    resumed = clock.nanoTime();
  }

  @Override
  public void did(int tokens) {
    left -= tokens;
    if (left <= 0) {
      look();
    }
  }

  private void look() {
    left = TOKENS_PER_LOOK;
    if (clock.nanoTime() - resumed >= STRETCH_NANOS) {
      rest.accept(REST_NANOS);
      resumed = clock.nanoTime();
    }
  }
}
