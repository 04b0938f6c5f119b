package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class CloseTest {
  private static final int IN_FLIGHT = 50;

  private static List<ResponseFuture> inFlight(Scene scene, Answers answers) {
    HeldRequests held = new HeldRequests();
    scene.server.on(query("held"), held);
    List<ResponseFuture> futures = new ArrayList<>();
    for (int i = 0; i < IN_FLIGHT; i++) {
      futures.add(scene.session.executeAsync("held"));
      assertThat(scene.session.offer(SimpleStatement.of("held"), answers, i))
          .isEqualTo(Session.ACCEPTED);
    }
    return futures;
  }

  private static void assertFailed(
      List<ResponseFuture> futures, Answers answers, Class<? extends Exception> as) {
    for (ResponseFuture future : futures) {
      assertThatThrownBy(future::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(as);
      Answers.Answer answer = answers.take();
      assertThat(answer.error()).isInstanceOf(as);
      assertThat(answer.code()).isEqualTo(ErrorView.CLOSED);
    }
    assertThat(answers.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void closedSessionFailsWhatIsInFlight(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      Answers answers = new Answers();
      List<ResponseFuture> futures = inFlight(scene, answers);
      scene.session.close();
      assertFailed(futures, answers, SessionClosedException.class);
      assertThat(scene.session.isClosed()).isTrue();
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(SessionClosedException.class);
      assertThatThrownBy(() -> scene.session.prepare("q"))
          .isInstanceOf(SessionClosedException.class);
      assertThatThrownBy(() -> scene.session.executeAsync("q").join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(SessionClosedException.class);
      assertThat(scene.session.connectedNodes()).isEmpty();
      scene.server.observed().awaitOpenConnections(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void closedClusterFailsWhatIsInFlight(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      Answers answers = new Answers();
      List<ResponseFuture> futures = inFlight(scene, answers);
      scene.cluster.close();
      assertFailed(futures, answers, ClusterClosedException.class);
      assertThat(AllocationProbe.threadsNamed("peregrine-conductor")).isEmpty();
      assertThat(AllocationProbe.threadsNamed("peregrine-selector")).isEmpty();
      scene.server.observed().awaitOpenConnections(0);
      assertThat(scene.session.offer(SimpleStatement.of("q"), answers, 0))
          .isEqualTo(Session.CLOSED);
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(ClusterClosedException.class);
      assertThatThrownBy(scene.cluster::connect).isInstanceOf(ClusterClosedException.class);
    }
  }

  @Test
  void closingInAnyOrderAndAgainIsFine() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.cluster.close();
      scene.session.close();
      scene.session.close();
      scene.cluster.close();
      assertThat(scene.cluster.isClosed()).isTrue();
    }
  }

  @Test
  void anotherThreadMayClose() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Answers answers = new Answers();
      List<ResponseFuture> futures = inFlight(scene, answers);
      CompletableFuture<Void> one = CompletableFuture.runAsync(scene.cluster::close);
      CompletableFuture<Void> two = CompletableFuture.runAsync(scene.session::close);
      CompletableFuture<Void> three = CompletableFuture.runAsync(scene.cluster::close);
      CompletableFuture.allOf(one, two, three).get();
      for (ResponseFuture future : futures) {
        assertThat(future).isCompletedExceptionally();
        assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
      }
    }
  }

  @Test
  void closingWhileConnectingEndsTheConnecting() {
    try (ScriptedServer server = ScriptedServer.start()) {
      server.goSilent();
      Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build();
      CompletableFuture<Session> connecting = CompletableFuture.supplyAsync(cluster::connect);
      server.observed().awaitRequests(1);
      cluster.close();
      assertThatThrownBy(connecting::join).cause().isInstanceOf(ClusterClosedException.class);
      server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void closingWhileAKeyspaceIsSetEverywhereAnswersTheRequest() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("USE \"ks\""), held);
      scene.server.on(query("USE ks"), new SetKeyspace("ks"));
      ResponseFuture future = scene.session.executeAsync("USE ks");
      held.take();
      scene.cluster.close();
      assertThat(future.handle((result, error) -> "answered").join()).isEqualTo("answered");
    }
  }

  @Test
  void clusterThatNeverConnectedIsClosedToo() {
    Cluster cluster = Cluster.builder().addContactPoint("127.0.0.1").build();
    cluster.close();
    assertThat(AllocationProbe.threadsNamed("peregrine")).isEmpty();
    assertThat(cluster.nodes()).isEmpty();
  }

  @Test
  void interruptedThreadClosesTheClusterAllTheSame() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Answers answers = new Answers();
      List<ResponseFuture> futures = inFlight(scene, answers);
      Thread.currentThread().interrupt();
      scene.cluster.close();
      assertThat(Thread.interrupted()).isTrue();
      assertFailed(futures, answers, ClusterClosedException.class);
    }
  }
}
