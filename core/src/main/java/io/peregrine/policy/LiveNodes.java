package io.peregrine.policy;

import io.peregrine.Node;
import java.util.Arrays;

/**
 * The nodes that are not down, in the order in which they became known or came back. Changed on the
 * conductor's thread; any thread may read what it has.
 */
final class LiveNodes {
  private volatile Node[] nodes = {};

  /** An array that never changes. */
  Node[] nodes() {
    return nodes;
  }

  void add(Node node) {
    Node[] before = nodes;
    if (indexOf(before, node) < 0) {
      Node[] after = Arrays.copyOf(before, before.length + 1);
      after[before.length] = node;
      nodes = after;
    }
  }

  void remove(Node node) {
    Node[] before = nodes;
    int index = indexOf(before, node);
    if (index >= 0) {
      Node[] after = Arrays.copyOf(before, before.length - 1);
      System.arraycopy(before, index + 1, after, index, after.length - index);
      nodes = after;
    }
  }

  static int indexOf(Node[] nodes, Node node) {
    for (int i = 0; i < nodes.length; i++) {
      if (nodes[i] == node) {
        return i;
      }
    }
    return -1;
  }
}
