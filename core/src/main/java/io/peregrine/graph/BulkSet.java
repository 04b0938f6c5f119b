package io.peregrine.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a traversal has aggregated: values, and how often each was there. Immutable; any thread may
 * use it.
 *
 * @param entries each value once, in the server's order
 */
public record BulkSet(List<Entry> entries) {
  /**
   * A value and how often it was there.
   *
   * @param value the value
   * @param count how often, at least 1
   */
  public record Entry(@Nullable Object value, long count) {}

  /** Copies the list. */
  public BulkSet {
    entries = List.copyOf(entries);
  }

  /**
   * How many values there are, each as often as it was there.
   *
   * @return the sum of the counts; {@link Long#MAX_VALUE} if it is more than that
   */
  public long size() {
    long size = 0;
    for (Entry entry : entries) {
      long more = size + entry.count();
      size = more < size ? Long.MAX_VALUE : more;
    }
    return size;
  }
}
