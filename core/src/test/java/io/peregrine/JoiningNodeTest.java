package io.peregrine;

import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.Script;
import java.time.Duration;
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

  /** What there is of the node before the rest: where it is, and perhaps who it is. */
  private static RowsBuilder early(NodeInfo joining, boolean hasHostId) {
    Columns columns =
        Columns.of("system", "peers_v2")
            .and("peer", DataType.INET)
            .and("host_id", DataType.UUID)
            .and("tokens", new RawType.RawSet(RawType.PRIMITIVES.get(DataType.VARCHAR)));
    return rows(columns)
        .row(
            Cells.inet(joining.address().getAddress()),
            hasHostId ? Cells.uuid(joining.hostId()) : null,
            hasHostId ? null : Cells.texts(joining.tokens()));
  }

  private void isFoundWhenAllOfItIsThere(boolean hasHostId, String complaint) {
    try (ClusterScene scene = scene();
        CapturedLog log = new CapturedLog()) {
      NodeInfo joining = scene.nodes.nodes().get(1);
      Script early = scene.nodes.server(0).on(PEERS, e -> e.reply(early(joining, hasHostId)));
      try (Session session = scene.cluster.connect()) {
        scene.nodes.push(new TopologyChangeEvent("NEW_NODE", joining.address()));
        int before = scene.asked(PEERS);
        passUntil(scene, "more readings", () -> scene.asked(PEERS) >= before + 3);
        assertThat(scene.known()).hasSize(1);
        assertThat(log.lines(complaint)).hasSize(1);
        early.remove();
        passUntil(scene, "the node", () -> session.connectedNodes().size() == 2);
        assertThat(log.lines("host_id or tokens yet")).hasSize(1);
        session.execute("q");
      }
    }
  }

  @Test
  void nodeWithoutTokensIsFoundWhenItHasSome() {
    isFoundWhenAllOfItIsThere(true, "without tokens");
  }

  @Test
  void nodeWithoutAHostIdIsFoundWhenItHasOne() {
    isFoundWhenAllOfItIsThere(false, "without a host_id");
  }
}
