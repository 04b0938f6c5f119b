package io.peregrine.policy;

import io.peregrine.Node;
import java.util.Arrays;
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
  private static final int SEGMENTS = 4;

  private Node[] singles = new Node[SEGMENTS];
  private Node[][] arrays = new Node[SEGMENTS][];
  private int[] starts = new int[SEGMENTS];
  private int segments;
  private Node[] given = new Node[SEGMENTS];
  private int givenCount;
  private int segment;
  private int position;
  private @Nullable Predicate<? super Node> filter;

  /** An empty plan. */
  public QueryPlan() {}

  /**
   * Makes it empty.
   *
   * @return this
   */
  public QueryPlan clear() {
    segments = 0;
    givenCount = 0;
    segment = 0;
    position = 0;
    filter = null;
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
   * change.
   *
   * @param nodes the nodes
   * @param start where to begin; any number if there are none, else at least 0 and below their
   *     number
   */
  public void addAll(Node[] nodes, int start) {
    if (nodes.length > 0) {
      int index = open();
      arrays[index] = nodes;
      starts[index] = start;
    }
  }

  /**
   * Leaves out nodes of the whole plan. Several filters all apply.
   *
   * @param filter true for what may stay; kept until the plan is cleared
   */
  @SuppressWarnings("unchecked")
  public void retain(Predicate<? super Node> filter) {
    Predicate<? super Node> before = this.filter;
    this.filter = before == null ? filter : ((Predicate<Node>) before).and(filter);
  }

  /**
   * The next node to ask.
   *
   * @return a node that has not been returned since the plan was cleared, or null if there is none
   */
  public @Nullable Node next() {
    while (segment < segments) {
      Node[] array = arrays[segment];
      Node node;
      if (array == null) {
        node = singles[segment++];
      } else {
        int index = starts[segment] + position;
        node = array[index < array.length ? index : index - array.length];
        if (++position == array.length) {
          position = 0;
          segment++;
        }
      }
      if (isNew(node)) {
        give(node);
        return node;
      }
    }
    return null;
  }

  private boolean isNew(Node node) {
    Node[] given = this.given;
    for (int i = 0; i < givenCount; i++) {
      if (given[i] == node) {
        return false;
      }
    }
    Predicate<? super Node> filter = this.filter;
    return filter == null || filter.test(node);
  }

  private void give(Node node) {
    if (givenCount == given.length) {
      given = Arrays.copyOf(given, 2 * givenCount);
    }
    given[givenCount++] = node;
  }

  @SuppressWarnings("NullAway")
  private int open() {
    int index = segments++;
    if (index == singles.length) {
      singles = Arrays.copyOf(singles, 2 * index);
      arrays = Arrays.copyOf(arrays, 2 * index);
      starts = Arrays.copyOf(starts, 2 * index);
    }
    singles[index] = null;
    arrays[index] = null;
    return index;
  }
}
