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

  private final ReplicaLists lists;
  private final int start;
  private final int size;

  /**
   * A set of replicas.
   *
   * @param nodes the nodes, in the order of the ring
   */
  public Replicas(List<? extends Node> nodes) {
    this(ReplicaLists.of(nodes), 0, nodes.size());
  }

  /**
   * A set of replicas.
   *
   * @param lists where its nodes are
   * @param start where they begin
   * @param size how many they are
   */
  Replicas(ReplicaLists lists, int start, int size) {
    this.lists = lists;
    this.start = start;
    this.size = size;
  }

  /**
   * How many there are.
   *
   * @return at least 0
   */
  public int size() {
    return size;
  }

  /**
   * One of them.
   *
   * @param index at least 0 and below {@link #size}
   * @return the node
   */
  public Node get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "Replica " + index + " was asked for, and there are " + size);
    }
    return lists.node(start + index);
  }

  /**
   * Whether a node is one of them.
   *
   * @param node the node
   * @return true if it is
   */
  public boolean contains(Node node) {
    return lists.contains(start, size, node);
  }

  /**
   * All of them.
   *
   * @return the nodes, in the order of the ring
   */
  public List<Node> toList() {
    Node[] nodes = new Node[size];
    for (int i = 0; i < size; i++) {
      nodes[i] = lists.node(start + i);
    }
    return List.of(nodes);
  }

  @Override
  public String toString() {
    return toList().toString();
  }
}
