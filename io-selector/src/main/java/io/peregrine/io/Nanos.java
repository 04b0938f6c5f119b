package io.peregrine.io;

import java.time.Duration;

/** Times as the driver counts with them. Stateless. */
public final class Nanos {
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private Nanos() {}

  /**
   * A time in ns.
   *
   * @param time the time
   * @return its ns; {@link Long#MAX_VALUE}, which is for ever, if it is longer than 292 years
   * @throws ArithmeticException if it is negative by more than that
   */
  public static long of(Duration time) {
    return time.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : time.toNanos();
  }
}
