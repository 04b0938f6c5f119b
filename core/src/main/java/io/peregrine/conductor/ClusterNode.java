package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import java.net.InetSocketAddress;
import java.util.UUID;

/**
 * A node, as the conductor keeps it up to date. Written on the conductor's thread only; any thread
 * may read it.
 */
public final class ClusterNode implements Node {
  private final UUID hostId;
  private volatile Details details;
  private volatile NodeState state = NodeState.UNKNOWN;
  private volatile NodeDistance distance = NodeDistance.IGNORED;

  /**
   * What a node tells of itself. Immutable.
   *
   * @param address where it takes CQL requests
   * @param datacenter the data centre it says it is in, or an empty string
   * @param rack the rack it says it is in, or an empty string
   * @param releaseVersion its Cassandra version, or an empty string
   */
  public record Details(
      InetSocketAddress address, String datacenter, String rack, String releaseVersion) {}

  /**
   * A node that nothing is known of but what it tells.
   *
   * @param hostId what identifies it
   * @param details what it tells
   */
  public ClusterNode(UUID hostId, Details details) {
    this.hostId = hostId;
    this.details = details;
  }

  @Override
  public UUID hostId() {
    return hostId;
  }

  @Override
  public InetSocketAddress address() {
    return details.address();
  }

  @Override
  public String datacenter() {
    return details.datacenter();
  }

  @Override
  public String rack() {
    return details.rack();
  }

  @Override
  public String releaseVersion() {
    return details.releaseVersion();
  }

  @Override
  public NodeState state() {
    return state;
  }

  @Override
  public NodeDistance distance() {
    return distance;
  }

  Details details() {
    return details;
  }

  void details(Details details) {
    this.details = details;
  }

  void state(NodeState state) {
    this.state = state;
  }

  void distance(NodeDistance distance) {
    this.distance = distance;
  }

  @Override
  public String toString() {
    Details now = details;
    return now.address() + " (" + now.datacenter() + "/" + now.rack() + ")";
  }
}
