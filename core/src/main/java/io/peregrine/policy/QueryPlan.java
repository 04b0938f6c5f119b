package io.peregrine.policy;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes to ask, the best first; each comes once. Confined to the thread that sends the request,
 * which uses one plan for many requests.
 *
 * <p>A policy adds nodes, or whole arrays of them that are only looked at when the nodes before did
 * not take the request.
 */
public final class QueryPlan {
  private static final int PARTS = 6;

  /** A part is one node, or where that is null an array and where to begin in it. */
  private @Nullable Node[] singles = new Node[PARTS];

  private Node[][] arrays = new Node[PARTS][];
  private int[] starts = new int[PARTS];
  private int parts;
  private int part;
  private int position;
  private @Nullable List<Predicate<? super Node>> filters;

  /** An empty plan. */
  public QueryPlan() {}

  /**
   * Makes it empty.
   *
   * @return this
   */
  public QueryPlan clear() {
    parts = 0;
    part = 0;
    position = 0;
    List<?> filters = this.filters;
    if (filters != null) {
      filters.clear();
    }
    return this;
  }

  /**
   * Adds a node.
   *
   * @param node the node
   */
  public void add(Node node) {
    int index = open();
    singles[index] = node;
  }

  /**
   * Adds nodes: those from one on, then those before it. The array is not copied and must not
   * change, nor have a node twice.
   *
   * @param nodes the nodes
   * @param turn at least 0; it is the one of this index that comes first, counted round and round
   */
  public void addAll(Node[] nodes, int turn) {
    int count = nodes.length;
    if (count > 0) {
      int index = open();
      singles[index] = null;
      arrays[index] = nodes;
      starts[index] = turn < count ? turn : turn % count;
    }
  }

  /**
   * Leaves out nodes of the whole plan. Several filters all apply.
   *
   * @param filter true for what may stay; kept until the plan is cleared
   */
  public void retain(Predicate<? super Node> filter) {
    List<Predicate<? super Node>> filters = this.filters;
    if (filters == null) {
      filters = new ArrayList<>(1);
      this.filters = filters;
    }
    filters.add(filter);
  }

  /**
   * The next node to ask.
   *
   * @return a node that has not been returned since the plan was cleared, or null if there is none
   */
  public @Nullable Node next() {
    while (part < parts) {
      int here = part;
      Node node = singles[here];
      if (node != null) {
        part = here + 1;
      } else {
        Node[] array = arrays[here];
        int index = starts[here] + position;
        node = array[index < array.length ? index : index - array.length];
        if (++position == array.length) {
          position = 0;
          part = here + 1;
        }
      }
      if (!isBefore(here, node) && passes(node)) {
        return node;
      }
    }
    return null;
  }

  /** Whether a node is in one of the parts before one. */
  private boolean isBefore(int end, Node node) {
    for (int i = 0; i < end; i++) {
      Node single = singles[i];
      if (single == null ? isIn(arrays[i], node) : single == node) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(Node[] array, Node node) {
    for (Node one : array) {
      if (one == node) {
        return true;
      }
    }
    return false;
  }

  private boolean passes(Node node) {
    List<Predicate<? super Node>> filters = this.filters;
    if (filters != null) {
      for (int i = 0; i < filters.size(); i++) {
        if (!filters.get(i).test(node)) {
          return false;
        }
      }
    }
    return true;
  }

  private int open() {
    int index = parts++;
    if (index == starts.length) {
      singles = Arrays.copyOf(singles, 2 * index);
      arrays = Arrays.copyOf(arrays, 2 * index);
      starts = Arrays.copyOf(starts, 2 * index);
    }
    return index;
  }
}
