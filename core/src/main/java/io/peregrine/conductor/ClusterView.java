package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.metadata.TokenMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What requests have to know of the cluster to find their way, whatever session they belong to. Any
 * thread may read it; the conductor publishes what has changed.
 */
public final class ClusterView {
  private volatile @Nullable TokenMap tokens;
  private volatile Map<InetSocketAddress, ? extends Node> byToldAddress = Map.of();

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

  /**
   * The node that tells an address, wherever this client reaches it.
   *
   * @param told the address, of whichever port
   * @return the node, or null if none is known that tells it
   */
  public @Nullable Node telling(InetAddress told) {
    for (Map.Entry<InetSocketAddress, ? extends Node> entry : byToldAddress.entrySet()) {
      if (told.equals(entry.getKey().getAddress())) {
        return entry.getValue();
      }
    }
    return null;
  }

  /**
   * Publishes which nodes tell which addresses.
   *
   * @param byToldAddress the nodes; not to be changed any more
   */
  void telling(Map<InetSocketAddress, ? extends Node> byToldAddress) {
    this.byToldAddress = byToldAddress;
  }
}
