package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;
import java.util.function.Predicate;

/**
 * Many lists of nodes, one after the other. Immutable; any thread may use it.
 *
 * <p>A node takes two bytes in them. A large cluster has hundreds of thousands of lists.
 */
final class ReplicaLists {
  private final Node[] nodes;
  private final char[] indexes;

  /**
   * Lists.
   *
   * @param nodes the nodes that are in any of them; not copied
   * @param indexes the lists, as indexes into the nodes; not copied
   */
  ReplicaLists(Node[] nodes, char[] indexes) {
    this.nodes = nodes;
    this.indexes = indexes;
  }

  /**
   * One list.
   *
   * @param nodes its nodes
   * @return the list, which begins at 0
   */
  static ReplicaLists of(List<? extends Node> nodes) {
    char[] indexes = new char[nodes.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = (char) i;
    }
    return new ReplicaLists(nodes.toArray(Node[]::new), indexes);
  }

  /**
   * A node.
   *
   * @param place where in the lists it is
   * @return the node
   */
  Node node(int place) {
    return nodes[indexes[place]];
  }

  /**
   * Whether a node is in a list.
   *
   * @param start where the list begins
   * @param size how long it is
   * @param node the node
   * @return true if it is
   */
  boolean contains(int start, int size, Node node) {
    for (int i = start; i < start + size; i++) {
      if (nodes[indexes[i]] == node) {
        return true;
      }
    }
    return false;
  }

  /**
   * The nodes that can be in any of the lists.
   *
   * @return the nodes by their indexes, which must not be changed
   */
  Node[] nodes() {
    return nodes;
  }

  /**
   * Marks nodes.
   *
   * @param kind true for the nodes to be marked
   * @return the marks
   */
  NodeMarks mark(Predicate<? super Node> kind) {
    return new NodeMarks(nodes, kind);
  }

  /**
   * Which nodes of a list are marked.
   *
   * @param start where the list begins
   * @param size how long it is, at most 64
   * @param marks marks of these nodes
   * @return a bit for each that is
   */
  long marked(int start, int size, NodeMarks marks) {
    long marked = 0;
    for (int i = 0; i < size; i++) {
      marked |= marks.mark(indexes[start + i]) << i;
    }
    return marked;
  }

  /**
   * Which of some nodes of a list are marked.
   *
   * @param start where the list begins
   * @param marks marks of these nodes
   * @param among a bit for each that is to be looked at
   * @return those of the bits whose nodes are marked
   */
  long marked(int start, NodeMarks marks, long among) {
    long marked = 0;
    for (long left = among; left != 0; left &= left - 1) {
      int i = Long.numberOfTrailingZeros(left);
      marked |= marks.mark(indexes[start + i]) << i;
    }
    return marked;
  }
}
