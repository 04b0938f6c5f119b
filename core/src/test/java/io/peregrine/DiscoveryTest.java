package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.policy.WhiteListPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ScriptedServer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class DiscoveryTest {
  private static final Columns PEERS_V2 =
      Columns.of("system", "peers_v2")
          .and("peer", DataType.INET)
          .and("host_id", DataType.UUID)
          .and("native_address", DataType.INET)
          .and("native_port", DataType.INT);

  private static Cluster to(ScriptedCluster nodes) {
    return PatientCluster.builder()
        .addContactPoint(nodes.address(0))
        .port(nodes.address(0).getPort())
        .build();
  }

  /** Two nodes that know no ports. */
  private static ScriptedCluster older() {
    return ScriptedCluster.builder()
        .dataCenter("dc1", 2)
        .servers(server -> server.withoutPeersV2())
        .start();
  }

  private static void awaitConnections(ScriptedCluster nodes) {
    nodes.server(0).observed().awaitOpenConnections(2);
    for (int i = 1; i < nodes.servers().size(); i++) {
      nodes.server(i).observed().awaitOpenConnections(1);
    }
  }

  private static void awaitConnected(Session session, int nodes) {
    Observations.until(nodes + " nodes", () -> session.connectedNodes().size() == nodes);
  }

  /** Has a server say where another is. */
  private static void tellOf(ScriptedServer server, ScriptedServer other) {
    server.on(
        query("SELECT * FROM system.peers_v2"),
        RowsBuilder.rows(PEERS_V2)
            .row(
                Cells.inet(other.address().getAddress()),
                Cells.uuid(new UUID(1, 3)),
                Cells.inet(other.address().getAddress()),
                Cells.int32(other.address().getPort()))
            .build());
  }

  @Test
  void eachNodeIsFoundAndGetsOneConnection() {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        Cluster cluster = to(nodes);
        Session session = cluster.connect()) {
      awaitConnections(nodes);
      awaitConnected(session, 3);
      assertThat(cluster.nodes())
          .extracting(Node::hostId)
          .containsExactlyInAnyOrderElementsOf(
              nodes.nodes().stream().map(NodeInfo::hostId).toList());
      assertThat(cluster.nodes()).allSatisfy(n -> assertThat(n.datacenter()).isEqualTo("dc1"));
      nodes.assertNoViolations();
    }
  }

  @Test
  void requestsGoRoundEvenly() {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        Cluster cluster = to(nodes);
        Session session = cluster.connect()) {
      awaitConnected(session, 3);
      for (int i = 0; i < 30; i++) {
        session.execute("q");
      }
      assertThat(nodes.seen(query("q"))).containsExactly(10, 10, 10);
    }
  }

  @Test
  void olderPeersTableIsReadWhereThereIsNoNewerOne() {
    try (ScriptedCluster nodes = older();
        Cluster cluster = to(nodes);
        Session session = cluster.connect()) {
      awaitConnected(session, 2);
      assertThat(cluster.nodes())
          .extracting(Node::address)
          .containsExactly(nodes.address(0), nodes.address(1));
    }
  }

  @Test
  void rowsThatSayTooLittleAreLeftOut() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("127.0.0.9");
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build()) {
      server.on(
          query("SELECT * FROM system.peers_v2"),
          e ->
              e.reply(
                  RowsBuilder.rows(PEERS_V2)
                      .row(Cells.inet(elsewhere), null, Cells.inet(elsewhere), Cells.int32(9042))
                      .row(null, Cells.uuid(new UUID(1, 1)), null, Cells.int32(9042))));
      try (Session session = cluster.connect()) {
        assertThat(cluster.nodes()).extracting(Node::address).containsExactly(server.address());
        assertThat(session.execute("q").all()).isEmpty();
      }
    }
  }

  @Test
  void addressOfAllInterfacesGivesWayToThePeersOwn() throws Exception {
    Columns peers =
        Columns.of("system", "peers")
            .and("peer", DataType.INET)
            .and("host_id", DataType.UUID)
            .and("rpc_address", DataType.INET);
    try (ScriptedCluster nodes = older();
        Cluster cluster = to(nodes)) {
      nodes
          .server(0)
          .on(
              query("SELECT * FROM system.peers"),
              RowsBuilder.rows(peers)
                  .row(
                      Cells.inet(nodes.address(1).getAddress()),
                      Cells.uuid(new UUID(1, 2)),
                      Cells.inet(InetAddress.getByName("0.0.0.0")))
                  .build());
      try (Session session = cluster.connect()) {
        awaitConnected(session, 2);
        assertThat(cluster.nodes())
            .extracting(Node::address)
            .containsExactly(nodes.address(0), nodes.address(1));
      }
    }
  }

  @Test
  void twoRowsWithOneHostIdAreOneNode() {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        Cluster cluster = to(nodes)) {
      UUID first = nodes.nodes().get(0).hostId();
      nodes.change(2, node -> node.withHostId(first));
      try (Session session = cluster.connect()) {
        awaitConnected(session, 2);
        assertThat(cluster.nodes())
            .extracting(Node::address)
            .containsExactly(nodes.address(0), nodes.address(1));
      }
    }
  }

  @Test
  void eachNodeHasThePortThatItTells() {
    try (ScriptedServer other = ScriptedServer.start();
        ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build()) {
      tellOf(server, other);
      try (Session session = cluster.connect()) {
        awaitConnected(session, 2);
        other.observed().awaitOpenConnections(1);
      }
    }
  }

  @Test
  void serverThatIsOverloadedIsNotTakenForOneThatKnowsNoPorts() {
    try (ScriptedServer other = ScriptedServer.start();
        ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build()) {
      tellOf(server, other);
      try (Session session = cluster.connect()) {
        awaitConnected(session, 2);
        server.once(
            query("SELECT * FROM system.peers_v2"), e -> e.reply(new Error(0x1001, "overloaded")));
        assertThatThrownBy(() -> cluster.refreshNodes(false))
            .isInstanceOf(MetadataRefreshException.class)
            .hasMessageContaining("overloaded");
        assertThat(server.observed().requests(query("SELECT * FROM system.peers"))).isEmpty();
        assertThat(cluster.nodes())
            .extracting(Node::address)
            .containsExactlyInAnyOrder(server.address(), other.address());
        assertThat(session.connectedNodes()).hasSize(2);
        assertThat(other.observed().connections()).hasSize(1);
      }
    }
  }

  @Test
  void clusterThatTellsNoNodeAtAllIsAnErrorAndNoWaiting() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build()) {
      server.on(
          query("SELECT * FROM system.local WHERE key='local'"),
          RowsBuilder.rows(Columns.of("system", "local").and("key", DataType.VARCHAR)).build());
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("host_id");
    }
  }

  @Test
  void contactPointThatCannotReadItsTablesIsPassedOver() {
    try (ScriptedServer broken = ScriptedServer.start();
        ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(broken.address())
                .addContactPoint(server.address())
                .build()) {
      broken.on(
          query("SELECT * FROM system.local WHERE key='local'"), new Error(0x0000, "disk failure"));
      try (Session session = cluster.connect()) {
        assertThat(session.connectedNodes())
            .extracting(Node::address)
            .containsExactly(server.address());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void requestsGoToTheOthersUntilALostNodeIsBack(ProtocolVersion version) {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(nodes.address(0))
                .protocolVersion(version)
                .build();
        Session session = cluster.connect("ks")) {
      awaitConnected(session, 3);
      ScriptedServer lost = nodes.server(2);
      lost.goDown();
      awaitConnected(session, 2);
      int before = lost.observed().requestCount();
      for (int i = 0; i < 10; i++) {
        session.execute("q");
      }
      assertThat(lost.observed().requestCount()).isEqualTo(before);
      lost.startListening();
      awaitConnected(session, 3);
      for (int i = 0; i < 3; i++) {
        session.execute("again");
      }
      assertThat(lost.observed().requests(query("again"))).hasSize(1);
      // The keyspace comes back with the connection.
      assertThat(lost.observed().requests(query("USE \"ks\""))).hasSize(2);
    }
  }

  @Test
  void allNodesLostIsToldAtOnceAndRepairedWithoutTheApplication() {
    try (ScriptedCluster nodes = ScriptedCluster.start(1);
        Cluster cluster = to(nodes);
        Session session = cluster.connect()) {
      nodes.server(0).goDown();
      awaitConnected(session, 0);
      assertThatThrownBy(() -> session.execute("q"))
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("keeps trying");
      assertThat(session.executeAsync("q")).failsWithin(Duration.ofSeconds(10));
      nodes.server(0).startListening();
      awaitConnected(session, 1);
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void nodeThatMovesOffTheWhiteListIsLeftUntilItIsBack() {
    ScriptedCluster nodes = ScriptedCluster.start(3);
    List<String> allowed =
        List.of(
            nodes.address(0).getAddress().getHostAddress(),
            nodes.address(1).getAddress().getHostAddress());
    try (ClusterScene scene =
        new ClusterScene(nodes, b -> b.loadBalancingPolicy(new WhiteListPolicy(allowed)))) {
      NodeInfo listed = nodes.nodes().get(1);
      NodeInfo elsewhere =
          nodes.nodes().get(2).withHostId(listed.hostId()).withTokens(listed.tokens());
      nodes.remove(2);
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        nodes.remove(1);
        nodes.add(elsewhere);
        scene.cluster.refreshNodes(false);
        scene.untilConnected(session, 1);
        assertThat(scene.node(2).distance()).isEqualTo(NodeDistance.IGNORED);
        nodes.remove(2);
        nodes.add(listed);
        scene.cluster.refreshNodes(false);
        scene.untilConnected(session, 2);
        assertThat(nodes.server(2).observed().connections()).isEmpty();
      }
    }
  }
}
