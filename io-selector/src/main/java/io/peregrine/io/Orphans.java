package io.peregrine.io;

/**
 * The stream ids of one connection whose requests have timed out and whose answers have not come,
 * the oldest first. Confined to the agent's thread, but for {@link #count} and {@link #ageNanos},
 * which any thread may ask.
 *
 * <p>A list that is threaded through arrays indexed by stream id, so that one leaves it as cheaply
 * as it came, whatever the order of the late answers. Most connections never have an orphan: the
 * arrays are made for the first one.
 */
final class Orphans {
  private static final int NONE = -1;

  private final int limit;
  private int[] younger = {};
  private int[] older = {};
  private long[] since = {};
  private int oldest = NONE;
  private int youngest = NONE;
  private volatile int count;
  private volatile long oldestSince;

  Orphans(int limit) {
    this.limit = limit;
  }

  void add(int id, long now) {
    if (younger.length == 0) {
      younger = new int[limit];
      older = new int[limit];
      since = new long[limit];
    }
    younger[id] = NONE;
    older[id] = youngest;
    since[id] = now;
    if (youngest == NONE) {
      oldest = id;
      oldestSince = now;
    } else {
      younger[youngest] = id;
    }
    youngest = id;
    count = count + 1;
  }

  void remove(int id) {
    int before = older[id];
    int after = younger[id];
    count = count - 1;
    if (after == NONE) {
      youngest = before;
    } else {
      older[after] = before;
    }
    if (before == NONE) {
      oldest = after;
      if (after != NONE) {
        oldestSince = since[after];
      }
    } else {
      younger[before] = after;
    }
  }

  int count() {
    return count;
  }

  /** How long the oldest has been one, in ns; 0 if there is none. */
  long ageNanos(long now) {
    long since = oldestSince;
    return count == 0 ? 0 : Math.max(0, now - since);
  }
}
