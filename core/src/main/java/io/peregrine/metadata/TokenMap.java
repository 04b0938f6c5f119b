package io.peregrine.metadata;

import io.peregrine.Node;
import io.peregrine.codec.Murmur3;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes have which keys. Immutable; any thread may use it.
 *
 * <p>It knows the data centres and racks that nodes were in when it was made. Names of keyspaces
 * are as the system tables have them, without quotes.
 */
public final class TokenMap {
  /** To read a replication setting is as much work as some tokens. */
  private static final int STEPS_OF_KEYSPACE = 16;

  /**
   * So many places the lists of all keyspaces have together, of two bytes each. A thousand nodes of
   * 256 tokens, and four settings of nine replicas, need a seventh of it; a setting that says half
   * of the nodes is a few bytes, and would need twice as much.
   */
  private static final long MOST_PLACES = 1 << 26;

  private final Partitioner partitioner;
  private final OwnedRing owned;
  private final Ring ring;
  private final Map<String, ReplicaTable> keyspaces;
  private final Map<ReplicaPlacement, ReplicaTable> placements;
  private final List<String> skipped;
  private final long mostPlaces;

  /** By which to know this map without keeping it. */
  private final Object identity = new Object();

  private TokenMap(
      Partitioner partitioner,
      OwnedRing owned,
      Map<String, Map<String, String>> replication,
      Map<ReplicaPlacement, ReplicaTable> known,
      long mostPlaces) {
    this.partitioner = partitioner;
    this.owned = owned;
    this.mostPlaces = mostPlaces;
    ring = owned.ring();
    keyspaces = new HashMap<>();
    placements = new HashMap<>();
    List<String> skipped = new ArrayList<>(owned.skipped());
    DistinctLists.Sheet sheet = new DistinctLists.Sheet(owned.pace(), mostPlaces);
    Map<String, ReplicaPlacement> all = new LinkedHashMap<>();
    replication.forEach((keyspace, settings) -> all.put(keyspace, ReplicaPlacement.of(settings)));
    // Whoever needs little room has it, however much others would need.
    Comparator<Map.Entry<String, ReplicaPlacement>> order =
        Comparator.comparingLong(entry -> entry.getValue().replicas());
    for (var entry : PacedSort.sorted(all.entrySet(), order, owned.pace())) {
      String keyspace = entry.getKey();
      ReplicaTable table = table(entry.getValue(), known, sheet);
      String reason = reasonForNone(entry.getValue(), table, replication.get(keyspace), mostPlaces);
      if (reason != null) {
        skipped.add("Requests to keyspace " + keyspace + " go to any node, because " + reason);
      }
      keyspaces.put(keyspace, table);
      owned.pace().did(STEPS_OF_KEYSPACE);
    }
    this.skipped = List.copyOf(skipped);
  }

  /** Why nothing is known of replicas; null if it is. */
  private static @Nullable String reasonForNone(
      ReplicaPlacement placement,
      ReplicaTable table,
      @Nullable Map<String, String> settings,
      long mostPlaces) {
    if (placement.isUnknown()) {
      return "the driver does not know where its replication " + settings + " puts replicas";
    }
    return table == ReplicaTable.TOO_LARGE
        ? "its replication "
            + settings
            + " has so many replicas that the lists of all keyspaces, those of fewer replicas"
            + " first, would have more than "
            + mostPlaces
            + " places; have fewer replicas in it"
        : null;
  }

  /**
   * Makes a token map. It takes a moment for large clusters, so it is the conductor's work.
   *
   * @param partitioner the cluster's partitioner
   * @param nodes its nodes and their tokens
   * @param replication the replication settings of each keyspace, by its name
   * @return the map, however odd the tokens and settings are; {@link #skipped} says what it does
   *     without
   */
  public static TokenMap of(
      Partitioner partitioner,
      Collection<NodeTokens> nodes,
      Map<String, Map<String, String>> replication) {
    return of(partitioner, nodes, replication, Pace.UNBROKEN);
  }

  /**
   * Makes a token map while others have something to do.
   *
   * @param partitioner the cluster's partitioner
   * @param nodes its nodes and their tokens
   * @param replication the replication settings of each keyspace, by its name
   * @param pace is told how far it has come, and so for what is made of this map
   * @return the map, as without a pace
   */
  public static TokenMap of(
      Partitioner partitioner,
      Collection<NodeTokens> nodes,
      Map<String, Map<String, String>> replication,
      Pace pace) {
    return of(partitioner, nodes, replication, pace, MOST_PLACES);
  }

