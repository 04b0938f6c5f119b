package io.peregrine.conductor;

import io.peregrine.io.Connection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until all known nodes that are not down, as far as was last heard, report one schema
 * version: it asks again and again, and no thread waits with it. Confined to the conductor's
 * thread.
 */
final class SchemaAgreement {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaAgreement.class);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final String LOCAL = "SELECT schema_version FROM system.local WHERE key='local'";
  private static final String PEERS = "SELECT peer, host_id, schema_version FROM system.peers";

  private final ClusterConductor conductor;
  private final long queryTimeoutNanos;
  private final Supplier<? extends Iterable<ClusterNode>> nodes;
  private CompletableFuture<Boolean> together = CompletableFuture.completedFuture(false);
  private @Nullable Connection asked;

  SchemaAgreement(
      ClusterConductor conductor,
      long queryTimeoutNanos,
      Supplier<? extends Iterable<ClusterNode>> nodes) {
    this.conductor = conductor;
    this.queryTimeoutNanos = queryTimeoutNanos;
    this.nodes = nodes;
  }

  /**
   * Waits for it.
   *
   * @param connection the node to ask, or null if there is nobody, who knows of no agreement
   * @param mostNanos how long at most, in ns; not positive not to wait, and take it for granted
   * @return whether they agree; never fails
   */
  CompletableFuture<Boolean> await(@Nullable Connection connection, long mostNanos) {
    if (connection == null) {
      return CompletableFuture.completedFuture(false);
    }
    if (mostNanos <= 0) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> agreed = new CompletableFuture<>();
    poll(connection, conductor.nanoTime() + mostNanos, agreed);
    return agreed;
  }

  /**
   * Waits for it together with whoever does so already: a node that tells of many changes, while
   * the others are slow to follow, is not to be asked for each.
   *
   * @param connection the node to ask, or null if there is nobody
   * @param mostNanos how long at most, in ns, if nobody else is waiting
   * @return as {@link #await}
   */
  CompletableFuture<Boolean> awaitTogether(@Nullable Connection connection, long mostNanos) {
    if (together.isDone() || asked != connection) {
      asked = connection;
      together = await(connection, mostNanos);
    }
    return together;
  }

  private void poll(Connection connection, long deadline, CompletableFuture<Boolean> agreed) {
    long left = deadline - conductor.nanoTime();
    long timeout = Math.max(1, Math.min(queryTimeoutNanos, left));
    CompletableFuture<List<Map<String, @Nullable Object>>> peers =
        ConductorRequest.query(conductor, connection, PEERS, timeout);
    ConductorRequest.query(conductor, connection, LOCAL, timeout)
        .thenCombine(peers, this::versions)
        .whenComplete(
            (versions, error) -> {
              if (error == null && versions.size() <= 1) {
                agreed.complete(true);
              } else if (!connection.isReady() || deadline - conductor.nanoTime() <= PAUSE_NANOS) {
                LOG.warn(
                    "The nodes do not have one schema: {}",
                    error == null ? versions : error.getMessage());
                agreed.complete(false);
              } else {
                conductor.runLater(PAUSE_NANOS, () -> poll(connection, deadline, agreed));
              }
            });
  }

  private Map<UUID, Set<String>> versions(
      List<Map<String, @Nullable Object>> local, List<Map<String, @Nullable Object>> peers) {
    Set<UUID> present = new HashSet<>();
    for (ClusterNode node : nodes.get()) {
      if (!node.wasDown()) {
        present.add(node.hostId());
      }
    }
    Map<UUID, Set<String>> versions = new LinkedHashMap<>();
    local.forEach(row -> add(versions, row, "the node that was asked"));
    for (Map<String, @Nullable Object> row : peers) {
      // Servers keep rows of nodes that are long gone, with the schema of that time.
      if (row.get("host_id") instanceof UUID host && present.contains(host)) {
        add(versions, row, String.valueOf(row.get("peer")));
      }
    }
    return versions;
  }

  private static void add(
      Map<UUID, Set<String>> versions, Map<String, @Nullable Object> row, String node) {
    if (row.get("schema_version") instanceof UUID version) {
      versions.computeIfAbsent(version, any -> new TreeSet<>()).add(node);
    }
  }
}
