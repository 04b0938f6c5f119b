package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;

/**
 * The nodes that have a key, in the order of the ring. Immutable, and shared by all keys that have
 * the same ones.
 */
public final class Replicas {
  /** No node. */
  public static final Replicas NONE = new Replicas(List.of());

  private final Node[] nodes;

  /**
   * A set of replicas.
   *
   * @param nodes the nodes, in the order of the ring
   */
  public Replicas(List<? extends Node> nodes) {
    this.nodes = nodes.toArray(Node[]::new);
  }

  /**
   * How many there are.
   *
   * @return at least 0
   */
  public int size() {
    return nodes.length;
  }

  /**
   * One of them.
   *
   * @param index at least 0 and below {@link #size}
   * @return the node
   */
  public Node get(int index) {
    return nodes[index];
  }

  /**
   * Whether a node is one of them.
   *
   * @param node the node
   * @return true if it is
   */
  public boolean contains(Node node) {
    for (Node one : nodes) {
      if (one == node) {
        return true;
      }
    }
    return false;
  }

  /**
   * All of them.
   *
   * @return the nodes, in the order of the ring
   */
  public List<Node> toList() {
    return List.of(nodes);
  }

  @Override
  public String toString() {
    return toList().toString();
  }
}
