package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.DcAwareRoundRobinPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.Script;
import io.peregrine.testkit.server.ScriptedCluster;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clusters that tell strange things of themselves, or nothing: logged once, and the rest works. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class OddClusterTest {
  private static final UUID OTHER = new UUID(7, 7);
  private static final Duration SOON = Duration.ofMillis(1);
  private static final RequestMatcher KEYSPACES = queryMatching("FROM system_schema\\.keyspaces");
  private static final RequestMatcher LOCAL_VERSION =
      query("SELECT schema_version FROM system.local WHERE key='local'");
  private static final RequestMatcher PEERS_VERSIONS =
      query("SELECT peer, host_id, schema_version FROM system.peers");

  private static RowsBuilder local(NodeInfo node, String partitioner) {
    return rows(Columns.of("system", "local")
            .and("key", DataType.VARCHAR)
            .and("host_id", DataType.UUID)
            .and("partitioner", DataType.VARCHAR)
            .and("data_center", DataType.VARCHAR)
            .and("tokens", new RawType.RawSet(RawType.PRIMITIVES.get(DataType.VARCHAR))))
        .row(
            Cells.text("local"),
            Cells.uuid(node.hostId()),
            Cells.text(partitioner),
            Cells.text(node.dataCenter()),
            Cells.texts(node.tokens()));
  }

  private static RowsBuilder keyspace(String name, Map<String, String> replication) {
    RawType text = RawType.PRIMITIVES.get(DataType.VARCHAR);
    ByteBuffer map = ByteBuffer.allocate(1_000).putInt(replication.size());
    replication.forEach(
        (key, value) -> {
          for (String one : new String[] {key, value}) {
            byte[] bytes = one.getBytes(StandardCharsets.UTF_8);
            map.putInt(bytes.length).put(bytes);
          }
        });
    return rows(Columns.of("system_schema", "keyspaces")
            .and("keyspace_name", DataType.VARCHAR)
            .and("replication", new RawType.RawMap(text, text)))
        .row(Cells.text(name), map.flip());
  }

  private static void versions(
      ClusterScene scene, RequestMatcher which, Columns columns, @Nullable ByteBuffer... cells) {
    scene.nodes.on(which, exchange -> exchange.reply(rows(columns).row(cells)));
  }

  /** Agreement is waited for as long as it takes, and the want of it for this long. */
  private static void assertNoAgreement(ClusterScene scene) {
    assertThatThrownBy(() -> scene.cluster.schema().refresh(Duration.ofSeconds(1)))
        .isInstanceOf(MetadataRefreshException.class)
        .hasMessageContaining("do not have one schema");
  }

  @Test
  void unknownPartitionerMeansNoTokenMapAndRequestsThatGoAround() {
    try (ClusterScene scene = ClusterScene.of(2);
        CapturedLog log = new CapturedLog()) {
      NodeInfo self = scene.nodes.nodes().get(0);
      scene
          .nodes
          .server(0)
          .on(
              query("SELECT * FROM system.local WHERE key='local'"),
              exchange -> exchange.reply(local(self, "com.example.OwnPartitioner")));
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        assertThat(scene.cluster.metadata().tokenMap()).isEmpty();
        assertThat(scene.cluster.metadata().partitioner()).isEqualTo("com.example.OwnPartitioner");
        scene.cluster.refreshNodes(true);
        scene.cluster.refreshNodes(true);
        SimpleStatement keyed =
            SimpleStatement.of("q").setRoutingKey(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
        for (int i = 0; i < 10; i++) {
          session.execute(keyed);
        }
        assertThat(scene.asked(query("q"))).isEqualTo(10);
        assertThat(scene.nodes.server(1).observed().requests(query("q"))).hasSize(5);
        assertThat(log.lines("com.example.OwnPartitioner")).hasSize(1);
      }
    }
  }

  @Test
  void unknownReplicationStrategyMeansNoReplicasThereAndRequestsThatGoAround() {
    try (ClusterScene scene = ClusterScene.of(2);
        CapturedLog log = new CapturedLog()) {
      scene.nodes.on(
          KEYSPACES,
          exchange ->
              exchange.reply(
                  keyspace("odd", Map.of("class", "com.example.OwnStrategy", "x", "1"))));
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        scene.cluster.refreshNodes(true);
        scene.cluster.schema().refresh();
        ByteBuffer key = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
        KeyspaceMetadata odd = scene.cluster.metadata().keyspace("odd").orElseThrow();
        assertThat(odd.replication()).containsEntry("class", "com.example.OwnStrategy");
        assertThat(scene.cluster.metadata().tokenMap().orElseThrow().getReplicas("odd", key))
            .isEmpty();
        SimpleStatement keyed = SimpleStatement.of("q").setKeyspace("odd").setRoutingKey(key);
        for (int i = 0; i < 10; i++) {
          session.execute(keyed);
        }
        assertThat(scene.nodes.server(1).observed().requests(query("q"))).hasSize(5);
        assertThat(log.lines("OwnStrategy")).hasSizeBetween(1, 2).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void rowsWithoutASchemaVersionHaveNoSay() {
    Columns peer =
        Columns.of("system", "peers")
            .and("peer", DataType.INET)
            .and("host_id", DataType.UUID)
            .and("schema_version", DataType.UUID);
    Columns self = Columns.of("system", "local").and("schema_version", DataType.UUID);
    try (ClusterScene scene =
            ClusterScene.of(2, b -> b.maxSchemaAgreementWait(Duration.ofHours(1)));
        Session session = scene.cluster.connect()) {
      ByteBuffer address = Cells.inet(scene.nodes.address(1).getAddress());
      ByteBuffer id = Cells.uuid(scene.nodes.nodes().get(1).hostId());
      versions(scene, PEERS_VERSIONS, peer, address, id, null);
      assertThat(scene.cluster.schema().checkAgreement()).isTrue();
      versions(scene, PEERS_VERSIONS, peer, address, id, Cells.uuid(OTHER));
      assertNoAgreement(scene);
      versions(scene, LOCAL_VERSION, self, (ByteBuffer) null);
      assertThat(scene.cluster.schema().checkAgreement()).isTrue();
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void rowsOfNodesThatAreNotThereHaveNoSay() {
    Columns peer =
        Columns.of("system", "peers")
            .and("peer", DataType.INET)
            .and("host_id", DataType.UUID)
            .and("schema_version", DataType.UUID);
    try (ClusterScene scene =
            ClusterScene.of(2, b -> b.maxSchemaAgreementWait(Duration.ofHours(1)));
        Session session = scene.cluster.connect()) {
      ByteBuffer address = Cells.inet(scene.nodes.address(1).getAddress());
      ByteBuffer version = Cells.uuid(OTHER);
      versions(scene, PEERS_VERSIONS, peer, address, Cells.uuid(OTHER), version);
      assertThat(scene.cluster.schema().checkAgreement()).as("a node that has left").isTrue();
      versions(scene, PEERS_VERSIONS, peer, address, null, version);
      assertThat(scene.cluster.schema().checkAgreement()).as("nobody knows who").isTrue();
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void nodesThatDoNotTellTheirSchemaVersionAreFoundAllTheSame() {
    try (ClusterScene scene = ClusterScene.of(1)) {
      NodeInfo self = scene.nodes.nodes().get(0);
      scene.nodes.on(
          query("SELECT * FROM system.local WHERE key='local'"),
          exchange -> exchange.reply(local(self, "org.apache.cassandra.dht.Murmur3Partitioner")));
      try (Session session = scene.cluster.connect()) {
        assertThat(scene.known()).extracting(Node::hostId).containsExactly(self.hostId());
        assertThat(scene.cluster.metadata().tokenMap()).isPresent();
        assertThat(session.execute("q").all()).isEmpty();
      }
    }
  }

  @Test
  void ofTwoNodesWithOneAddressTheFirstIsKeptAndTheOtherToldOnce() {
    try (ClusterScene scene = ClusterScene.of(2);
        CapturedLog log = new CapturedLog()) {
      NodeInfo first = scene.nodes.nodes().get(1);
      scene.nodes.add(first.withHostId(OTHER));
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        scene.cluster.refreshNodes(true);
        scene.cluster.refreshNodes(true);
        assertThat(scene.cluster.metadata().nodes())
            .containsOnlyKeys(scene.nodes.nodes().get(0).hostId(), first.hostId());
        assertThat(scene.nodes.server(1).observed().connections()).hasSize(1);
        assertThat(log.lines("Two nodes have one address"))
            .hasSize(1)
            .allMatch(line -> line.contains(OTHER.toString()));
        assertThat(session.execute("q").all()).isEmpty();
      }
    }
  }

  @Test
  void nodeThatIsDownNeedNotAgreeToASchema() {
    try (ClusterScene scene =
            ClusterScene.of(
                3,
                b ->
                    b.maxSchemaAgreementWait(Duration.ofHours(1))
                        .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10))));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.nodes.change(2, node -> node.withSchemaVersion(OTHER));
      assertNoAgreement(scene);
      scene.nodes.server(2).goDown();
      scene.untilHeard("down 2");
      assertThat(scene.cluster.schema().checkAgreement()).isTrue();
      scene.nodes.server(2).startListening();
      scene.untilHeard("up 2");
      assertNoAgreement(scene);
    }
  }

  /** The time goes on so slowly meanwhile that only schedules notice. */
  private static void untilLater(
      ClusterScene scene, TestTime time, String what, BooleanSupplier condition) {
    TestTime.until(
        scene.cluster,
        what,
        () -> {
          time.pass(SOON);
          return condition.getAsBoolean();
        });
  }

  @Test
  void nodeThatOnlyAnswersLateIsNotConvicted() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofDays(1);
    try (ClusterScene scene =
        ClusterScene.of(
            2,
            b ->
                time.drive(b)
                    .connectTimeout(timeout)
                    .heartbeatInterval(Duration.ZERO)
                    .reconnectionPolicy(ReconnectionPolicy.constant(SOON)))) {
      Script silence = scene.nodes.server(1).goSilent();
      Observations silent = scene.nodes.server(1).observed();
      try (Session session = scene.cluster.connect()) {
        for (int tries = 1; tries <= 2; tries++) {
          int all = tries;
          untilLater(scene, time, "so many tries", () -> silent.requestCount() == all);
          if (tries == 2) {
            assertThat(scene.node(1).state()).isEqualTo(NodeState.UP);
            silence.remove();
          }
          time.pass(timeout);
        }
        untilLater(scene, time, "both nodes", () -> session.connectedNodes().size() == 2);
        assertThat(scene.heard).containsExactlyInAnyOrder("add 0", "add 1");
      }
    }
  }

  @Test
  void convictionPolicyIsAskedOfEachFailureAndToldThatTheNodeIsBack() {
    List<String> told = new CopyOnWriteArrayList<>();
    try (ClusterScene scene =
            ClusterScene.of(
                2,
                b ->
                    b.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10)))
                        .convictionPolicy(
                            node ->
                                new ConvictionPolicy() {
                                  private int failures;

                                  @Override
                                  public boolean addFailure(Throwable failure) {
                                    told.add("failure");
                                    return ++failures == 3;
                                  }

                                  @Override
                                  public void reset() {
                                    told.add("reset");
                                  }
                                }));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.server(1).goDown();
      scene.untilHeard("down 1");
      assertThat(told).containsExactly("failure", "failure", "failure");
      scene.nodes.server(1).startListening();
      scene.untilHeard("up 1");
      assertThat(told).endsWith("reset");
    }
  }

  @Test
  void remoteNodesAreKnownButNotConnectedToIfTheApplicationDoesNotWantThat() {
    for (boolean connects : new boolean[] {false, true}) {
      ScriptedCluster nodes =
          ScriptedCluster.builder().dataCenter("dc1", 1).dataCenter("dc2", 1).start();
      try (ClusterScene scene =
              new ClusterScene(
                  nodes,
                  b ->
                      b.loadBalancingPolicy(new DcAwareRoundRobinPolicy("dc1", 1))
                          .connectToRemoteHosts(connects));
          Session session =
              scene.cluster.connect(ConnectOptions.defaults().waitForAllPools(true))) {
        assertThat(scene.node(1).distance()).isEqualTo(NodeDistance.REMOTE);
        assertThat(session.connectedNodes()).hasSize(connects ? 2 : 1);
        assertThat(nodes.server(1).observed().connections()).hasSize(connects ? 1 : 0);
        for (int i = 0; i < 5; i++) {
          session.execute("q");
        }
        assertThat(nodes.server(0).observed().requests(query("q"))).hasSize(5);
      }
    }
  }

  @Test
  void nodeThatDoesNotSpeakTheVersionThatWasAgreedOnIsDownAndTheOthersServe() {
    AtomicInteger started = new AtomicInteger();
    ScriptedCluster nodes =
        ScriptedCluster.builder()
            .dataCenter("dc1", 2)
            .servers(
                server ->
                    started.getAndIncrement() == 0 ? server.versions(4, 5) : server.versions(4))
            .start();
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                b -> b.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10))));
        Session session = scene.cluster.connect()) {
      scene.untilHeard("down 1");
      scene.until("attempts", () -> nodes.server(1).observed().connections().size() >= 3);
      assertThat(scene.node(1).state()).isEqualTo(NodeState.DOWN);
      assertThat(session.connectedNodes()).containsExactly(scene.node(0));
      assertThat(session.execute("q").all()).isEmpty();
    }
  }
}
