package io.peregrine.conductor;

import io.peregrine.NodeStateListener;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells listeners what becomes of nodes; one that throws keeps the others from nothing. Confined to
 * the conductor's thread.
 *
 * @param listeners who is told; may change at any time
 */
record NodeNews(List<NodeStateListener> listeners) {
  void tell(Consumer<NodeStateListener> news) {
    for (NodeStateListener listener : listeners) {
      GuardedPolicies.run(() -> news.accept(listener));
    }
  }
}
