package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;

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
   * The index of a node.
   *
   * @param place where in the lists it is
   * @return at least 0
   */
  int index(int place) {
    return indexes[place];
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
}
