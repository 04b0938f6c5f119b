package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the driver knows of a cluster at one moment. Immutable; any thread may use it. The nodes
 * themselves go on telling what is known now.
 */
public final class Metadata {
  /** What is known of a cluster that has not been connected to. */
  public static final Metadata NONE = new Metadata("", "", Map.of(), Keyspaces.NONE, null);

  private final String clusterName;
  private final String partitioner;
  private final Map<UUID, Node> nodes;
  private final Keyspaces keyspaces;
  private final @Nullable TokenMap tokenMap;

  private Metadata(
      String clusterName,
      String partitioner,
      Map<UUID, Node> nodes,
      Keyspaces keyspaces,
      @Nullable TokenMap tokenMap) {
    this.clusterName = clusterName;
    this.partitioner = partitioner;
    this.nodes = nodes;
    this.keyspaces = keyspaces;
    this.tokenMap = tokenMap;
  }

  /**
   * The same keyspaces in another cluster of nodes.
   *
   * @param clusterName the cluster's name
   * @param partitioner the class name of its partitioner
   * @param nodes its nodes
   * @param tokenMap which of them has which keys, or null if that is not known
   * @return the metadata
   */
  public Metadata withNodes(
      String clusterName,
      String partitioner,
      Collection<? extends Node> nodes,
      @Nullable TokenMap tokenMap) {
    Map<UUID, Node> byId = new LinkedHashMap<>();
    nodes.forEach(node -> byId.put(node.hostId(), node));
    return new Metadata(
        clusterName, partitioner, Collections.unmodifiableMap(byId), keyspaces, tokenMap);
  }

  /**
   * The same nodes with other keyspaces.
   *
   * @param keyspaces the keyspaces
   * @param tokenMap which node has which keys, or null if that is not known
   * @return the metadata
   */
  public Metadata withKeyspaces(Keyspaces keyspaces, @Nullable TokenMap tokenMap) {
    return new Metadata(clusterName, partitioner, nodes, keyspaces, tokenMap);
  }

  /**
   * The cluster's name.
   *
   * @return the name; empty if it has not been connected to
   */
  public String clusterName() {
    return clusterName;
  }

  /**
   * How the cluster makes tokens of keys.
   *
   * @return the class name of its partitioner; empty if it has not been connected to
   */
  public String partitioner() {
    return partitioner;
  }

  /**
   * The nodes.
   *
   * @return the nodes by their host ids; immutable
   */
  public Map<UUID, Node> nodes() {
    return nodes;
  }

  /**
   * The keyspaces, and what is in them.
   *
   * @return the keyspaces by their names, as the server has them: without quotes; immutable. If
   *     schema metadata is switched off, only their replication is known, or nothing
   */
  public Map<String, KeyspaceMetadata> keyspaces() {
    return keyspaces.all();
  }

  /**
   * One keyspace.
   *
   * @param name its name, as the server has it: without quotes
   * @return the keyspace; empty if there is none of that name, or it is not known
   */
  public Optional<KeyspaceMetadata> keyspace(String name) {
    return keyspaces.get(name);
  }

  /**
   * The CQL statements that make all keyspaces and what is in them.
   *
   * @return the statements, in an order in which they can be executed
   */
  public String describe() {
    return keyspaces.describe();
  }

  /**
   * Which node has which keys.
   *
   * @return the map; empty if token metadata is switched off, or the partitioner is not known
   */
  public Optional<TokenMap> tokenMap() {
    return Optional.ofNullable(tokenMap);
  }
}
