package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node, as the conductor keeps it up to date. Written on the conductor's thread only; any thread
 * may read it.
 */
public final class ClusterNode implements Node {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final UUID hostId;
  private final int number = NUMBERS.getAndIncrement();
  private volatile Details details;

  /** Again what the details say, where policies find it without another step. */
  private volatile String datacenter;

  private volatile String rack;
  private volatile NodeState state = NodeState.UNKNOWN;
  private boolean wasDown;
  private volatile NodeDistance distance = NodeDistance.IGNORED;

  /**
   * What a node tells of itself. Immutable.
   *
   * @param address where it takes CQL requests
   * @param datacenter the data centre it says it is in, or an empty string
   * @param rack the rack it says it is in, or an empty string
   * @param releaseVersion its Cassandra version, or an empty string
   * @param traits what it tells beside that
   */
  public record Details(
      InetSocketAddress address,
      String datacenter,
      String rack,
      String releaseVersion,
      NodeTraits traits) {
    /** Names that many nodes share are one object, so that they are compared at a glance. */
    public Details {
      datacenter = datacenter.intern();
      rack = rack.intern();
    }

    /**
     * Of a node that tells no more.
     *
     * @param address where it takes CQL requests
     * @param datacenter the data centre it says it is in, or an empty string
     * @param rack the rack it says it is in, or an empty string
     * @param releaseVersion its Cassandra version, or an empty string
     */
    public Details(
        InetSocketAddress address, String datacenter, String rack, String releaseVersion) {
      this(address, datacenter, rack, releaseVersion, NodeTraits.NONE);
    }

    /** The same elsewhere. */
    Details at(InetSocketAddress elsewhere) {
      return new Details(elsewhere, datacenter, rack, releaseVersion, traits);
    }
  }

  /**
   * A node that nothing is known of but what it tells.
   *
   * @param hostId what identifies it
   * @param details what it tells
   */
  public ClusterNode(UUID hostId, Details details) {
    this.hostId = hostId;
    this.details = details;
    this.datacenter = details.datacenter();
    this.rack = details.rack();
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
    return datacenter;
  }

  @Override
  public String rack() {
    return rack;
  }

  @Override
  public String releaseVersion() {
    return details.releaseVersion();
  }

  @Override
  public String dseVersion() {
    return details.traits().dseVersion();
  }

  @Override
  public Set<String> dseWorkloads() {
    return details.traits().dseWorkloads();
  }

  @Override
  public Optional<InetSocketAddress> broadcastAddress() {
    return Optional.ofNullable(details.traits().broadcastAddress());
  }

  @Override
  public Optional<InetSocketAddress> listenAddress() {
    return Optional.ofNullable(details.traits().listenAddress());
  }

  @Override
  public NodeState state() {
    return state;
  }

  @Override
  public NodeDistance distance() {
    return distance;
  }

  /** What finds it in a table: those that are made one after the other have numbers in a row. */
  int number() {
    return number;
  }

  Details details() {
    return details;
  }

  void details(Details details) {
    this.details = details;
    this.datacenter = details.datacenter();
    this.rack = details.rack();
  }

  void state(NodeState state) {
    if (state != NodeState.UNKNOWN) {
      wasDown = state == NodeState.DOWN;
    }
    this.state = state;
  }

  /** Whether it is down, or was before nobody knew any more. Only for the conductor's thread. */
  boolean wasDown() {
    return wasDown;
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
