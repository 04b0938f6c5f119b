package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A node that is somewhere and does nothing. Confined to the test's thread. */
final class PlainNode implements Node {
  private final int number;
  private final String rack;
  private String datacenter;

  PlainNode(int number, String datacenter, String rack) {
    this.number = number;
    this.datacenter = datacenter;
    this.rack = rack;
  }

  /** So many nodes of one data centre, numbered from one number on. */
  static List<Node> nodes(String datacenter, int first, int count) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(new PlainNode(first + i, datacenter, "r1"));
    }
    return nodes;
  }

  void moveTo(String datacenter) {
    this.datacenter = datacenter;
  }

  @Override
  public UUID hostId() {
    return new UUID(0, number);
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress("127.9.0." + number, 9042);
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

  @Override
  public String toString() {
    return "n" + number;
  }
}
