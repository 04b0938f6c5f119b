package io.peregrine.conductor;

import io.peregrine.io.Connection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nodes that are new or back who they are: another one may be at the address by now, and all
 * that the cluster says then is that this address is up. Confined to the conductor's thread.
 */
final class NodeIdentity {
  private static final Logger LOG = LoggerFactory.getLogger(NodeIdentity.class);
  private static final String QUESTION = "SELECT host_id FROM system.local WHERE key='local'";
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(5);

  private final ClusterConductor conductor;
  private final Runnable onStranger;

  /**
   * @param onStranger is told that a node is not where it was said to be
   */
  NodeIdentity(ClusterConductor conductor, Runnable onStranger) {
    this.conductor = conductor;
    this.onStranger = onStranger;
  }

  /**
   * Asks a node. Whoever is there serves requests as well as any, so this stops nothing.
   *
   * @param node who is expected
   * @param connection to whoever is there
   * @return done when it has answered, or does not; never fails
   */
  CompletableFuture<Void> check(ClusterNode node, Connection connection) {
    return ConductorRequest.query(conductor, connection, QUESTION, TIMEOUT)
        .handle(
            (rows, error) -> {
              UUID told = error == null ? hostId(rows) : null;
              if (told != null && !told.equals(node.hostId())) {
                LOG.info("{} is node {} now and not {}", node, told, node.hostId());
                onStranger.run();
              }
              return null;
            });
  }

  private static @Nullable UUID hostId(List<Map<String, @Nullable Object>> rows) {
    return !rows.isEmpty() && rows.get(0).get("host_id") instanceof UUID told ? told : null;
  }
}
