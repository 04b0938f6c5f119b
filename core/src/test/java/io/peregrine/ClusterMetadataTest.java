package io.peregrine;

import static io.peregrine.ClusterScene.KEYSPACES;
import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Register;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.SchemaChange;
import io.peregrine.metadata.FunctionSignature;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedCluster;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the driver asks to know the cluster, and what it makes of good and bad answers. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ClusterMetadataTest {
  private static final String PEERS_TEXT = "SELECT * FROM system.peers_v2";
  private static final RequestMatcher POLLS = queryMatching("schema_version FROM system.peers");
  private static final RequestMatcher LOCAL = queryMatching("FROM system.local");
  private static final UUID OTHER = new UUID(7, 7);

  @Test
  void controlConnectionRegistersThenReadsNodesThenKeyspaces() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      List<Request> requests = scene.requests(0, scene.control(0));
      assertThat(requests)
          .extracting(Request::opcode)
          .startsWith(Opcode.OPTIONS, Opcode.STARTUP, Opcode.REGISTER);
      assertThat(((Register) requests.get(2).message()).eventTypes)
          .containsExactlyInAnyOrder("TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE");
      assertThat(requests.subList(3, 5)).extracting(Request::text).anyMatch(PEERS_TEXT::equals);
      assertThat(requests.subList(3, 5)).filteredOn(LOCAL::matches).hasSize(1);
      assertThat(requests.subList(5, 6)).allMatch(KEYSPACES::matches);
      assertThat(scene.asked(POLLS)).isZero();
      assertThat(scene.cluster.controlConnectionNode()).contains(scene.node(0));
      session.execute("q");
    }
  }

  @Test
  void clusterThatIsBuiltHasAskedNobodyYet() {
    try (ScriptedCluster nodes = ScriptedCluster.start(1);
        Cluster named = Cluster.builder().addContactPoint("no.such.name.invalid").build();
        Cluster cluster = PatientCluster.builder().addContactPoint(nodes.address(0)).build()) {
      assertThat(named.nodes()).isEmpty();
      assertThat(cluster.metadata().nodes()).isEmpty();
      assertThat(cluster.controlConnectionNode()).isEqualTo(Optional.empty());
      assertThat(nodes.server(0).observed().connections()).isEmpty();
      assertThatThrownBy(() -> cluster.refreshNodes(false))
          .isInstanceOf(MetadataRefreshException.class)
          .hasMessageContaining("control connection");
      assertThatThrownBy(() -> cluster.schema().refresh())
          .isInstanceOf(MetadataRefreshException.class)
          .hasMessageContaining("control connection");
    }
  }

  @Test
  void serversAreToldWhoTheClientIs() {
    UUID id = new UUID(1, 2);
    try (ClusterScene scene = ClusterScene.of(1, b -> b.application("shop", "1.2").clientId(id));
        Session session = scene.cluster.connect()) {
      assertThat(scene.nodes.server(0).observed().requests(opcode(Opcode.STARTUP)))
          .isNotEmpty()
          .allSatisfy(
              request ->
                  assertThat(((Startup) request.message()).options)
                      .containsEntry("APPLICATION_NAME", "shop")
                      .containsEntry("APPLICATION_VERSION", "1.2")
                      .containsEntry("CLIENT_ID", id.toString())
                      .containsEntry("DRIVER_NAME", "Peregrine"));
      session.execute("q");
    }
  }

  @Test
  void serverThatDoesNotSayWhoIsThereIsPassedOver() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (ScriptedCluster nodes = ScriptedCluster.start(2);
        Cluster cluster =
            time.drive(Cluster.builder())
                .addContactPoint(nodes.address(0))
                .addContactPoint(nodes.address(1))
                .port(nodes.address(0).getPort())
                .controlConnectionTimeout(timeout)
                .build()) {
      nodes.server(0).on(PEERS, Exchange::silence);
      CompletableFuture<Session> connecting = cluster.connectAsync();
      TestTime.until(cluster, "the question", () -> nodes.asked(PEERS) == 1);
      time.pass(timeout);
      TestTime.until(cluster, "a session", connecting::isDone);
      try (Session session = connecting.join()) {
        assertThat(cluster.controlConnectionNode()).map(Node::address).contains(nodes.address(1));
        // A late answer is no sign of a server without that table.
        assertThat(nodes.server(0).observed().requests(queryMatching("FROM system.peers$")))
            .isEmpty();
        session.execute("q");
      }
    }
  }

  @Test
  void tokensAreNotAskedForIfNobodyNeedsThem() {
    try (ClusterScene scene =
            ClusterScene.of(2, b -> b.tokenMetadataEnabled(false).schemaMetadataEnabled(false));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      assertThat(scene.asked(queryMatching("SELECT \\* FROM system\\."))).isZero();
      assertThat(scene.asked(KEYSPACES)).isZero();
      assertThat(scene.cluster.metadata().tokenMap()).isEmpty();
      scene.cluster.schema().refresh();
      assertThat(scene.asked(KEYSPACES)).isEqualTo(1);
      scene.cluster.setTokenMetadataEnabled(true);
      scene.until("tokens", () -> scene.cluster.metadata().tokenMap().isPresent());
    }
  }

  @Test
  void peersAreReachedWhereTheTranslatorSays() {
    try (ScriptedCluster nodes = ScriptedCluster.start(3);
        ScriptedCluster spare = ScriptedCluster.start(1)) {
      InetSocketAddress told = nodes.address(1);
      InetSocketAddress broken = nodes.address(2);
      try (Cluster cluster =
              PatientCluster.builder()
                  .addContactPoint(nodes.address(0))
                  .port(nodes.address(0).getPort())
                  .addressTranslator(
                      address -> {
                        if (address.equals(broken)) {
                          throw new IllegalStateException("the test's own fault");
                        }
                        return address.equals(told) ? spare.address(0) : address;
                      })
                  .build();
          Session session = cluster.connect()) {
        spare.server(0).observed().awaitOpenConnections(1);
        assertThat(nodes.server(1).observed().connections()).isEmpty();
        // Without a translation, the address is what it is.
        assertThat(cluster.nodes())
            .extracting(Node::address)
            .containsExactlyInAnyOrder(nodes.address(0), spare.address(0), broken);
        session.execute("q");
      }
    }
  }

  @Test
  void ringWithDuplicateTokensAndNodesWithoutAnyIsStillARing() {
    try (ClusterScene scene = ClusterScene.of(4)) {
      scene.nodes.change(1, node -> node.withTokens(scene.nodes.nodes().get(0).tokens()));
      scene.nodes.change(2, node -> node.withTokens(List.of()));
      scene.nodes.change(3, node -> node.withTokens(List.of("not a number", "12")));
      try (Session session = scene.cluster.connect()) {
        assertThat(scene.cluster.nodes())
            .extracting(Node::address)
            .contains(scene.nodes.address(0), scene.nodes.address(1))
            .doesNotContain(scene.nodes.address(2));
        assertThat(scene.cluster.metadata().tokenMap()).isPresent();
        assertThat(session.execute("q").all()).isEmpty();
        scene.nodes.change(2, node -> node.withTokens(List.of("5")));
        scene.cluster.refreshNodes(true);
        assertThat(scene.cluster.nodes()).hasSize(4);
      }
    }
  }

  @Test
  void nodesAgreeWhenTheThirdPollSaysSo() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.change(1, node -> node.withSchemaVersion(OTHER));
      HeldRequests polls = new HeldRequests();
      scene.nodes.on(query("SELECT schema_version FROM system.local WHERE key='local'"), polls);
      CompletableFuture<Boolean> agreed = scene.cluster.schema().checkAgreementAsync();
      polls.take().replyByDefault();
      polls.take().replyByDefault();
      assertThat(agreed).isNotDone();
      scene.nodes.change(0, node -> node.withSchemaVersion(OTHER));
      polls.take().replyByDefault();
      assertThat(agreed.join()).isTrue();
      assertThat(polls.size()).isZero();
    }
  }

  private static void answerDdl(ClusterScene scene) {
    scene.nodes.on(
        query("CREATE KEYSPACE a"),
        e -> e.reply(new SchemaChange("CREATED", "KEYSPACE", "a", null, null)));
  }

  @Test
  void schemaChangeIsDoneWhenTheNodesAgree() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      answerDdl(scene);
      HeldRequests polls = new HeldRequests();
      scene.nodes.on(POLLS, polls);
      int before = scene.asked(KEYSPACES);
      ResponseFuture future = session.executeAsync("CREATE KEYSPACE a");
      Exchange poll = polls.take();
      assertThat(future.isDone()).isFalse();
      assertThat(scene.asked(KEYSPACES)).isEqualTo(before);
      poll.replyByDefault();
      assertThat(future.join().isSchemaAgreed()).isTrue();
      assertThat(scene.asked(KEYSPACES)).isEqualTo(before + 1);
    }
  }

  @Test
  void nodesThatDoNotAgreeInTimeAreReported() {
    try (ClusterScene scene =
            ClusterScene.of(2, b -> b.maxSchemaAgreementWait(Duration.ofSeconds(1)));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      answerDdl(scene);
      scene.nodes.change(1, node -> node.withSchemaVersion(OTHER));
      assertThat(session.execute("CREATE KEYSPACE a").isSchemaAgreed()).isFalse();
      assertThat(scene.cluster.schema().checkAgreement()).isFalse();
      assertThatThrownBy(() -> scene.cluster.schema().refresh())
          .isInstanceOf(MetadataRefreshException.class)
          .hasMessageContaining("do not have one schema");
      // What was asked before, and given up, has come when this is done.
      scene.cluster.refreshNodes(false);
      int polls = scene.asked(POLLS);
      Cluster cluster = scene.cluster;
      FunctionSignature signature = new FunctionSignature("f", List.of("int"));
      cluster.schema().refresh(Duration.ZERO);
      cluster.schema().refreshKeyspace("a", Duration.ZERO);
      cluster.schema().refreshTable("a", "t", Duration.ZERO);
      cluster.schema().refreshMaterializedView("a", "v", Duration.ZERO);
      cluster.schema().refreshUserType("a", "u", Duration.ZERO);
      cluster.schema().refreshFunction("a", signature, Duration.ZERO);
      cluster.schema().refreshAggregate("a", signature, Duration.ZERO);
      assertThat(scene.asked(POLLS)).isEqualTo(polls);
      assertThatThrownBy(() -> cluster.schema().refreshTable("a", "t", Duration.ofSeconds(1)))
          .isInstanceOf(MetadataRefreshException.class);
      scene.until("a poll", () -> scene.asked(POLLS) > polls);
    }
  }

  @Test
  void agreementIsWaitedForNoLongerThanTheRequestMayTake() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (ClusterScene scene =
            ClusterScene.of(2, b -> time.drive(b).maxSchemaAgreementWait(Duration.ofHours(1)));
        Session session = scene.cluster.connect()) {
      TestTime.until(scene.cluster, "both", () -> session.connectedNodes().size() == 2);
      answerDdl(scene);
      scene.nodes.change(1, node -> node.withSchemaVersion(OTHER));
      ResponseFuture create =
          session.executeAsync(SimpleStatement.of("CREATE KEYSPACE a").setTimeout(timeout));
      TestTime.until(scene.cluster, "a poll", () -> scene.asked(POLLS) == 1);
      time.pass(timeout);
      assertThatThrownBy(create::result)
          .isInstanceOf(OperationTimedOutException.class)
          .hasMessageContaining("did not agree");
    }
  }

  @Test
  void noWaitIsNoPoll() {
    try (ClusterScene scene = ClusterScene.of(2, b -> b.maxSchemaAgreementWait(Duration.ZERO));
        Session session = scene.cluster.connect()) {
      answerDdl(scene);
      scene.nodes.change(1, node -> node.withSchemaVersion(OTHER));
      assertThat(session.execute("CREATE KEYSPACE a").isSchemaAgreed()).isTrue();
      assertThat(scene.asked(POLLS)).isZero();
    }
  }

  @Test
  void refreshThatFailsSaysSoAndTheNextOneWorks() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.nodes.server(0).once(LOCAL, e -> e.reply(new Error(0x0000, "disk failure")));
      assertThatThrownBy(() -> scene.cluster.refreshNodes(false))
          .isInstanceOf(MetadataRefreshException.class)
          .hasMessageContaining("disk failure");
      scene.nodes.server(0).once(KEYSPACES, e -> e.reply(new Error(0x0000, "disk failure")));
      assertThatThrownBy(() -> scene.cluster.schema().refresh())
          .isInstanceOf(MetadataRefreshException.class)
          .hasMessageContaining("disk failure");
      NodeInfo gone = scene.nodes.nodes().get(1);
      scene.nodes.remove(1);
      scene.cluster.refreshNodes(false);
      scene.cluster.schema().refresh();
      assertThat(scene.cluster.metadata().nodes()).doesNotContainKey(gone.hostId());
      session.execute("q");
    }
  }

  @Test
  void closingEndsARefreshAndAConnect() {
    try (ClusterScene scene = ClusterScene.of(1)) {
      HeldRequests held = new HeldRequests();
      scene.cluster.connect();
      scene.nodes.on(PEERS, held);
      CompletableFuture<Void> refresh = scene.cluster.refreshNodesAsync(false);
      held.take();
      scene.cluster.close();
      assertThatThrownBy(refresh::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(ClusterClosedException.class);
      assertThat(scene.cluster.schema().refreshAsync()).isCompletedExceptionally();
    }
    try (ClusterScene scene = ClusterScene.of(1)) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(PEERS, held);
      CompletableFuture<Session> connect = CompletableFuture.supplyAsync(scene.cluster::connect);
      held.take();
      scene.cluster.close();
      assertThatThrownBy(connect::join).hasCauseInstanceOf(ClusterClosedException.class);
    }
  }

  @Test
  void listenerThatIsRemovedHearsNothingMore() {
    List<Node> heard = new CopyOnWriteArrayList<>();
    NodeStateListener listener =
        new NodeStateListener() {
          @Override
          public void onAdd(Node node) {
            heard.add(node);
          }
        };
    try (ClusterScene scene = ClusterScene.of(2)) {
      scene.cluster.addNodeStateListener(listener);
      NodeInfo joining = scene.nodes.nodes().get(1);
      scene.nodes.remove(1);
      try (Session session = scene.cluster.connect()) {
        scene.untilHeard("add 0");
        assertThat(heard).containsExactly(scene.node(0));
        assertThat(scene.cluster.removeNodeStateListener(listener)).isTrue();
        assertThat(scene.cluster.removeNodeStateListener(listener)).isFalse();
        scene.nodes.add(joining);
        scene.cluster.refreshNodes(false);
        scene.untilConnected(session, 2);
        assertThat(heard).hasSize(1);
      }
    }
  }
}
