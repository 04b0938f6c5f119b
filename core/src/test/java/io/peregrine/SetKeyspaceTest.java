package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session goes to another keyspace, with all of its connections or with an error. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SetKeyspaceTest {
  private static final RequestMatcher USE_OTHER = query("USE \"other\"");
  private static final Error REFUSED = new Error(ErrorCode.INVALID, "no such keyspace here");

  private static ClusterScene quick(int nodes, int connections) {
    return ClusterScene.of(
        nodes,
        builder ->
            builder
                .connectionsPerNode(connections)
                .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10))));
  }

  private static void untilOpen(ClusterScene scene, Session session, int each) {
    scene.until(
        each + " connections to each node",
        () ->
            session.poolState().values().stream().allMatch(pool -> pool.openConnections() == each));
  }

  private static Set<Object> usedOn(ScriptedServer server) {
    return server.observed().requests(USE_OTHER).stream()
        .map(Request::connection)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void allConnectionsFollow(ProtocolVersion version) {
    try (ClusterScene scene =
            ClusterScene.of(3, b -> b.connectionsPerNode(2).protocolVersion(version));
        Session session = scene.cluster.connect("first")) {
      scene.untilConnected(session, 3);
      untilOpen(scene, session, 2);
      assertThat(session.keyspace()).contains("first");
      session.setKeyspace("other");
      assertThat(session.keyspace()).contains("other");
      scene.nodes.servers().forEach(server -> assertThat(usedOn(server)).hasSize(2));
      session.setKeyspaceAsync("first").join();
      assertThat(session.keyspace()).contains("first");
    }
  }

  @Test
  void nameIsOneNameWhateverIsInIt() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      String name = "x\"; DROP KEYSPACE y; --";
      String text = "USE \"x\"\"; DROP KEYSPACE y; --\"";
      scene.server.on(query(text), new SetKeyspace(name));
      scene.session.setKeyspace(name);
      assertThat(scene.session.keyspace()).contains(name);
      // Once by the session, and once more on each of its connections.
      assertThat(scene.server.observed().requests(query(text))).hasSize(2);
      assertThatThrownBy(() -> scene.session.setKeyspace(null))
          .isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void keyspaceThatIsRefusedAtOnceChangesNothing() {
    try (ClusterScene scene = quick(2, 1);
        Session session = scene.cluster.connect("first")) {
      scene.untilConnected(session, 2);
      scene.nodes.servers().forEach(server -> server.on(USE_OTHER, REFUSED));
      assertThatThrownBy(() -> session.setKeyspace("other"))
          .isInstanceOf(InvalidQueryException.class)
          .hasMessageContaining("no such keyspace here");
      assertThat(session.keyspace()).contains("first");
      assertThat(session.connectedNodes()).hasSize(2);
      assertThat(scene.asked(USE_OTHER)).isEqualTo(1);
    }
  }

  @Test
  void errorNamesEachNodeWithAConnectionThatDoesNotFollow() {
    try (ClusterScene scene = quick(3, 2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      untilOpen(scene, session, 2);
      ScriptedServer willing = scene.nodes.server(0);
      for (int i = 1; i <= 2; i++) {
        scene.nodes.server(i).onFirst(2, USE_OTHER, exchange -> exchange.reply(REFUSED));
      }
      assertThatThrownBy(
              () ->
                  session.execute(SimpleStatement.of("USE \"other\"").setTargetNode(scene.node(0))))
          .isInstanceOfSatisfying(
              SetKeyspaceException.class,
              e -> {
                assertThat(e.errors().keySet())
                    .isEqualTo(Set.of(scene.nodes.address(1), scene.nodes.address(2)));
                assertThat(e.errors().values())
                    .allSatisfy(
                        error -> assertThat(error).hasMessageContaining("no such keyspace here"));
              })
          .hasMessageContaining("Failed to set keyspace 'other' on all hosts")
          .hasMessageContaining(scene.nodes.address(1).toString())
          .hasMessageContaining(scene.nodes.address(2).toString());
      assertThat(session.keyspace()).contains("other");
      assertThat(usedOn(willing)).hasSize(2);
      // Others take their place, and use the new keyspace.
      for (int i = 1; i <= 2; i++) {
        ScriptedServer refused = scene.nodes.server(i);
        scene.until("two others", () -> usedOn(refused).size() == 4);
      }
      scene.untilConnected(session, 3);
      untilOpen(scene, session, 2);
    }
  }

  @Test
  void futureFailsWithTheSameError() {
    try (ClusterScene scene = quick(2, 1);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      // Whichever is asked first agrees, and neither does when it is told to follow.
      for (ScriptedServer server : scene.nodes.servers()) {
        server.on(USE_OTHER, REFUSED);
        server.once(USE_OTHER, exchange -> exchange.reply(new SetKeyspace("other")));
      }
      assertThat(session.setKeyspaceAsync("other"))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(SetKeyspaceException.class);
    }
  }

  @Test
  void connectionsThatDoNotFollowAreWaitedForNoLongerThanTheRequestMayTake() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(1);
    try (ClusterScene scene =
            ClusterScene.of(2, b -> time.drive(b).connectTimeout(Duration.ofHours(1)));
        Session session = scene.cluster.connect("first")) {
      TestTime.until(scene.cluster, "two nodes", () -> session.connectedNodes().size() == 2);
      scene.nodes.server(1).on(USE_OTHER, Exchange::silence);
      ResponseFuture use =
          session.executeAsync(
              SimpleStatement.of("USE \"other\"").setTargetNode(scene.node(0)).setTimeout(timeout));
      TestTime.until(
          scene.cluster,
          "a connection that is to follow",
          () -> usedOn(scene.nodes.server(1)).size() == 1);
      time.pass(timeout);
      assertThatThrownBy(use::result)
          .isInstanceOfSatisfying(
              OperationTimedOutException.class, e -> assertThat(e.node()).isEqualTo(scene.node(0)))
          .hasMessageContaining("the session uses keyspace 'other'");
      // Nobody is disconnected for a request that was in a hurry.
      assertThat(session.connectedNodes()).hasSize(2);
      assertThat(usedOn(scene.nodes.server(1))).hasSize(1);
    }
  }

  @Test
  void statementIsPreparedInTheKeyspaceThatItIsKnownBy() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      session.prepare("q");
      assertThat(scene.server.observed().requests(RequestMatcher.prepare("q")))
          .singleElement()
          .satisfies(
              request -> assertThat(((Prepare) request.message()).keyspace).isEqualTo("first"));
    }
  }

  @Test
  void whatIsPreparedWhileTheKeyspaceChangesIsNotKeptWhereTheServerCannotBeToldWhichIsMeant()
      throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V4);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(USE_OTHER, held);
      CompletableFuture<Void> change = session.setKeyspaceAsync("other");
      held.take().reply(new SetKeyspace("other"));
      // The other connections are told to follow, and one has not done so yet.
      Exchange follows = held.take();
      session.prepare("q");
      follows.reply(new SetKeyspace("other"));
      change.join();
      RequestMatcher prepares = RequestMatcher.prepare("q");
      session.prepare("q");
      assertThat(scene.server.observed().requests(prepares)).hasSize(2);
      session.prepare("q");
      assertThat(scene.server.observed().requests(prepares)).hasSize(2);
    }
  }

  @Test
  void keyspaceOfARequestThatNobodyWaitsForIsLeftAgain() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("USE lost"), held);
      ResponseFuture future = session.executeAsync("USE lost");
      Exchange used = held.take();
      future.cancel(false);
      used.reply(new SetKeyspace("lost"));
      RequestMatcher back = RequestMatcher.on(used.connection()).and(query("USE \"first\""));
      scene.server.observed().awaitRequests(2, back);
      assertThat(session.keyspace()).contains("first");
    }
  }

  @Test
  void nodeThatComesLaterUsesTheNewKeyspace() {
    try (ClusterScene scene = quick(2, 1)) {
      scene.nodes.server(1).goDown();
      try (Session session = scene.cluster.connect("first")) {
        scene.untilConnected(session, 1);
        session.setKeyspace("other");
        scene.nodes.server(1).startListening();
        scene.untilConnected(session, 2);
        assertThat(usedOn(scene.nodes.server(1))).hasSize(1);
        assertThat(scene.nodes.server(1).observed().requests(query("USE \"first\""))).isEmpty();
      }
    }
  }

  @Test
  void sessionWhoseKeyspaceIsGoneTakesNoNodeFromTheOthers() {
    try (ClusterScene scene = quick(2, 1);
        Session session = scene.cluster.connect("first");
        Session stranded = scene.cluster.connect("other")) {
      scene.untilConnected(session, 2);
      scene.untilConnected(stranded, 2);
      scene.nodes.servers().forEach(server -> server.on(USE_OTHER, REFUSED));
      scene.nodes.server(1).goDown();
      scene.untilHeard("down 1");
      int before = scene.nodes.server(1).observed().requests(USE_OTHER).size();
      scene.nodes.server(1).startListening();
      scene.untilHeard("up 1");
      scene.untilConnected(session, 2);
      scene.nodes.server(1).observed().awaitRequests(before + 3, USE_OTHER);
      assertThat(scene.node(1).state()).isEqualTo(NodeState.UP);
      assertThat(session.connectedNodes()).hasSize(2);
      assertThat(stranded.connectedNodes()).hasSize(1);
      assertThat(scene.heard).containsOnlyOnce("down 1");
    }
  }
}
