package io.peregrine;

import static io.peregrine.TraceTables.EVENTS;
import static io.peregrine.TraceTables.ID;
import static io.peregrine.TraceTables.SESSION;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RowsBuilder;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading traces by a session, whoever drives it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class QueryTraceTest {
  private static final TraceOptions SHORT = TraceOptions.defaults().maxWait(Duration.ofMillis(20));

  private static final TraceOptions UNLIMITED = TraceOptions.defaults().maxWait(null);

  /** Who drives the session. */
  enum Driver {
    AGENTS,
    CALLER,
    NOBODY_ELSE;

    Scene open() {
      return this == NOBODY_ELSE
          ? Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)
          : Scene.open(ProtocolVersion.V5);
    }

    Session session(Scene scene) {
      return this == CALLER ? scene.cluster.connect(ConnectOptions.callerRuns()) : scene.session;
    }

    LongSupplier drive(Scene scene, Session session) {
      return switch (this) {
        case AGENTS -> () -> 0;
        case CALLER -> session::invoke;
        case NOBODY_ELSE -> scene.cluster::invoke;
      };
    }
  }

  private static void completeAtTheThirdPoll(Scene scene) {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.onFirst(2, query(SESSION), e -> e.reply(TraceTables.unfinished()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.event(TraceTables.events(), "x", 1)));
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void traceIsWaitedForInEverySession(Driver driver) {
    try (Scene scene = driver.open();
        Session session = driver.session(scene)) {
      completeAtTheThirdPoll(scene);
      session.addRequestListener(
          future -> {
            throw new IllegalStateException("told of the driver's own questions");
          });
      QueryTrace trace = session.queryTraces().read(ID, UNLIMITED);
      assertThat(trace.events()).hasSize(1);
      assertThat(scene.server.observed().requests(query(SESSION))).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void traceComesWithoutWaitingInEverySession(Driver driver) {
    try (Scene scene = driver.open();
        Session session = driver.session(scene)) {
      completeAtTheThirdPoll(scene);
      CompletableFuture<QueryTrace> trace = session.queryTraces().readAsync(ID, UNLIMITED);
      Observations.driveUntil("a trace", trace::isDone, driver.drive(scene, session));
      assertThat(trace.join().events()).hasSize(1);
    }
  }

  @Test
  void everyPageHasATraceOfItsOwn() {
    Columns value = Columns.of("ks", "t").and("v", DataType.INT);
    List<UUID> ids = List.of(new UUID(1, 1), new UUID(2, 2), new UUID(3, 3));
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      AtomicInteger page = new AtomicInteger();
      scene.server.on(
          query("q"),
          exchange -> {
            int number = page.getAndIncrement();
            RowsBuilder rows = rows(value).row(int32(number));
            exchange
                .withTracingId(ids.get(number))
                .reply(number < 2 ? rows.pagingState((byte) number) : rows);
          });
      scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
      scene.server.on(query(EVENTS), e -> e.reply(TraceTables.event(TraceTables.events(), "x", 1)));
      ResultSet result = scene.session.execute(SimpleStatement.of("q").setTracing(true));
      assertThat(result.executionInfo().tracingId()).isEqualTo(ids.get(0));
      assertThat(result.all()).hasSize(3);
      assertThat(result.queryTraces()).map(QueryTrace::id).isEqualTo(ids);
      assertThat(scene.session.execute("other").queryTraces()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void traceThatDoesNotComeIsUnavailableInEverySession(Driver driver) {
    try (Scene scene = driver.open();
        Session session = driver.session(scene)) {
      scene.server.on(query(SESSION), e -> e.reply(TraceTables.nothing()));
      assertThatThrownBy(() -> session.queryTraces().read(ID, SHORT))
          .isInstanceOf(TraceUnavailableException.class)
          .hasMessageContaining("not available within 0.02 seconds");
    }
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void sessionSaysHowLongATraceIsWaitedFor(Driver driver) {
    try (Scene scene = driver.open();
        Session session = driver.session(scene)) {
      assertThat(session.queryTraces().maxWait()).contains(Duration.ofSeconds(2));
      scene.server.on(query(SESSION), e -> e.reply(TraceTables.nothing()));
      session.queryTraces().setMaxWait(Duration.ofMillis(30));
      assertThatThrownBy(() -> session.queryTraces().read(ID))
          .isInstanceOf(TraceUnavailableException.class)
          .hasMessageContaining("not available within 0.03 seconds");
      assertThatThrownBy(() -> session.queryTraces().read(ID, SHORT))
          .isInstanceOf(TraceUnavailableException.class)
          .hasMessageContaining("not available within 0.02 seconds");
      assertThatThrownBy(
              () ->
                  session
                      .queryTraces()
                      .read(ID, TraceOptions.defaults().consistency(ConsistencyLevel.ONE)))
          .isInstanceOf(TraceUnavailableException.class)
          .hasMessageContaining("not available within 0.03 seconds");
    }
  }

  @Test
  void tracesOfResultsAreWaitedForAsTheSessionSays() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("q"), e -> e.withTracingId(ID).reply(Void.INSTANCE));
      scene.server.on(query(SESSION), e -> e.reply(TraceTables.nothing()));
      ResultSet result = scene.session.execute(SimpleStatement.of("q").setTracing(true));
      scene.session.queryTraces().setMaxWait(Duration.ofMillis(30));
      assertThatThrownBy(result::queryTraces)
          .isInstanceOf(TraceUnavailableException.class)
          .hasMessageContaining("not available within 0.03 seconds");
      assertThatThrownBy(() -> result.executionInfo().queryTrace())
          .isInstanceOf(TraceUnavailableException.class)
          .hasMessageContaining("not available within 0.03 seconds");
    }
  }

  @Test
  void limitlessWaitIsNullAndNothingElseThatIsNotPositiveIsTaken() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      completeAtTheThirdPoll(scene);
      scene.session.queryTraces().setMaxWait(null);
      assertThat(scene.session.queryTraces().maxWait()).isEmpty();
      assertThat(scene.session.queryTraces().read(ID).events()).hasSize(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> scene.session.queryTraces().setMaxWait(Duration.ZERO))
          .withMessageContaining("null for no limit");
      assertThat(scene.session.queryTraces().maxWait()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Driver.class)
  void closingTheClusterEndsTheReading(Driver driver) {
    try (Scene scene = driver.open();
        Session session = driver.session(scene)) {
      scene.server.on(query(SESSION), e -> e.reply(TraceTables.nothing()));
      CompletableFuture<QueryTrace> trace = session.queryTraces().readAsync(ID, UNLIMITED);
      Observations.driveUntil(
          "a few questions",
          () -> scene.server.observed().requests(query(SESSION)).size() >= 3,
          driver.drive(scene, session));
      scene.cluster.close();
      Observations.until("an end", trace::isDone);
      assertThatThrownBy(trace::join)
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfAny(ClusterClosedException.class, SessionClosedException.class);
    }
  }

  @Test
  void threadOfTheDriverMayNotWaitForATrace() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      CompletableFuture<?> refused =
          scene
              .session
              .executeAsync("held")
              .thenAccept(
                  rows ->
                      assertThatThrownBy(() -> scene.session.queryTraces().read(ID))
                          .isInstanceOf(BlockingCallException.class));
      held.take().reply(Void.INSTANCE);
      RealSession.await(refused);
    }
  }
}
