package io.peregrine.graph;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Results each of which may be there many times, and takes the room of one: how often it is there
 * is but a number that a server tells. Not to be changed once it is full; any thread may use it
 * then.
 */
final class RepeatedResults extends AbstractList<GraphResult> implements RandomAccess {
  private final List<GraphResult> results = new ArrayList<>();

  /** Where the results of each place end. */
  private int[] ends = new int[8];

  /**
   * Adds a result.
   *
   * @param times how often it is there, at least 1
   * @throws IllegalStateException if a list does not hold so many
   */
  void add(GraphResult result, long times) {
    int size = size();
    if (times > Integer.MAX_VALUE - size) {
      throw new IllegalStateException(
          "These are more than 2147483647 results, which no list holds; iterate over them");
    }
    if (results.size() == ends.length) {
      ends = Arrays.copyOf(ends, 2 * ends.length);
    }
    ends[results.size()] = size + (int) times;
    results.add(result);
  }

  @Override
  public GraphResult get(int index) {
    Objects.checkIndex(index, size());
    int found = Arrays.binarySearch(ends, 0, results.size(), index + 1);
    return results.get(found < 0 ? -found - 1 : found);
  }

  @Override
  public int size() {
    return results.isEmpty() ? 0 : ends[results.size() - 1];
  }
}
