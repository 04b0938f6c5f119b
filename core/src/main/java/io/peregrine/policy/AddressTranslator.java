package io.peregrine.policy;

import java.net.InetSocketAddress;

/**
 * Says how this client reaches a node, where that is not by the address that the node tells. Called
 * on a thread that may wait for a name server; applied to the addresses of the system tables, but
 * not to contact points. An event is about the node that tells its address there.
 *
 * <p>For all nodes together it has twenty times the {@linkplain
 * io.peregrine.ClusterBuilder#controlConnectionTimeout control connection's timeout}; what takes
 * longer is as if the node that was asked had not answered.
 */
@FunctionalInterface
public interface AddressTranslator {
  /** Nodes are reached by the addresses that they tell. */
  AddressTranslator IDENTITY = address -> address;

  /**
   * Translates an address.
   *
   * @param address what a node tells
   * @return where this client reaches it
   */
  InetSocketAddress translate(InetSocketAddress address);
}
