package io.peregrine;

import static io.peregrine.ClusterScene.PEERS;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.result.SchemaChange;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session or a cluster may be closed whatever it is doing, and then it does nothing any more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ShutdownTest {
  private static final int NODES = 3;

  /** What is closed. */
  private enum Closing {
    SESSION(SessionClosedException.class),
    CLUSTER(ClusterClosedException.class);

    private final Class<? extends RuntimeException> error;

    Closing(Class<? extends RuntimeException> error) {
      this.error = error;
    }
  }

  private final HeldRequests held = new HeldRequests();

  private static ClusterScene scene() {
    // Nothing that is held comes too late.
    return ClusterScene.of(
        NODES,
        b ->
            b.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10)))
                .controlConnectionTimeout(Duration.ZERO));
  }

  private static Session connected(ClusterScene scene) {
    Session session = scene.cluster.connect();
    scene.untilConnected(session, NODES);
    return session;
  }

  private static int open(ClusterScene scene) {
    return scene.nodes.servers().stream()
        .mapToInt(server -> server.observed().openConnections().size())
        .sum();
  }

  /** Closes one of them, twice, and looks at what is left. */
  private static void close(
      Closing closing, ClusterScene scene, Session session, CompletableFuture<?>... pending) {
    for (int times = 0; times < 2; times++) {
      if (closing == Closing.SESSION) {
        session.close();
      } else {
        scene.cluster.close();
      }
    }
    for (CompletableFuture<?> future : pending) {
      assertThat(future)
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withCauseInstanceOf(closing.error);
    }
    assertThatThrownBy(() -> session.execute("q")).isInstanceOf(closing.error);
    if (closing == Closing.CLUSTER) {
      // One that has looked up a name may not have ended yet; LeakCheck waits for it.
      assertThat(AllocationProbe.threadsNamed("peregrine-conductor")).isEmpty();
      assertThat(AllocationProbe.threadsNamed("peregrine-selector")).isEmpty();
      scene.until("no connection", () -> open(scene) == 0);
      assertThatThrownBy(scene.cluster::connect).isInstanceOf(ClusterClosedException.class);
    } else {
      scene.until("the control connection alone", () -> open(scene) <= 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void nothingIsGoingOn(Closing closing) {
    try (ClusterScene scene = scene()) {
      close(closing, scene, connected(scene));
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void requestIsInFlight(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(query("held"), held);
      ResponseFuture future = session.executeAsync("held");
      held.take();
      close(closing, scene, session, future);
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void statementIsBeingPrepared(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(opcode(Opcode.PREPARE), held);
      CompletableFuture<?> preparing =
          CompletableFuture.supplyAsync(() -> session.prepare("SELECT v FROM t"));
      held.take();
      close(closing, scene, session, preparing);
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void statementIsBeingPreparedElsewhere(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(opcode(Opcode.PREPARE), held);
      CompletableFuture<?> preparing =
          CompletableFuture.supplyAsync(() -> session.prepare("SELECT v FROM t"));
      held.take().replyByDefault();
      held.take();
      held.take();
      close(closing, scene, session);
      // The first node has prepared it, so there is a statement, unless closing came before that.
      assertThat(preparing.handle((done, error) -> "ended").join()).isEqualTo("ended");
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void keyspaceIsBeingSetEverywhere(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(query("USE ks"), exchange -> exchange.reply(new SetKeyspace("ks")));
      scene.nodes.on(query("USE \"ks\""), held);
      ResponseFuture future = session.executeAsync("USE ks");
      held.take();
      close(closing, scene, session);
      assertThat(future.handle((done, error) -> "ended").join()).isEqualTo("ended");
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void nodesAreAskedWhetherTheyAgree(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(
          query("CREATE KEYSPACE a"),
          exchange -> exchange.reply(new SchemaChange("CREATED", "KEYSPACE", "a", null, null)));
      scene.nodes.on(queryMatching("schema_version FROM system.peers"), held);
      ResponseFuture future = session.executeAsync("CREATE KEYSPACE a");
      held.take();
      close(closing, scene, session);
      assertThat(future.handle((done, error) -> "ended").join()).isEqualTo("ended");
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void nodeIsDownAndTriedAgainAndAgain(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.server(2).goDown();
      scene.untilHeard("down 2");
      close(closing, scene, session);
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void nodeIsComingUp(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.server(2).goDown();
      scene.untilHeard("down 2");
      scene.nodes.server(2).on(opcode(Opcode.OPTIONS), held);
      scene.nodes.server(2).startListening();
      Exchange coming = held.take();
      if (closing == Closing.CLUSTER) {
        close(closing, scene, session);
      } else {
        session.close();
        coming.replyByDefault();
        scene.untilHeard("up 2");
        close(closing, scene, session);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void controlConnectionIsLookedFor(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(opcode(Opcode.REGISTER), held);
      scene.control(0).close();
      held.take();
      close(closing, scene, session);
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void nodesAreBeingRead(Closing closing) {
    try (ClusterScene scene = scene()) {
      Session session = connected(scene);
      scene.nodes.on(PEERS, held);
      CompletableFuture<Void> refresh = scene.cluster.refreshNodesAsync(false);
      held.take();
      if (closing == Closing.CLUSTER) {
        close(closing, scene, session, refresh);
      } else {
        close(closing, scene, session);
        assertThat(refresh).isNotDone();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Closing.class)
  void connectionsWaitForTheirTurn(Closing closing) {
    try (ClusterScene scene =
        ClusterScene.of(
            NODES, b -> b.maxConnectionAttempts(1).connectTimeout(Duration.ofHours(1)))) {
      scene.nodes.server(1).on(opcode(Opcode.OPTIONS), held);
      scene.nodes.server(2).on(opcode(Opcode.OPTIONS), held);
      Session session = scene.cluster.connect();
      held.take();
      close(closing, scene, session);
      assertThat(held.size()).isZero();
    }
  }
}
