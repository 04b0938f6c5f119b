package io.peregrine;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what servers warn of, but not more often than once a second: the same statement is warned of
 * each time. Any thread may use it.
 */
final class WarningLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.peregrine.warnings");
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NanoClock clock;
  private final AtomicLong next;
  private final AtomicLong left = new AtomicLong();

  WarningLog(NanoClock clock) {
    this.clock = clock;
    this.next = new AtomicLong(clock.nanoTime());
  }

  void log(Node node, List<String> warnings) {
    long now = clock.nanoTime();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + PAUSE_NANOS)) {
      left.incrementAndGet();
      return;
    }
    long unlogged = left.getAndSet(0);
    LOG.warn(
        "{} warns: {}{}",
        node,
        warnings,
        unlogged == 0 ? "" : " (and there were " + unlogged + " more that were not logged)");
  }
}