  /** The same with other room for lists of replicas than there usually is. */
  static TokenMap of(
      Partitioner partitioner,
      Collection<NodeTokens> nodes,
      Map<String, Map<String, String>> replication,
      Pace pace,
      long mostPlaces) {
    return new TokenMap(
        partitioner, OwnedRing.of(partitioner, nodes, pace), replication, Map.of(), mostPlaces);
  }

  /**
   * The same ring with other keyspaces. What settings have in common with those of this map is not
   * computed again.
   *
   * @param replication the replication settings of each keyspace, by its name
   * @return the map
   */
  public TokenMap withKeyspaces(Map<String, Map<String, String>> replication) {
    return new TokenMap(partitioner, owned, replication, placements, mostPlaces);
  }

  /**
   * What was not understood, so that it can be logged.
   *
   * @return a sentence each, empty if there is nothing to say
   */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * How tokens are made.
   *
   * @return the partitioner
   */
  public Partitioner partitioner() {
    return partitioner;
  }

  /**
   * The nodes that have a token.
   *
   * @param keyspace the keyspace's name
   * @param token a token of {@link Partitioner#MURMUR3}
   * @return the replicas; empty if the keyspace is not known, or has none
   * @throws IllegalStateException if the cluster has another partitioner
   */
  public Replicas replicas(String keyspace, long token) {
    ReplicaTable table = table(keyspace);
    return table.isEmpty() ? Replicas.NONE : table.at(ring.find(token));
  }

  /**
   * The nodes that have a partition key.
   *
   * @param keyspace the keyspace's name
   * @param key where the key's bytes are, as they go over the wire
   * @param offset where they begin
   * @param length how many there are
   * @return the replicas; empty if the keyspace is not known, or has none
   */
  public Replicas replicas(String keyspace, DirectBuffer key, int offset, int length) {
    ReplicaTable table = table(keyspace);
    return table.isEmpty() ? Replicas.NONE : table.at(ring.find(key, offset, length));
  }

  /**
   * The nodes that have a partition key, for whoever asks often: with {@link Partitioner#MURMUR3}
   * it allocates nothing.
   *
   * @param keyspace the keyspace's name
   * @param key where the key's bytes are, as they go over the wire
   * @param offset where they begin
   * @param length how many there are
   * @param replicas made by {@link Replicas#Replicas()}; becomes the replicas, none if the keyspace
   *     is not known or has none
   */
  public void find(String keyspace, DirectBuffer key, int offset, int length, Replicas replicas) {
    if (!replicas.isLookedForIn(identity, keyspace)) {
      replicas.lookIn(identity, keyspace, table(keyspace));
    }
    if (partitioner == Partitioner.MURMUR3) {
      replicas.fill(Murmur3.hash(key, offset, length));
    } else {
      replicas.fillAt(replicas.size() == 0 ? 0 : ring.find(key, offset, length));
    }
  }

  /**
   * The nodes that have tokens.
   *
   * @return the nodes by their indexes, which must not be changed: the same array for each map of
   *     the same ring
   */
  public Node[] nodes() {
    return owned.nodes();
  }

  /**
   * Which replicas are near, found out for all keys at once. It takes a moment for large clusters,
   * so it is the conductor's work.
   *
   * @param near true for nodes that are near
   * @param nearest true for those of them that come first
   * @return the near ones of each key's replicas
   */
  public NearReplicas near(Predicate<? super Node> near, Predicate<? super Node> nearest) {
    return new NearReplicas(owned.nodes(), placements.values(), near, nearest, owned.pace());
  }

  /**
   * The nodes that have a token.
   *
   * @param keyspace the keyspace's name
   * @param token a token of the cluster's partitioner
   * @return the replicas; empty if the keyspace is not known, or has none
   */
  public Replicas replicas(String keyspace, Token token) {
    ReplicaTable table = table(keyspace);
    return table.isEmpty() ? Replicas.NONE : table.at(ring.find(token));
  }

