package io.peregrine.policy;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What speculations may cost: requests earn it. Any thread may use it, many at once; it holds no
 * lock.
 *
 * <p>It begins with nothing, so there are never more speculations than the part of the requests.
 */
final class SpeculationBudget {
  /** What a speculation costs: fine enough for a thousandth of a percent. */
  private static final long COST = 1_000_000_000;

  private static final double PERCENT = COST / 100.0;

  /** In the middle of its array, so that no other object shares its cache line. */
  private static final int SAVED = 16;

  private static final int PADDED = 2 * SAVED;

  private final long earned;
  private final long most;
  private final AtomicLongArray saved = new AtomicLongArray(PADDED);

  /**
   * A budget with nothing in it.
   *
   * @param percent how many speculations 100 requests earn
   * @param burst how many speculations are saved up at most
   */
  SpeculationBudget(double percent, int burst) {
    this.earned = (long) (percent * PERCENT);
    this.most = burst * COST;
  }

  /** A request was answered. It only reads where enough is saved, as it mostly is. */
  void earn() {
    AtomicLongArray saved = this.saved;
    long before = saved.get(SAVED);
    while (before < most) {
      long found = saved.compareAndExchange(SAVED, before, Math.min(most, before + earned));
      if (found == before) {
        return;
      }
      before = found;
    }
  }

  /** Pays for a speculation; false if there is not enough for it. */
  boolean spend() {
    AtomicLongArray saved = this.saved;
    long before = saved.get(SAVED);
    while (before >= COST) {
      long found = saved.compareAndExchange(SAVED, before, before - COST);
      if (found == before) {
        return true;
      }
      before = found;
    }
    return false;
  }
}
