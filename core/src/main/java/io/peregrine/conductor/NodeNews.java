package io.peregrine.conductor;

import io.peregrine.NodeStateListener;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells listeners what becomes of nodes, and nothing that they know; one that throws keeps the
 * others from nothing. Confined to the conductor's thread.
 */
final class NodeNews {
  private final List<NodeStateListener> listeners;

  /** The nodes that they have been told are down, and nothing else since then. */
  private final Set<ClusterNode> down = new HashSet<>();

  /**
   * No news yet.
   *
   * @param listeners who is told; may change at any time
   */
  NodeNews(List<NodeStateListener> listeners) {
    this.listeners = listeners;
  }

  void onAdd(ClusterNode node) {
    tell(listener -> listener.onAdd(node));
  }

  void onUp(ClusterNode node) {
    down.remove(node);
    tell(listener -> listener.onUp(node));
  }

  void onDown(ClusterNode node) {
    if (down.add(node)) {
      tell(listener -> listener.onDown(node));
    }
  }

  void onRemove(ClusterNode node) {
    down.remove(node);
    tell(listener -> listener.onRemove(node));
  }

  private void tell(Consumer<NodeStateListener> news) {
    for (NodeStateListener listener : listeners) {
      GuardedPolicies.run(() -> news.accept(listener));
    }
  }
}
