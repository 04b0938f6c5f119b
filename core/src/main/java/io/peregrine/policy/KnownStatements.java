package io.peregrine.policy;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The latencies of those statements that another node may be asked for: a bounded number of them.
 * Any thread may use it, many at once; none waits for another.
 *
 * <p>A statement is known from the second time on that it is asked about, so that texts which never
 * come again take no room. If there is none left, those make room that were not asked about for an
 * interval.
 */
final class KnownStatements {
  /** A power of two. */
  private static final int MET = 1024;

  private final LatencyWindows.Settings settings;
  private final int most;
  private final ConcurrentHashMap<Object, LatencyWindows> known = new ConcurrentHashMap<>();
  private final AtomicIntegerArray met = new AtomicIntegerArray(MET);
  private final AtomicBoolean admitting = new AtomicBoolean();

  /** Belongs to who admits. */
  private long nextSweep;

  /**
   * Knows no statement.
   *
   * @param settings how delays are found
   * @param most how many statements are known at most
   * @param now the time in ns
   */
  KnownStatements(LatencyWindows.Settings settings, int most, long now) {
    this.settings = settings;
    this.most = most;
    this.nextSweep = now;
  }

  /** A request was answered. */
  void record(Object statement, long nanos) {
    LatencyWindows windows = known.get(statement);
    if (windows != null) {
      windows.record(nanos);
    }
  }

  /** The delay in ns, at a time in ns; negative as long as there is none. */
  long delayNanos(Object statement, long now) {
    LatencyWindows windows = known.get(statement);
    if (windows == null) {
      meet(statement, now);
      return SpeculativeExecutionPolicy.NONE;
    }
    return windows.delayNanos(now);
  }

  private void meet(Object statement, long now) {
    int hash = statement.hashCode();
    int index = (hash ^ hash >>> Short.SIZE) & MET - 1;
    if (met.getAndSet(index, hash) == hash && admitting.compareAndSet(false, true)) {
      try {
        admit(statement, now);
      } finally {
        admitting.set(false);
      }
    }
  }

  private void admit(Object statement, long now) {
    if (known.size() == most && now - nextSweep >= 0) {
      nextSweep = now + settings.intervalNanos();
      known.values().removeIf(windows -> !windows.wasUsed());
    }
    if (known.size() < most) {
      known.putIfAbsent(statement, new LatencyWindows(settings, now));
    }
  }
}
