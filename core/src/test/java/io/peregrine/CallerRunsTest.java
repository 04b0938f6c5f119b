package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Observations;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that the thread drives to which they belong. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CallerRunsTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  private static String me() {
    return Thread.currentThread().getName();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void everythingOfARequestRunsOnTheOwnersThread(ProtocolVersion version) {
    try (Scene scene = Scene.open(version);
        Session session = scene.callersSession()) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      scene.server.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7)).row(int32(8))));
      BoundStatement select = session.prepare(SELECT).bind(1);
      assertThat(session.execute(select).all()).hasSize(2);
      // A statement that the node has forgotten is prepared anew on the way.
      scene.server.forgetPrepared();
      assertThat(session.execute(select).all()).hasSize(2);
      Answers answers = new Answers();
      assertThat(session.offer(select, answers, 5)).isEqualTo(Session.ACCEPTED);
      assertThat(answers.size()).isZero();
      Observations.driveUntil("an answer", () -> answers.size() == 1, session::invoke);
      Answers.Answer answer = answers.take();
      assertThat(answer.thread()).isEqualTo(me());
      assertThat(answer.correlationId()).isEqualTo(5);
      assertThat(answer.rows()).containsExactly(List.of(7), List.of(8));
      AtomicReference<String> completedBy = new AtomicReference<>("");
      session.executeAsync(select).thenRun(() -> completedBy.set(me()));
      Observations.driveUntil("an answer", () -> !completedBy.get().isEmpty(), session::invoke);
      assertThat(completedBy).hasValue(me());
      assertThat(AllocationProbe.threadsNamed("peregrine-selector")).hasSize(1);
      assertThat(session.connectedNodes()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Idle.class)
  void everyModeServesRequests(Idle idle) {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession(ConnectOptions.callerRuns().idle(idle))) {
      scene.server.on(query("q"), rows(VALUE).row(int32(7)).build());
      for (int i = 0; i < 200; i++) {
        assertThat(session.execute("q").all()).hasSize(1);
      }
    }
  }

  @Test
  void pagesAreFetchedByTheOwner() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      scene.server.on(query("paged"), e -> e.reply(rows(VALUE).row(int32(2))));
      scene.server.once(
          query("paged"), e -> e.reply(rows(VALUE).row(int32(1)).pagingState((byte) 1)));
      assertThat(session.execute("paged").all())
          .extracting(row -> row.getInt(0))
          .containsExactly(1, 2);
    }
  }

  @Test
  void keyspaceIsUsedOnItsConnections() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session =
            Scene.tracked(scene.cluster.connect("market", ConnectOptions.callerRuns()))) {
      assertThat(scene.server.observed().requests(query("USE \"market\""))).hasSize(1);
      scene.server.on(query("USE other"), new SetKeyspace("other"));
      // What the conductor completes wakes the owner, which sleeps in select.
      for (int i = 0; i < 50; i++) {
        assertThat(session.execute("USE other").all()).isEmpty();
      }
      assertThat(scene.server.observed().requests(query("USE \"other\""))).hasSize(50);
    }
  }

  @Test
  void secondThreadIsRefusedByName() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      ResultSet paged = pagedResult(scene, session);
      String owner = me();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread other =
          new Thread(
              () -> {
                try {
                  List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
                      List.of(
                          () -> session.execute("q"),
                          () -> session.executeAsync("q"),
                          () -> session.offer(SimpleStatement.of("q"), new Answers(), 1),
                          () -> session.prepare("q"),
                          () -> session.prepareAsync("q"),
                          session::invoke,
                          session::close,
                          paged::fetchNextPage,
                          paged::all);
                  for (var call : calls) {
                    assertThatThrownBy(call)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("belongs to the thread " + owner)
                        .hasMessageContaining("called by the thread the-other");
                  }
                } catch (Throwable t) {
                  thrown.set(t);
                }
              },
              "the-other");
      other.start();
      other.join();
      assertThat(thrown.get()).isNull();
      assertThat(session.isClosed()).isFalse();
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  private static ResultSet pagedResult(Scene scene, Session session) {
    scene.server.on(query("paged"), e -> e.reply(rows(VALUE).pagingState((byte) 1)));
    return session.execute("paged");
  }

  @Test
  void handlerCannotInvokeNorWait() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      AtomicReference<String> seen = new AtomicReference<>("");
      RequestHandler handler =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              assertThatThrownBy(session::invoke).isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> session.execute("q"))
                  .isInstanceOf(BlockingCallException.class);
              assertThatThrownBy(session::close).isInstanceOf(BlockingCallException.class);
              assertThatThrownBy(scene.cluster::close).isInstanceOf(BlockingCallException.class);
              seen.set("refused");
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              seen.set(error.message());
            }
          };
      session.offer(SimpleStatement.of("q"), handler, 1);
      Observations.driveUntil("an answer", () -> !seen.get().isEmpty(), session::invoke);
      assertThat(seen).hasValue("refused");
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void handlerMayOffer() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.callersSession()) {
      Answers answers = new Answers();
      SimpleStatement next = SimpleStatement.of("next");
      RequestHandler chaining =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              RequestHandler then = correlationId == 100 ? answers : this;
              assertThat(session.offer(next, then, correlationId + 1)).isEqualTo(Session.ACCEPTED);
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              answers.onError(correlationId, error);
            }
          };
      session.offer(next, chaining, 1);
      Observations.driveUntil("the last answer", () -> answers.size() == 1, session::invoke);
      assertThat(answers.take().correlationId()).isEqualTo(101);
    }
  }

  @Test
  void sessionOfTheClustersAgentsIsNotInvoked() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      assertThatThrownBy(scene.session::invoke)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("callerRuns()");
    }
  }

  @Test
  void twoThreadsWithASessionEachDoNotMeet() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("one"), rows(VALUE).row(int32(1)).build());
      scene.server.on(query("two"), rows(VALUE).row(int32(2)).build());
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread one = executing(scene, "one", 1, thrown);
      Thread two = executing(scene, "two", 2, thrown);
      one.join();
      two.join();
      assertThat(thrown.get()).isNull();
      scene.server.observed().awaitOpenConnections(2);
    }
  }

  private static Thread executing(
      Scene scene, String text, int expected, AtomicReference<Throwable> thrown) {
    Thread thread =
        new Thread(
            () -> {
              try (Session session = scene.callersSession()) {
                for (int i = 0; i < 1_000; i++) {
                  Row row = session.execute(text).one();
                  assertThat(row).isNotNull();
                  assertThat(row.getInt(0)).isEqualTo(expected);
                }
              } catch (Throwable t) {
                thrown.set(t);
              }
            },
            text);
    thread.start();
    return thread;
  }

  @Test
  void clusterWithoutThreadsIsDrivenToo() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked);
        Session session = scene.callersSession()) {
      scene.server.on(query("USE ks"), new SetKeyspace("ks"));
      assertThat(session.execute("q").all()).isEmpty();
      assertThat(session.execute("USE ks").all()).isEmpty();
      assertThat(scene.session.execute("q").all()).isEmpty();
      assertThat(AllocationProbe.threadsNamed("peregrine")).isEmpty();
    }
  }
}
