package io.peregrine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of results that are taken into memory as a whole, at most once a minute. Any thread may use
 * it.
 */
final class MaterialisingLog {
  static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger(ResultSet.class);
  private static final long NEVER = Long.MIN_VALUE;

  private final AtomicLong warnedAt = new AtomicLong(NEVER);

  /** A result with more pages than one is about to be taken. */
  void onMorePages(long nowNanos) {
    long before = warnedAt.get();
    if ((before == NEVER || nowNanos - before >= PAUSE_NANOS)
        && warnedAt.compareAndSet(before, nowNanos)) {
      LOG.warn(
          "all() was called for a result of several pages, and takes all of them into memory;"
              + " iterate over the result to have one page there at a time. This is told once a"
              + " minute at most");
    }
  }
}
