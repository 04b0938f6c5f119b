package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.function.Predicate;

/**
 * Which nodes of a token map are of some kind, so that what is to be known of each key's replicas
 * is found out once. Immutable; any thread may use it.
 */
public final class NodeMarks {
  /** For no nodes. */
  public static final NodeMarks NONE = new NodeMarks(new Node[0], node -> false);

  private final Node[] nodes;

  /** Of each node 1 or 0, to make bits of without a branch. */
  private final byte[] marked;

  /**
   * Marks.
   *
   * @param nodes the nodes; not copied
   * @param kind true for the nodes to be marked
   */
  NodeMarks(Node[] nodes, Predicate<? super Node> kind) {
    this.nodes = nodes;
    marked = new byte[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      marked[i] = (byte) (kind.test(nodes[i]) ? 1 : 0);
    }
  }

  /**
   * Whether they can be used for replicas: those of the same token map, or of one that differs in
   * keyspaces alone.
   *
   * @param replicas the replicas
   * @return true if so
   */
  public boolean areFor(Replicas replicas) {
    return replicas.lists().nodes() == nodes;
  }

  /**
   * The mark of a node.
   *
   * @param index its index
   * @return 1 if it has one, else 0
   */
  long mark(int index) {
    return marked[index];
  }
}
