package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.NearReplicas;
import io.peregrine.metadata.TokenMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which replicas of the newest token map are near. Changed on the conductor's thread; any thread
 * may read what it has.
 */
final class NearNodes {
  private final Predicate<? super Node> near;
  private final Predicate<? super Node> nearest;
  private @Nullable TokenMap tokens;
  private volatile NearReplicas replicas = NearReplicas.NONE;

  /**
   * Of no token map yet.
   *
   * @param near true for nodes that are near
   * @param nearest true for those of them that come first
   */
  NearNodes(Predicate<? super Node> near, Predicate<? super Node> nearest) {
    this.near = near;
    this.nearest = nearest;
  }

  NearReplicas replicas() {
    return replicas;
  }

  boolean isNear(Node node) {
    return near.test(node);
  }

  boolean isNearest(Node node) {
    return nearest.test(node);
  }

  /** There is another token map. */
  void onTokenMap(TokenMap tokens) {
    this.tokens = tokens;
    replicas = tokens.near(near, nearest);
  }

  /** Something may have changed that says how near nodes are. */
  void refresh() {
    TokenMap tokens = this.tokens;
    if (tokens != null && !replicas.isStill(near, nearest)) {
      onTokenMap(tokens);
    }
  }
}
