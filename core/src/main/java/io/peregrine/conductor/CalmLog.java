package io.peregrine.conductor;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warns of what a storm of events may bring about any number of times: so often a minute, and what
 * is more goes to the log for who looks for it, at DEBUG. Confined to the conductor's thread.
 */
final class CalmLog implements Consumer<String> {
  private static final int MOST = 10;
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Logger log;
  private final LongSupplier clock;
  private long begin;
  private int warned;
  private int passedOver;

  /**
   * A log that has warned of nothing.
   *
   * @param log where it writes
   * @param clock tells the time, in ns
   */
  CalmLog(Logger log, LongSupplier clock) {
    this.log = log;
    this.clock = clock;
    this.begin = clock.getAsLong();
  }

  @Override
  public void accept(String what) {
    long now = clock.getAsLong();
    if (now - begin >= PERIOD_NANOS) {
      begin = now;
      warned = 0;
      if (passedOver > 0) {
        log.warn("{} more warnings in the minute before were logged at DEBUG", passedOver);
        passedOver = 0;
      }
    }
    if (warned < MOST) {
      warned++;
      log.warn(what);
    } else {
      passedOver++;
      log.debug(what);
    }
  }
}
