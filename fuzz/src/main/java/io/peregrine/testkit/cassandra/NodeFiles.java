package io.peregrine.testkit.cassandra;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes the files that one node reads at its start. It keeps no state, so any thread may use it.
 */
final class NodeFiles {
  static final String YAML = "cassandra.yaml";
  static final String RACK = "cassandra-rackdc.properties";
  static final String LOGBACK = "logback.xml";
  static final String LOG = "system.log";
  static final String OUTPUT = "output.log";
  static final String DATA = "data";
  static final String TRIGGERS = "triggers";
  static final String TEMPORARY = "tmp";

  private static final Set<String> CHOSEN_BY_THE_CLUSTER =
      Set.of(
          "listen_address",
          "rpc_address",
          "storage_port",
          "native_transport_port",
          "endpoint_snitch",
          "seed_provider");

  private static final String LOGBACK_XML =
      """
      <configuration>
        <statusListener class="ch.qos.logback.core.status.NopStatusListener"/>
        <appender name="FILE" class="ch.qos.logback.core.FileAppender">
          <file>%s</file>
          <encoder><pattern>%%-5level [%%thread] %%date{ISO8601} %%logger{36} - %%msg%%n</pattern></encoder>
        </appender>
        <root level="INFO"><appender-ref ref="FILE"/></root>
      </configuration>
      """;

  private NodeFiles() {}

  /**
   * Writes them all for one node, counted from 0, into {@code folder}, which it makes. Nodes beyond
   * those of the specification join the others.
   */
  static void write(
      CassandraSpec spec, LoopbackBlock block, int node, CassandraSpec.Place place, Path folder)
      throws IOException {
    Files.createDirectories(folder.resolve(TRIGGERS));
    Files.createDirectories(folder.resolve(TEMPORARY));
    Files.writeString(folder.resolve(LOGBACK), LOGBACK_XML.formatted(folder.resolve(LOG)));
    Files.writeString(
        folder.resolve(RACK), "dc=" + place.datacenter() + "\nrack=" + place.rack() + "\n");
    Files.writeString(folder.resolve(YAML), yaml(settings(spec, block, node)));
  }

  private static Map<String, Object> settings(CassandraSpec spec, LoopbackBlock block, int node) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("cluster_name", "peregrine");
    settings.put("num_tokens", 1);
    settings.put("auto_bootstrap", node >= spec.nodes());
    settings.put("partitioner", "org.apache.cassandra.dht.Murmur3Partitioner");
    settings.put("commitlog_sync", "periodic");
    settings.put("commitlog_sync_period", "100ms");
    settings.put("commitlog_segment_size", "8MiB");
    settings.put("commitlog_total_space", "64MiB");
    settings.put("auto_snapshot", false);
    settings.put("dynamic_snitch", false);
    // The lowest that Cassandra takes: a killed node counts as down after 12 to 14 seconds.
    settings.put("phi_convict_threshold", 5);
    // A machine that is busy with many tests is slow, and no replica of it is dead.
    settings.put("read_request_timeout", "10s");
    settings.put("write_request_timeout", "10s");
    settings.put("counter_write_request_timeout", "10s");
    settings.put("user_defined_functions_enabled", true);
    settings.put("materialized_views_enabled", true);
    settings.put("sasi_indexes_enabled", true);
    settings.put("dynamic_data_masking_enabled", true);

    for (Map.Entry<String, Object> entry : spec.settings().entrySet()) {
      if (CHOSEN_BY_THE_CLUSTER.contains(entry.getKey())) {
        throw new IllegalArgumentException(
            entry.getKey() + " is chosen by the cluster. Leave it out of the specification.");
      }
      settings.put(entry.getKey(), entry.getValue());
    }
    if ("batch".equals(settings.get("commitlog_sync"))) {
      settings.remove("commitlog_sync_period");
    }
    if (Integer.valueOf(1).equals(settings.get("num_tokens"))) {
      settings.putIfAbsent("initial_token", token(node, spec.nodes()));
    }
    addAddresses(settings, spec, block, node);
    return settings;
  }

  private static void addAddresses(
      Map<String, Object> settings, CassandraSpec spec, LoopbackBlock block, int node) {
    InetSocketAddress cql = block.nativeAddress(node);
    InetSocketAddress storage = block.storageAddress(node);
    settings.put("listen_address", storage.getAddress().getHostAddress());
    settings.put("storage_port", storage.getPort());
    settings.put("rpc_address", cql.getAddress().getHostAddress());
    settings.put("native_transport_port", cql.getPort());
    settings.put("endpoint_snitch", "GossipingPropertyFileSnitch");
    // All are seeds of each other, so all may start at once.
    String[] seeds = new String[spec.nodes()];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = block.address(i).getHostAddress() + ":" + storage.getPort();
    }
    settings.put(
        "seed_provider",
        List.of(
            Map.of(
                "class_name",
                "org.apache.cassandra.locator.SimpleSeedProvider",
                "parameters",
                List.of(Map.of("seeds", String.join(",", seeds))))));
  }

  /**
   * The token of a node when all share the ring, -2^63 to 2^63 - 1, evenly. A node that joins takes
   * half of what one of the first nodes has.
   */
  static String token(int node, int nodes) {
    return node < nodes ? share(node, nodes) : share(2 * (node - nodes) + 1, 2 * nodes);
  }

  private static String share(int node, int nodes) {
    BigInteger share = BigInteger.ONE.shiftLeft(64).multiply(BigInteger.valueOf(node));
    return share
        .divide(BigInteger.valueOf(nodes))
        .subtract(BigInteger.ONE.shiftLeft(63))
        // The least token is the ring's zero and belongs to no node.
        .add(BigInteger.ONE)
        .toString();
  }

  private static String yaml(Map<String, Object> settings) {
    return settings.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + flow(entry.getValue()) + "\n")
        .collect(Collectors.joining());
  }

  /** A value in YAML's flow style, which is JSON for all that is used here. */
  private static String flow(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> flow(entry.getKey()) + ": " + flow(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(NodeFiles::flow).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
