package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.RowsBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What nodes tell of themselves beside where they are to be asked. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class NodeTraitsTest {
  private static final RawType TEXTS = new RawType.RawSet(RawType.PRIMITIVES.get(DataType.VARCHAR));
  private static final InetSocketAddress TOLD = new InetSocketAddress("127.9.9.9", 1234);

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The row of a node of DSE, which is asked at an address that it does not tell. */
  private static RowsBuilder self(NodeInfo node) {
    return rows(Columns.of("system", "local")
            .and("key", DataType.VARCHAR)
            .and("host_id", DataType.UUID)
            .and("data_center", DataType.VARCHAR)
            .and("rpc_address", DataType.INET)
            .and("rpc_port", DataType.INT)
            .and("broadcast_address", DataType.INET)
            .and("broadcast_port", DataType.INT)
            .and("listen_address", DataType.INET)
            .and("dse_version", DataType.VARCHAR)
            .and("workload", DataType.VARCHAR)
            .and("workloads", TEXTS)
            .and("tokens", TEXTS))
        .row(
            Cells.text("local"),
            Cells.uuid(node.hostId()),
            Cells.text("dc1"),
            Cells.inet(TOLD.getAddress()),
            Cells.int32(TOLD.getPort()),
            Cells.inet(ip("10.0.0.1")),
            Cells.int32(7001),
            Cells.inet(ip("192.168.0.1")),
            Cells.text("6.8.40"),
            Cells.text("Cassandra"),
            Cells.texts(List.of("Cassandra", "Graph")),
            Cells.texts(node.tokens()));
  }

  /** The row of another one, older than lists of workloads. */
  private static RowsBuilder other(NodeInfo node) {
    return rows(Columns.of("system", "peers_v2")
            .and("peer", DataType.INET)
            .and("peer_port", DataType.INT)
            .and("host_id", DataType.UUID)
            .and("data_center", DataType.VARCHAR)
            .and("native_address", DataType.INET)
            .and("native_port", DataType.INT)
            .and("dse_version", DataType.VARCHAR)
            .and("workload", DataType.VARCHAR)
            .and("tokens", TEXTS))
        .row(
            Cells.inet(ip("10.0.0.2")),
            Cells.int32(7002),
            Cells.uuid(node.hostId()),
            Cells.text("dc1"),
            Cells.inet(node.address().getAddress()),
            Cells.int32(node.address().getPort()),
            Cells.text("5.0.15"),
            Cells.text("Analytics"),
            Cells.texts(node.tokens()));
  }

  private static ClusterScene dse() {
    ClusterScene scene = ClusterScene.of(2);
    List<NodeInfo> nodes = scene.nodes.nodes();
    scene
        .nodes
        .server(0)
        .on(
            query("SELECT * FROM system.local WHERE key='local'"),
            exchange -> exchange.reply(self(nodes.get(0))));
    scene
        .nodes
        .server(0)
        .on(
            query("SELECT * FROM system.peers_v2"),
            exchange -> exchange.reply(other(nodes.get(1))));
    return scene;
  }

  @Test
  void nodesTellWhatTheyAreForAndWhereTheyTalkToEachOther() {
    try (ClusterScene scene = dse();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      Node self = scene.node(0);
      assertThat(self.dseVersion()).isEqualTo("6.8.40");
      assertThat(self.dseWorkloads()).containsExactlyInAnyOrder("Cassandra", "Graph");
      assertThat(self.broadcastAddress()).contains(new InetSocketAddress("10.0.0.1", 7001));
      assertThat(self.listenAddress()).contains(new InetSocketAddress("192.168.0.1", 0));
      Node other = scene.node(1);
      assertThat(other.dseVersion()).isEqualTo("5.0.15");
      assertThat(other.dseWorkloads()).containsExactly("Analytics");
      assertThat(other.broadcastAddress()).contains(new InetSocketAddress("10.0.0.2", 7002));
      assertThat(other.listenAddress()).isEmpty();
    }
  }

  @Test
  void nodesThatAreNotOfDseHaveNoWorkloads() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      assertThat(scene.known())
          .hasSize(2)
          .allSatisfy(
              node -> {
                assertThat(node.dseVersion()).isEmpty();
                assertThat(node.dseWorkloads()).isEmpty();
                assertThat(node.broadcastAddress().orElseThrow().getAddress())
                    .isEqualTo(node.address().getAddress());
              });
    }
  }

  @Test
  void eventOfTheNodeThatIsAskedIsOfWhatItTellsAndNotOfWhereItIsAsked() {
    try (ClusterScene scene = dse();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      int before = scene.asked(ClusterScene.PEERS);
      scene.control(0).pushEvent(new StatusChangeEvent("UP", TOLD));
      scene.until("the event", () -> scene.cluster.eventsReceived() == 1);
      // What was told before is acted on before.
      scene.cluster.refreshNodes(false);
      assertThat(scene.asked(ClusterScene.PEERS)).as("it is known").isEqualTo(before + 1);
    }
  }
}
