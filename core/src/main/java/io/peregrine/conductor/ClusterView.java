package io.peregrine.conductor;

import io.peregrine.metadata.TokenMap;
import org.jspecify.annotations.Nullable;

/**
 * What requests have to know of the cluster to find their way, whatever session they belong to. Any
 * thread may read it; the conductor publishes what has changed.
 */
public final class ClusterView {
  private volatile @Nullable TokenMap tokens;

  /** A cluster of which nothing is known. */
  public ClusterView() {}

  /**
   * Which nodes have which keys.
   *
   * @return the map as it is now, or null if there is none
   */
  public @Nullable TokenMap tokens() {
    return tokens;
  }

  /**
   * Publishes another map.
   *
   * @param tokens the map, or null for none
   */
  public void tokens(@Nullable TokenMap tokens) {
    this.tokens = tokens;
  }
}
