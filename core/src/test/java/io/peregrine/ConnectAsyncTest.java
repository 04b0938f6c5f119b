package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session that is opened while nobody waits. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConnectAsyncTest {
  private static final int SESSIONS = 20;

  private static Cluster to(ScriptedServer server) {
    return PatientCluster.builder().addContactPoint(server.address()).build();
  }

  /** What a future has failed with, as who attaches to it is told. */
  private static @Nullable Throwable failure(CompletableFuture<Session> connecting) {
    return connecting.handle((session, error) -> error).join();
  }

  @Test
  void manySessionsAreOpenedAndNoThreadWaits() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server)) {
      HeldRequests held = new HeldRequests();
      server.on(opcode(Opcode.REGISTER), held);
      List<CompletableFuture<Session>> connecting = new ArrayList<>();
      for (int i = 0; i < SESSIONS / 2; i++) {
        connecting.add(cluster.connectAsync());
        connecting.add(cluster.connectAsync("ks"));
      }
      Exchange exchange = held.take();
      assertThat(connecting).noneMatch(CompletableFuture::isDone);
      Observations.until(
          "agent and conductor alone", () -> AllocationProbe.threadsNamed("peregrine").size() == 2);
      exchange.replyByDefault();
      CompletableFuture.allOf(connecting.toArray(CompletableFuture[]::new)).join();
      for (CompletableFuture<Session> future : connecting) {
        assertThat(future.join().execute("q").all()).isEmpty();
      }
      assertThat(connecting.get(1).join().keyspace()).contains("ks");
      server.observed().awaitOpenConnections(1 + SESSIONS);
    }
  }

  @Test
  void errorsAreThoseOfConnect() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server)) {
      server.on(query("USE \"x\""), new Error(ErrorCode.INVALID, "Keyspace 'x' does not exist"));
      assertThat(failure(cluster.connectAsync("x")))
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageStartingWith("Unable to connect to any servers using keyspace 'x'");
      server.observed().awaitOpenConnections(1);
    }
    try (ScriptedServer server = ScriptedServer.builder().versions(66).start();
        Cluster cluster = to(server)) {
      assertThat(failure(cluster.connectAsync()))
          .isInstanceOf(UnsupportedProtocolVersionException.class);
    }
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server)) {
      server.stopListening();
      assertThat(failure(cluster.connectAsync(ConnectOptions.defaults())))
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining(server.address().toString());
    }
  }

  @Test
  void closedClusterOpensNoSession() {
    Cluster cluster = Cluster.builder().addContactPoint("127.0.0.1").build();
    cluster.close();
    assertThat(failure(cluster.connectAsync())).isInstanceOf(ClusterClosedException.class);
  }

  @Test
  void closingTheClusterEndsTheConnecting() {
    try (ScriptedServer server = ScriptedServer.start()) {
      server.goSilent();
      Cluster cluster = to(server);
      CompletableFuture<Session> connecting = cluster.connectAsync();
      server.observed().awaitRequests(1);
      cluster.close();
      assertThat(failure(connecting)).isInstanceOf(ClusterClosedException.class);
      server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void callbackRunsOnTheConductorWhichItCannotBlock() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server)) {
      HeldRequests held = new HeldRequests();
      server.on(opcode(Opcode.REGISTER), held);
      CompletableFuture<String> called =
          cluster
              .connectAsync()
              .thenApply(
                  session -> {
                    assertThatThrownBy(() -> session.execute("q"))
                        .isInstanceOf(BlockingCallException.class);
                    assertThatThrownBy(cluster::connect).isInstanceOf(BlockingCallException.class);
                    return Thread.currentThread().getName();
                  });
      CompletableFuture<ResultSet> executed =
          cluster.connectAsync().thenCompose(session -> session.executeAsync("q"));
      held.take().replyByDefault();
      assertThat(called.join()).contains("peregrine-conductor");
      assertThat(executed.join().all()).isEmpty();
    }
  }

  @Test
  void handlerMayConnect() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      CompletableFuture<Session> connected = new CompletableFuture<>();
      scene.session.offer(
          SimpleStatement.of("q"),
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              scene.cluster.connectAsync().thenAccept(connected::complete);
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              connected.cancel(false);
            }
          },
          1);
      assertThat(connected.join().execute("q").all()).isEmpty();
    }
  }

  @Test
  void sessionThatNobodyWantsAnyMoreLeavesNoConnection() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(opcode(Opcode.STARTUP), held);
      CompletableFuture<Session> connecting = scene.cluster.connectAsync();
      scene.server.observed().awaitOpenConnections(3);
      assertThat(connecting.cancel(false)).isTrue();
      held.take().replyByDefault();
      scene.server.observed().awaitOpenConnections(2);
    }
  }

  @Test
  void invokedClusterConnectsWhileItIsInvoked() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder().addContactPoint(server.address()).invoked().build()) {
      CompletableFuture<Session> connecting = cluster.connectAsync("ks");
      assertThat(connecting).isNotDone();
      Observations.driveUntil("a session", connecting::isDone, cluster::invoke);
      assertThat(connecting.join().execute("q").all()).isEmpty();
      assertThat(AllocationProbe.threadsNamed("peregrine")).isEmpty();
    }
  }

  @Test
  void callerRunsSessionNeedsAThreadThatWaits() {
    Stream.of(Cluster.builder(), Cluster.builder().invoked())
        .forEach(
            builder -> {
              try (Cluster cluster = builder.addContactPoint("127.0.0.1").build()) {
                assertThatThrownBy(() -> cluster.connectAsync(ConnectOptions.callerRuns()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("call connect() on that thread");
              }
            });
  }
}
