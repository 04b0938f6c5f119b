package io.peregrine.conductor;

import java.util.Collection;
import java.util.List;

/**
 * What a request needs to know to find its way: the nodes, and the ways to each. The ways are
 * immutable and any thread may read them; the conductor publishes a new table when something
 * changes.
 *
 * @param <W> a way to a node: one of its connections
 */
public final class RoutingTable<W> {
  private final Object[][] nodes;
  private final Turns turns;

  /**
   * A table.
   *
   * @param nodes the ways to each node; nodes without any are left out
   * @param turns whose turn it is
   */
  RoutingTable(Collection<List<W>> nodes, Turns turns) {
    this.nodes =
        nodes.stream().filter(ways -> !ways.isEmpty()).map(List::toArray).toArray(Object[][]::new);
    this.turns = turns;
  }

  /**
   * How many nodes can be reached.
   *
   * @return at least 0
   */
  public int size() {
    return nodes.length;
  }

  /**
   * How many ways lead to one of the nodes.
   *
   * @param node at least 0 and below {@link #size()}
   * @return at least 1
   */
  public int ways(int node) {
    return nodes[node].length;
  }

  /**
   * One of the ways.
   *
   * @param node at least 0 and below {@link #size()}
   * @param index at least 0 and below {@link #ways}
   * @return the way
   */
  @SuppressWarnings("unchecked")
  public W way(int node, int index) {
    return (W) nodes[node][index];
  }

  /**
   * The number of a request: where it starts to look follows from that, in turn. Threads count for
   * themselves, so that they do not get into each other's way.
   *
   * @return at least 0
   */
  public int nextTurn() {
    return nodes.length == 1 && nodes[0].length == 1 ? 0 : turns.next();
  }
}
