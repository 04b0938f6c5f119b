package io.peregrine;

import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * A node of the cluster, as it was when the cluster was last looked at. Immutable; any thread may
 * use it.
 *
 * @param hostId what identifies the node, whatever its address
 * @param address where it takes CQL requests
 * @param datacenter the data centre it says it is in
 * @param rack the rack it says it is in
 * @param releaseVersion its Cassandra version
 */
public record Node(
    UUID hostId, InetSocketAddress address, String datacenter, String rack, String releaseVersion) {
  @Override
  public String toString() {
    return address + " (" + datacenter + "/" + rack + ")";
  }
}
