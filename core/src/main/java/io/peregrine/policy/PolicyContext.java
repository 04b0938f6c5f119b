package io.peregrine.policy;

import io.peregrine.Node;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The cluster, as a policy gets to know it. Confined to the conductor's thread.
 *
 * @param nodes the nodes that are known now
 * @param contactPoints where the cluster was looked for
 */
public record PolicyContext(Collection<Node> nodes, Set<InetSocketAddress> contactPoints) {
  /**
   * Copies what it is given.
   *
   * @param nodes the nodes that are known now
   * @param contactPoints where the cluster was looked for
   */
  public PolicyContext {
    nodes = List.copyOf(nodes);
    contactPoints = Set.copyOf(contactPoints);
  }
}