  /**
   * The nodes that have a partition key.
   *
   * @param keyspace the keyspace's name
   * @param routingKey the key's bytes, from position to limit, as they go over the wire
   * @return the replicas, in the order of the ring; empty if the keyspace is not known, or has none
   */
  public List<Node> getReplicas(String keyspace, ByteBuffer routingKey) {
    return replicas(keyspace, newToken(routingKey)).toList();
  }

  /**
   * The nodes that have a range: one of {@link #ranges()}, or a part of it. Of other ranges they
   * have the last token.
   *
   * @param keyspace the keyspace's name
   * @param range the range
   * @return the replicas, in the order of the ring; empty if the keyspace is not known, or has none
   */
  public List<Node> getReplicas(String keyspace, TokenRange range) {
    return replicas(keyspace, range.end()).toList();
  }

  /**
   * The token of a partition key.
   *
   * @param keyParts the value of each column of the key, from position to limit, as they go over
   *     the wire; or the whole key
   * @return the token
   * @throws IllegalArgumentException if there are several parts, and one is longer than 65535 bytes
   */
  public Token newToken(ByteBuffer... keyParts) {
    byte[] key = keyParts.length == 1 ? bytes(keyParts[0]) : composite(keyParts);
    return partitioner.token(new UnsafeBuffer(key), 0, key.length);
  }

  /**
   * The ranges that the nodes' tokens divide the ring into.
   *
   * @return the ranges, in the order of the ring; empty if no node has a token
   */
  public List<TokenRange> ranges() {
    List<TokenRange> ranges = new ArrayList<>(ring.size());
    for (int i = 0; i < ring.size(); i++) {
      ranges.add(range(i));
    }
    return ranges;
  }

  /**
   * The ranges that a node has of a keyspace.
   *
   * @param keyspace the keyspace's name
   * @param node the node
   * @return the ranges, in the order of the ring; empty if it has none, or is not known
   */
  public List<TokenRange> ranges(String keyspace, Node node) {
    List<TokenRange> ranges = new ArrayList<>();
    ReplicaTable table = table(keyspace);
    for (int i = 0; !table.isEmpty() && i < ring.size(); i++) {
      if (table.contains(i, node)) {
        ranges.add(range(i));
      }
    }
    return ranges;
  }

  /**
   * The tokens that a node owns.
   *
   * @param node the node
   * @return the tokens, in the order of the ring; empty if it has none, or is not known
   */
  public List<Token> tokens(Node node) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < ring.size(); i++) {
      if (owned.nodes()[owned.owner(i)] == node) {
        tokens.add(ring.token(i));
      }
    }
    return tokens;
  }

  private TokenRange range(int position) {
    if (ring.size() == 1) {
      return new TokenRange(partitioner.minimum(), partitioner.minimum());
    }
    int before = position == 0 ? ring.size() - 1 : position - 1;
    return new TokenRange(ring.token(before), ring.token(position));
  }

  private ReplicaTable table(String keyspace) {
    ReplicaTable table = keyspaces.get(keyspace);
    return table == null ? ReplicaTable.NOWHERE : table;
  }

  private ReplicaTable table(
      ReplicaPlacement placement,
      Map<ReplicaPlacement, ReplicaTable> known,
      DistinctLists.Sheet sheet) {
    ReplicaTable table = placements.get(placement);
    if (table == null) {
      table = known.get(placement);
      if (table == null || !sheet.hasRoom(table.places()) || table == ReplicaTable.TOO_LARGE) {
        table = placement.table(owned, sheet);
      }
      sheet.keep(table.places());
      placements.put(placement, table);
    }
    return table;
  }

  private static byte[] composite(ByteBuffer[] keyParts) {
    int length = 0;
    for (ByteBuffer part : keyParts) {
      length += Short.BYTES + part.remaining() + 1;
    }
    ByteBuffer key = ByteBuffer.allocate(length);
    for (ByteBuffer part : keyParts) {
      if (part.remaining() > 0xFFFF) {
        throw new IllegalArgumentException(
            "A part of a partition key has "
                + part.remaining()
                + " bytes, and Cassandra takes no more than 65535 of each of several");
      }
      key.putShort((short) part.remaining()).put(part.duplicate()).put((byte) 0);
    }
    return key.array();
  }

  private static byte[] bytes(ByteBuffer part) {
    byte[] bytes = new byte[part.remaining()];
    part.duplicate().get(bytes);
    return bytes;
  }
}
