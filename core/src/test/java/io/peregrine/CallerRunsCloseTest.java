package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of a caller-runs session whose cluster another thread closes. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CallerRunsCloseTest {
  /** A thread with a session, and what came of it. */
  private static final class Owner {
    private final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    private final Thread thread;

    Owner(Cluster cluster, String name, Body body) {
      thread =
          new Thread(
              () -> {
                try {
                  body.run(Scene.tracked(cluster.connect(ConnectOptions.callerRuns())));
                } catch (Throwable t) {
                  thrown.set(t);
                }
              },
              name);
      thread.setDaemon(true);
      thread.start();
    }

    @Nullable Throwable outcome() throws InterruptedException {
      thread.join();
      return thrown.get();
    }
  }

  private interface Body {
    void run(Session session) throws Exception;
  }

  @Test
  void sessionOfAThreadThatIsElsewhereIsEndedByWhoCloses() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("never"), Exchange::silence);
      Answers answers = new Answers();
      CountDownLatch offered = new CountDownLatch(1);
      CountDownLatch closed = new CountDownLatch(1);
      Owner owner =
          new Owner(
              scene.cluster,
              "elsewhere",
              session -> {
                ResponseFuture future = session.executeAsync("never");
                session.offer(SimpleStatement.of("never"), answers, 1);
                session.invoke();
                // This one waits in the ring.
                session.offer(SimpleStatement.of("never"), answers, 2);
                offered.countDown();
                closed.await();
                assertThat(future).isCompletedExceptionally();
                assertThatThrownBy(future::join).cause().isInstanceOf(ClusterClosedException.class);
                assertThat(session.offer(SimpleStatement.of("q"), answers, 3))
                    .isEqualTo(Session.CLOSED);
                assertThatThrownBy(() -> session.execute("q"))
                    .isInstanceOf(ClusterClosedException.class);
                assertThat(session.invoke()).isZero();
                session.close();
              });
      offered.await();
      scene.cluster.close();
      scene.server.observed().awaitOpenConnections(0);
      assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
      assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
      closed.countDown();
      assertThat(owner.outcome()).isNull();
      assertThat(answers.size()).isZero();
    }
  }

  @Test
  void sessionOfAThreadThatIsGoneIsEndedByWhoCloses() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("never"), Exchange::silence);
      Answers answers = new Answers();
      Owner owner =
          new Owner(
              scene.cluster,
              "gone",
              session -> session.offer(SimpleStatement.of("never"), answers, 1));
      assertThat(owner.outcome()).isNull();
      scene.cluster.close();
      assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
      scene.server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void threadThatWaitsForAnAnswerIsToldAndEndsItself() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      Answers answers = new Answers();
      Owner owner =
          new Owner(
              scene.cluster,
              "waiting",
              session -> {
                session.offer(SimpleStatement.of("held"), answers, 1);
                session.execute("held");
              });
      held.take();
      held.take();
      scene.cluster.close();
      assertThat(owner.outcome()).isInstanceOf(ClusterClosedException.class);
      assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
      scene.server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void closingWaitsForAHandlerThatIsRunning() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      CountDownLatch inHandler = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      AtomicReference<String> last = new AtomicReference<>("");
      RequestHandler blocking =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              inHandler.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              last.set("handled by " + Thread.currentThread().getName());
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              last.set(error.message());
            }
          };
      Owner owner =
          new Owner(
              scene.cluster,
              "handling",
              session -> {
                session.offer(SimpleStatement.of("q"), blocking, 1);
                while (true) {
                  session.execute("q");
                }
              });
      inHandler.await();
      Thread closing = new Thread(scene.cluster::close, "closing");
      closing.start();
      while (!scene.cluster.isClosed()) {
        Thread.onSpinWait();
      }
      assertThat(closing.isAlive()).isTrue();
      release.countDown();
      closing.join();
      assertThat(last).hasValue("handled by handling");
      assertThat(owner.outcome()).isInstanceOf(ClusterClosedException.class);
      scene.server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void threadThatIsConnectingIsTold() throws Exception {
    try (ScriptedServer server = ScriptedServer.start()) {
      server.goSilent();
      Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build();
      Owner owner = new Owner(cluster, "connecting", Session::close);
      server.observed().awaitRequests(1);
      cluster.close();
      assertThat(owner.outcome()).isInstanceOf(ClusterClosedException.class);
      server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void ownerMayCloseTheClusterItself() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Session session = scene.cluster.connect(ConnectOptions.callerRuns());
      scene.server.on(query("never"), Exchange::silence);
      ResponseFuture future = session.executeAsync("never");
      session.invoke();
      scene.cluster.close();
      assertThatThrownBy(future::join).cause().isInstanceOf(ClusterClosedException.class);
      session.close();
      assertThatThrownBy(() -> scene.cluster.connect(ConnectOptions.callerRuns()))
          .isInstanceOf(ClusterClosedException.class);
    }
  }

  @Test
  void closingRacesWithTheOwnersRequestsAndLosesNone() throws Exception {
    for (int round = 0; round < 20; round++) {
      try (Scene scene = Scene.open(ProtocolVersion.V5)) {
        CountDownLatch running = new CountDownLatch(1);
        Answers answers = new Answers();
        AtomicReference<Integer> accepted = new AtomicReference<>(0);
        Owner owner =
            new Owner(
                scene.cluster,
                "racing",
                session -> {
                  SimpleStatement statement = SimpleStatement.of("q");
                  int count = 0;
                  long result = session.offer(statement, answers, 0);
                  while (result != Session.CLOSED) {
                    count += result == Session.ACCEPTED ? 1 : 0;
                    session.invoke();
                    running.countDown();
                    result = session.offer(statement, answers, 0);
                  }
                  accepted.set(count);
                });
        running.await();
        scene.cluster.close();
        assertThat(owner.outcome()).isNull();
        for (int i = 0; i < accepted.get(); i++) {
          answers.take();
        }
        assertThat(answers.size()).isZero();
      }
    }
  }
}
