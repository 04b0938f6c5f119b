package io.peregrine;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A node of the cluster: one object for as long as the node belongs to it, whatever happens to its
 * address or state. Any thread may read it; what it tells is what the driver knows now.
 *
 * <p>It is compared by identity, and found by {@link #hostId}.
 */
public interface Node {
  /**
   * What identifies the node, whatever its address.
   *
   * @return its host id
   */
  UUID hostId();

  /**
   * Where it takes CQL requests, as the address translator has it.
   *
   * @return its address and port
   */
  InetSocketAddress address();

  /**
   * The data centre that it says it is in.
   *
   * @return the name; empty if it does not tell
   */
  String datacenter();

  /**
   * The rack that it says it is in.
   *
   * @return the name; empty if it does not tell
   */
  String rack();

  /**
   * Its Cassandra version.
   *
   * @return such as 5.0.9; empty if it does not tell
   */
  String releaseVersion();

  /**
   * Its DSE version. Not known where token metadata is switched off.
   *
   * @return such as 6.8.40; empty for a node of Cassandra
   */
  default String dseVersion() {
    return "";
  }

  /**
   * What DSE has it do. Not known where token metadata is switched off.
   *
   * @return such as Cassandra, Search, Analytics and Graph; empty for a node of Cassandra
   */
  default Set<String> dseWorkloads() {
    return Set.of();
  }

  /**
   * Where other nodes reach it.
   *
   * @return its address, and its port or 0; empty if it does not tell
   */
  default Optional<InetSocketAddress> broadcastAddress() {
    return Optional.empty();
  }

  /**
   * Where it listens to other nodes. Servers tell that of themselves only.
   *
   * @return its address, and its port or 0; empty if it does not have the control connection
   */
  default Optional<InetSocketAddress> listenAddress() {
    return Optional.empty();
  }

  /**
   * Whether it can be reached, as far as the driver knows.
   *
   * @return its state
   */
  NodeState state();

  /**
   * How near the policies hold it to be.
   *
   * @return the nearest that any policy says
   */
  NodeDistance distance();
}
