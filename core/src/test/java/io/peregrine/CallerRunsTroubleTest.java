package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions of one thread when answers do not come, connections are lost, or the thread is away. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CallerRunsTroubleTest {
  @Test
  void timeoutEndsTheWait() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      scene.server.on(query("never"), Exchange::silence);
      assertThatThrownBy(
              () -> session.execute(SimpleStatement.of("never").setTimeout(Duration.ofMillis(50))))
          .isInstanceOf(OperationTimedOutException.class);
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void fullSessionRefusesAndTheOwnerMakesRoom() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.maxRequestsPerConnection(2));
        Session session = scene.callersSession()) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      Answers answers = new Answers();
      assertThat(session.offer(SimpleStatement.of("held"), answers, 1)).isEqualTo(Session.ACCEPTED);
      assertThat(session.offer(SimpleStatement.of("held"), answers, 2)).isEqualTo(Session.ACCEPTED);
      assertThat(session.offer(SimpleStatement.of("held"), answers, 3)).isEqualTo(Session.BUSY);
      session.invoke();
      assertThatThrownBy(
              () -> session.execute(SimpleStatement.of("held").setTimeout(Duration.ofMillis(20))))
          .isInstanceOf(BackPressureException.class);
      held.take().reply(Void.INSTANCE);
      held.take().reply(Void.INSTANCE);
      assertThat(session.execute("q").all()).isEmpty();
      assertThat(answers.size()).isEqualTo(2);
    }
  }

  @Test
  void closedSessionFailsWhatIsInFlight() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Session session = scene.callersSession();
      scene.server.on(query("never"), Exchange::silence);
      Answers answers = new Answers();
      ResponseFuture future = session.executeAsync("never");
      assertThat(session.offer(SimpleStatement.of("never"), answers, 1))
          .isEqualTo(Session.ACCEPTED);
      session.invoke();
      session.close();
      assertThatThrownBy(future::join).cause().isInstanceOf(SessionClosedException.class);
      assertThat(answers.size()).isEqualTo(1);
      assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
      assertThatThrownBy(() -> session.execute("q")).isInstanceOf(SessionClosedException.class);
      assertThat(session.invoke()).isZero();
      session.close();
      scene.server.observed().awaitOpenConnections(2);
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void failedConnectLeavesNothingBehind() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(
          query("USE \"x\""), new Error(ProtocolConstants.ErrorCode.INVALID, "no such keyspace"));
      assertThatThrownBy(() -> scene.cluster.connect("x", ConnectOptions.callerRuns()))
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("no such keyspace");
      scene.server.observed().awaitOpenConnections(2);
    }
  }

  @Test
  void interruptedOwnerStopsWaiting() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      scene.server.on(query("never"), Exchange::silence);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> session.execute("never"))
          .isInstanceOf(DriverInterruptedException.class);
      assertThatThrownBy(() -> scene.callersSession())
          .isInstanceOf(DriverInterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(session.execute("q").all()).isEmpty();
      scene.server.observed().awaitOpenConnections(3);
    }
  }

  @Test
  void interruptThatComesWhileTheOwnerSleepsEndsNothingButTheWait() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      scene.server.on(query("never"), Exchange::silence);
      for (int i = 0; i < 3; i++) {
        Thread owner = Thread.currentThread();
        Thread interrupting = new Thread(() -> interruptInSelect(owner));
        interrupting.start();
        assertThatThrownBy(() -> session.execute("never"))
            .isInstanceOf(DriverInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupting.join();
        assertThat(session.execute("q").all()).isEmpty();
      }
      scene.server.observed().awaitOpenConnections(3);
      assertThat(session.poolState().values())
          .singleElement()
          .satisfies(pool -> assertThat(pool.inFlight()).isEqualTo(3));
    }
  }

  private static void interruptInSelect(Thread owner) {
    Observations.until(
        "the owner to sleep",
        () ->
            Arrays.stream(owner.getStackTrace())
                .limit(8)
                .anyMatch(frame -> frame.getClassName().endsWith("SelectorPoller")));
    owner.interrupt();
  }

  @Test
  void lostConnectionIsOpenedAgainWhileTheOwnerComesBy() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      scene.server.goDown();
      Observations.driveUntil(
          "the loss", () -> session.connectedNodes().isEmpty(), session::invoke);
      assertThatThrownBy(() -> session.execute("q")).isInstanceOf(NoHostAvailableException.class);
      scene.server.startListening();
      Observations.driveUntil(
          "a connection", () -> !session.connectedNodes().isEmpty(), session::invoke);
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void ownerThatStaysAwayLosesItsConnectionsAndGetsThemBack() {
    ConnectOptions restless = ConnectOptions.callerRuns().restAfter(Duration.ofMillis(30));
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build();
        Session session = Scene.tracked(cluster.connect(restless))) {
      server.on(query("never"), Exchange::silence);
      Answers answers = new Answers();
      for (int round = 0; round < 3; round++) {
        assertThat(session.offer(SimpleStatement.of("never"), answers, round))
            .isIn(Session.ACCEPTED, Session.NOT_CONNECTED);
        session.invoke();
        // On a busy machine it may have been away that long already.
        int toldByNow = answers.size();
        server.observed().awaitOpenConnections(1);
        // No other thread has called the owner's handlers.
        assertThat(answers.size()).isEqualTo(toldByNow);
        Observations.driveUntil(
            "the connection",
            () -> session.connectedNodes().size() == 1,
            () -> session.execute("q").availableWithoutFetching());
        while (answers.size() > 0) {
          assertThat(answers.take().thread()).isEqualTo(Thread.currentThread().getName());
        }
      }
    }
  }
}
