package io.peregrine.testkit.server;

import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the system tables say about one node. Immutable.
 *
 * @param address where clients reach it
 * @param hostId its identity
 * @param dataCenter its data center
 * @param rack its rack
 * @param tokens its Murmur3 tokens, as decimal numbers
 * @param schemaVersion the schema version that it reports
 */
public record NodeInfo(
    InetSocketAddress address,
    UUID hostId,
    String dataCenter,
    String rack,
    List<String> tokens,
    UUID schemaVersion) {
  static final UUID SCHEMA_VERSION = uuidOf("schema");

  /**
   * A node in {@code dc1} and {@code rack1} that owns the whole ring.
   *
   * @param address where clients reach it
   * @return the node
   */
  public static NodeInfo at(InetSocketAddress address) {
    return new NodeInfo(
        address, uuidOf(address.toString()), "dc1", "rack1", List.of("0"), SCHEMA_VERSION);
  }

  /**
   * The same node elsewhere in the topology.
   *
   * @param newDataCenter its data center
   * @param newRack its rack
   * @return the changed copy
   */
  public NodeInfo in(String newDataCenter, String newRack) {
    return new NodeInfo(address, hostId, newDataCenter, newRack, tokens, schemaVersion);
  }

  /**
   * The same node with other tokens.
   *
   * @param newTokens its tokens, as decimal numbers
   * @return the changed copy
   */
  public NodeInfo withTokens(List<String> newTokens) {
    return new NodeInfo(address, hostId, dataCenter, rack, List.copyOf(newTokens), schemaVersion);
  }

  /**
   * The same node with another schema.
   *
   * @param newVersion the version it reports
   * @return the changed copy
   */
  public NodeInfo withSchemaVersion(UUID newVersion) {
    return new NodeInfo(address, hostId, dataCenter, rack, tokens, newVersion);
  }

  /**
   * The same node under another identity.
   *
   * @param newHostId its host id
   * @return the changed copy
   */
  public NodeInfo withHostId(UUID newHostId) {
    return new NodeInfo(address, newHostId, dataCenter, rack, tokens, schemaVersion);
  }

  /** Tokens that cut the ring into equal parts; node {@code index} of {@code nodes} gets these. */
  static List<String> evenTokens(int index, int nodes, int tokensPerNode) {
    BigInteger step =
        BigInteger.ONE
            .shiftLeft(Long.SIZE)
            .divide(BigInteger.valueOf((long) nodes * tokensPerNode));
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < tokensPerNode; i++) {
      BigInteger position = BigInteger.valueOf((long) i * nodes + index);
      BigInteger start = BigInteger.valueOf(Long.MIN_VALUE).add(step.shiftRight(1));
      tokens.add(start.add(step.multiply(position)).toString());
    }
    return tokens;
  }

  private static UUID uuidOf(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
