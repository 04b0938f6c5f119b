package io.peregrine.conductor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells of itself that the driver does not go by. Immutable; any thread may use it.
 *
 * @param broadcastAddress where other nodes reach it, or null if it does not tell
 * @param listenAddress where it listens to other nodes, or null if it does not tell
 * @param dseVersion its DSE version, or an empty string
 * @param dseWorkloads what DSE has it do
 */
public record NodeTraits(
    @Nullable InetSocketAddress broadcastAddress,
    @Nullable InetSocketAddress listenAddress,
    String dseVersion,
    Set<String> dseWorkloads) {
  /** Of a node that tells nothing. */
  static final NodeTraits NONE = new NodeTraits(null, null, "", Set.of());

  /** Copies the workloads. */
  public NodeTraits {
    dseWorkloads = Set.copyOf(dseWorkloads);
  }

  /** What a row of the system tables says: that of the node itself, or that of a peer. */
  static NodeTraits of(Map<String, @Nullable Object> row) {
    InetSocketAddress broadcast = address(row, "broadcast_address", "broadcast_port");
    return new NodeTraits(
        broadcast == null ? address(row, "peer", "peer_port") : broadcast,
        address(row, "listen_address", "listen_port"),
        row.get("dse_version") instanceof String version ? version : "",
        workloads(row));
  }

  private static @Nullable InetSocketAddress address(
      Map<String, @Nullable Object> row, String address, String port) {
    if (!(row.get(address) instanceof InetAddress told)) {
      return null;
    }
    boolean isPort = row.get(port) instanceof Integer number && number >= 0 && number <= 0xFFFF;
    return new InetSocketAddress(told, isPort ? (Integer) row.get(port) : 0);
  }

  /** One before DSE 5.1, any number from then on. */
  private static Set<String> workloads(Map<String, @Nullable Object> row) {
    if (row.get("workloads") instanceof Collection<?> several) {
      return several.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet());
    }
    return row.get("workload") instanceof String one ? Set.of(one) : Set.of();
  }
}
