package io.peregrine.bench.routing;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import java.net.InetSocketAddress;
import java.util.UUID;

/** A node that is somewhere and does nothing. Immutable; any thread may use it. */
final class PlacedNode implements Node {
  private final UUID hostId;
  private final String datacenter;
  private final String rack;

  PlacedNode(int number, String datacenter, String rack) {
    this.hostId = new UUID(0, number);
    this.datacenter = datacenter;
    this.rack = rack;
  }

  @Override
  public UUID hostId() {
    return hostId;
  }

  @Override
  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved("node" + hostId.getLeastSignificantBits(), 9042);
  }

  @Override
  public String datacenter() {
    return datacenter;
  }

  @Override
  public String rack() {
    return rack;
  }

  @Override
  public String releaseVersion() {
    return "5.0.9";
  }

  @Override
  public NodeState state() {
    return NodeState.UP;
  }

  @Override
  public NodeDistance distance() {
    return NodeDistance.LOCAL;
  }
}
