package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a node who is in the cluster: itself in {@code system.local}, the others in {@code
 * system.peers_v2}, or {@code system.peers} where that does not exist. Confined to the conductor's
 * thread.
 */
final class TopologyReader {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyReader.class);
  private static final String LOCAL = "SELECT * FROM system.local WHERE key='local'";
  private static final String PEERS_V2 = "SELECT * FROM system.peers_v2";
  private static final String PEERS = "SELECT * FROM system.peers";

  private final ClusterConductor conductor;
  private final ContactSettings settings;

  TopologyReader(ClusterConductor conductor, ContactSettings settings) {
    this.conductor = conductor;
    this.settings = settings;
  }

  /** The nodes, the one that is asked first. */
  CompletableFuture<List<Node>> read(Connection connection) {
    return ask(connection, LOCAL)
        .thenCompose(
            local ->
                peers(connection)
                    .thenApply(others -> nodes(connection.remoteAddress(), local, others)));
  }

  private CompletableFuture<List<Map<String, @Nullable Object>>> peers(Connection connection) {
    return ask(connection, PEERS_V2)
        .handle((rows, error) -> error == null ? done(rows) : ask(connection, PEERS))
        .thenCompose(rows -> rows);
  }

  private static CompletableFuture<List<Map<String, @Nullable Object>>> done(
      List<Map<String, @Nullable Object>> rows) {
    return CompletableFuture.completedFuture(rows);
  }

  private CompletableFuture<List<Map<String, @Nullable Object>>> ask(
      Connection connection, String text) {
    return ConductorQuery.ask(conductor, connection, text, settings.connectTimeoutNanos());
  }

  private List<Node> nodes(
      InetSocketAddress asked,
      List<Map<String, @Nullable Object>> local,
      List<Map<String, @Nullable Object>> peers) {
    Map<UUID, Node> nodes = new LinkedHashMap<>();
    for (Map<String, @Nullable Object> row : local) {
      add(nodes, row, asked);
    }
    for (Map<String, @Nullable Object> row : peers) {
      add(nodes, row, address(row));
    }
    if (nodes.isEmpty()) {
      throw new DriverException(
          asked + " tells neither its own host_id in system.local nor that of another node");
    }
    return new ArrayList<>(nodes.values());
  }

  private static void add(
      Map<UUID, Node> nodes,
      Map<String, @Nullable Object> row,
      @Nullable InetSocketAddress address) {
    if (row.get("host_id") instanceof UUID hostId && address != null) {
      Node node =
          new ClusterNode(
              hostId,
              new ClusterNode.Details(
                  address,
                  text(row, "data_center"),
                  text(row, "rack"),
                  text(row, "release_version")));
      Node other = nodes.putIfAbsent(hostId, node);
      if (other != null) {
        LOG.warn("{} and {} have one host id, {}; the second is left out", other, node, hostId);
      }
    } else {
      LOG.warn("A row of the system tables has no host_id or no address and is left out: {}", row);
    }
  }

  private @Nullable InetSocketAddress address(Map<String, @Nullable Object> row) {
    InetAddress nativeAddress = usable(row.get("native_address"));
    if (nativeAddress != null) {
      return new InetSocketAddress(
          nativeAddress, row.get("native_port") instanceof Integer port ? port : settings.port());
    }
    InetAddress address = usable(row.get("rpc_address"));
    if (address == null) {
      address = usable(row.get("peer"));
    }
    return address == null ? null : new InetSocketAddress(address, settings.port());
  }

  /** An address that is bound to all interfaces is no address to connect to. */
  private static @Nullable InetAddress usable(@Nullable Object value) {
    return value instanceof InetAddress address && !address.isAnyLocalAddress() ? address : null;
  }

  private static String text(Map<String, @Nullable Object> row, String column) {
    return row.get(column) instanceof String value ? value : "";
  }
}
