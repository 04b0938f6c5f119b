package io.peregrine.testkit.cassandra;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a cluster shall be. Immutable, so any thread may use it; each {@code with} method answers a
 * changed copy.
 *
 * @param places where each node is, one entry a node, at least one
 * @param settings keys of {@code cassandra.yaml} with their values: texts, numbers, booleans, lists
 *     and maps of these; they win over the kit's own, but for addresses, ports and seeds
 * @param heapMegabytes the largest heap of each node, in MiB, at least 128
 * @param jvmFlags further flags for the JVM of each node
 */
public record CassandraSpec(
    List<Place> places, Map<String, Object> settings, int heapMegabytes, List<String> jvmFlags) {

  /** The data centre of every node that was not given another. */
  public static final String DEFAULT_DATACENTER = "datacenter1";

  /** The rack of every node that was not given another. */
  public static final String DEFAULT_RACK = "rack1";

  /** The largest heap of a node, in MiB, unless another is asked for. */
  public static final int DEFAULT_HEAP_MEGABYTES = 256;

  private static final int MIN_HEAP_MEGABYTES = 128;
  private static final int MAX_NODES = 200;

  /**
   * Where a node is.
   *
   * @param datacenter its data centre
   * @param rack its rack
   */
  public record Place(String datacenter, String rack) {}

  /** Checks the ranges and copies what is given. */
  public CassandraSpec {
    if (places.isEmpty() || places.size() > MAX_NODES) {
      throw new IllegalArgumentException(
          "a cluster has 1 to " + MAX_NODES + " nodes, not " + places.size());
    }
    if (heapMegabytes < MIN_HEAP_MEGABYTES) {
      throw new IllegalArgumentException(
          "a node needs a heap of " + MIN_HEAP_MEGABYTES + " MiB or more, not " + heapMegabytes);
    }
    places = List.copyOf(places);
    settings = Map.copyOf(settings);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /**
   * One node with the kit's settings.
   *
   * @return the specification, never null
   */
  public static CassandraSpec oneNode() {
    return ofNodes(1);
  }

  /**
   * Several nodes in one data centre with the kit's settings.
   *
   * @param nodes how many, 1 to 200
   * @return the specification, never null
   */
  public static CassandraSpec ofNodes(int nodes) {
    if (nodes < 1 || nodes > MAX_NODES) {
      throw new IllegalArgumentException(
          "a cluster has 1 to " + MAX_NODES + " nodes, not " + nodes);
    }
    List<String> datacenters = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      datacenters.add(DEFAULT_DATACENTER);
    }
    return ofDatacenters(datacenters);
  }

  /**
   * Several nodes with a data centre each.
   *
   * @param datacenters the data centre of each node, one entry a node
   * @return the specification, never null
   */
  public static CassandraSpec ofDatacenters(List<String> datacenters) {
    return ofPlaces(
        datacenters.stream().map(datacenter -> new Place(datacenter, DEFAULT_RACK)).toList());
  }

  /**
   * Several nodes with a data centre and a rack each.
   *
   * @param places where each node is, one entry a node
   * @return the specification, never null
   */
  public static CassandraSpec ofPlaces(List<Place> places) {
    return new CassandraSpec(places, Map.of(), DEFAULT_HEAP_MEGABYTES, List.of());
  }

  /**
   * A copy with one more key of {@code cassandra.yaml}.
   *
   * @param key the key
   * @param value a text, number, boolean, list or map
   * @return the copy, never null
   */
  public CassandraSpec withSetting(String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return new CassandraSpec(places, more, heapMegabytes, jvmFlags);
  }

  /**
   * A copy with another heap.
   *
   * @param megabytes the largest heap of each node, in MiB, at least 128
   * @return the copy, never null
   */
  public CassandraSpec withHeapMegabytes(int megabytes) {
    return new CassandraSpec(places, settings, megabytes, jvmFlags);
  }

  /**
   * A copy with one more flag for the JVM of each node.
   *
   * @param flag one flag, such as {@code -Dcassandra.skip_sync=true}
   * @return the copy, never null
   */
  public CassandraSpec withJvmFlag(String flag) {
    List<String> more = new ArrayList<>(jvmFlags);
    more.add(flag);
    return new CassandraSpec(places, settings, heapMegabytes, more);
  }

  /**
   * How many nodes the cluster has.
   *
   * @return 1 to 200
   */
  public int nodes() {
    return places.size();
  }

  /** Whether clients must log in with a password. */
  boolean authenticates() {
    return String.valueOf(settings.get("authenticator")).contains("PasswordAuthenticator");
  }
}
