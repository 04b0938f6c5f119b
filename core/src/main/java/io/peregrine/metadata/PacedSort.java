package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Sorts step by step, which takes a little longer than to sort at once. It keeps nothing, so any
 * thread may use it.
 */
final class PacedSort {
  /** So many are sorted at once. */
  private static final int RUN = 16;

  private PacedSort() {}

  /**
   * Sorts. What is equal stays in its order.
   *
   * @param <T> what is sorted
   * @param unsorted the elements, which stay as they are
   * @param order their order
   * @param pace is told how far it has come
   * @return a new list
   */
  static <T> List<T> sorted(Collection<T> unsorted, Comparator<? super T> order, Pace pace) {
    List<T> sorted = new ArrayList<>(unsorted);
    int size = sorted.size();
    for (int from = 0; from < size; from += RUN) {
      sorted.subList(from, Math.min(size, from + RUN)).sort(order);
      pace.did(RUN);
    }
    for (int run = RUN; run < size; run *= 2) {
      List<T> merged = new ArrayList<>(size);
      for (int from = 0; from < size; from += 2 * run) {
        int middle = Math.min(size, from + run);
        int end = Math.min(size, middle + run);
        merge(sorted.subList(from, middle), sorted.subList(middle, end), order, merged, pace);
      }
      sorted = merged;
    }
    return sorted;
  }

  private static <T> void merge(
      List<T> left, List<T> right, Comparator<? super T> order, List<T> merged, Pace pace) {
    int i = 0;
    int j = 0;
    while (i < left.size() || j < right.size()) {
      boolean isLeft =
          j == right.size() || i < left.size() && order.compare(left.get(i), right.get(j)) <= 0;
      merged.add(isLeft ? left.get(i++) : right.get(j++));
      // A comparison by name and number is as much work as a few tokens.
      pace.did(4);
    }
  }
}
