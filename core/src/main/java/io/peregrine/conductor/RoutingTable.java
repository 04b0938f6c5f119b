package io.peregrine.conductor;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a request needs to know to find its way: the ways there are. The ways are immutable and any
 * thread may read them; the conductor publishes a new table when something changes.
 *
 * @param <W> a way to a node
 */
public final class RoutingTable<W> {
  private final Object[] ways;
  private final AtomicInteger turn;

  RoutingTable(List<W> ways, AtomicInteger turn) {
    this.ways = ways.toArray();
    this.turn = turn;
  }

  /**
   * How many ways there are.
   *
   * @return at least 0
   */
  public int size() {
    return ways.length;
  }

  /**
   * Where the next request starts to look: round robin.
   *
   * @return an index below {@link #size()}; 0 if there is at most one way
   */
  public int nextStart() {
    int size = ways.length;
    return size <= 1 ? 0 : (turn.getAndIncrement() & Integer.MAX_VALUE) % size;
  }

  /**
   * One of the ways.
   *
   * @param index at least 0; counted around, so that any start walks through all
   * @return the way
   */
  @SuppressWarnings("unchecked")
  public W way(int index) {
    return (W) ways[index % ways.length];
  }
}
