package io.peregrine;

import static io.peregrine.TraceTables.EVENTS;
import static io.peregrine.TraceTables.ID;
import static io.peregrine.TraceTables.SESSION;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
      QueryTrace trace = session.queryTraces().read(ID);
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
      CompletableFuture<QueryTrace> trace = session.queryTraces().readAsync(ID);
      Observations.driveUntil("a trace", trace::isDone, driver.drive(scene, session));
      assertThat(trace.join().events()).hasSize(1);
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
  void closingTheClusterEndsTheReading(Driver driver) {
    try (Scene scene = driver.open();
        Session session = driver.session(scene)) {
      scene.server.on(query(SESSION), e -> e.reply(TraceTables.nothing()));
      CompletableFuture<QueryTrace> trace = session.queryTraces().readAsync(ID);
      Observations.driveUntil(
          "a few questions",
          () -> scene.server.observed().requests(query(SESSION)).size() >= 3,
          driver.drive(scene, session));
      scene.cluster.close();
      Observations.driveUntil("an end", trace::isDone, () -> 0);
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
