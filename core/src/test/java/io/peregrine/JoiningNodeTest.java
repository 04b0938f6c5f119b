package io.peregrine;

import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node that joins is listed before all is known of it, and no event says when that is. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class JoiningNodeTest {
  private final AtomicLong now = new AtomicLong(1);

  private ClusterScene scene() {
    return ClusterScene.of(
        2,
        builder ->
            builder
                .clock(now::get)
                // Time passes in leaps, so nothing is to be late.
                .controlConnectionTimeout(Duration.ZERO)
                .connectTimeout(Duration.ofDays(1))
                .heartbeatInterval(Duration.ZERO));
  }

  /** Has the clock go on, and the conductor look at it, until something is so. */
  private void passUntil(ClusterScene scene, String what, BooleanSupplier condition) {
    scene.until(
        what,
        () -> {
          now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
          scene.cluster.setTokenMetadataEnabled(true);
          return condition.getAsBoolean();
        });
  }

  private void passUntilReadAgain(ClusterScene scene) {
    int before = scene.asked(PEERS);
    passUntil(scene, "two more readings", () -> scene.asked(PEERS) >= before + 2);
    assertThat(scene.known()).hasSize(1);
  }

  @Test
  void nodeWithoutTokensIsFoundWhenItHasSome() {
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog()) {
      NodeInfo joining = scene.nodes.nodes().get(1);
      scene.nodes.remove(1);
      try (Session session = scene.cluster.connect()) {
        scene.nodes.add(joining.withTokens(List.of()));
        scene.nodes.push(new TopologyChangeEvent("NEW_NODE", joining.address()));
        scene.until("a row without tokens", () -> !log.lines("without tokens").isEmpty());
        passUntilReadAgain(scene);
        scene.nodes.remove(1);
        scene.nodes.add(joining);
        passUntil(scene, "the node", () -> session.connectedNodes().size() == 2);
        assertThat(log.lines("host_id or tokens yet")).hasSize(1);
        session.execute("q");
      }
    }
  }

  @Test
  void nodeWithoutAHostIdIsFoundWhenItHasOne() {
    try (ClusterScene scene = scene()) {
      NodeInfo joining = scene.nodes.nodes().get(1);
      scene.nodes.remove(1);
      try (Session session = scene.cluster.connect()) {
        Script early =
            scene
                .nodes
                .server(0)
                .on(
                    PEERS,
                    exchange ->
                        exchange.reply(
                            rows(Columns.of("system", "peers_v2").and("peer", DataType.INET))
                                .row(Cells.inet(joining.address().getAddress()))));
        scene.nodes.push(new TopologyChangeEvent("NEW_NODE", joining.address()));
        passUntilReadAgain(scene);
        scene.nodes.add(joining);
        early.remove();
        passUntil(scene, "the node", () -> session.connectedNodes().size() == 2);
        session.execute("q");
      }
    }
  }
}
