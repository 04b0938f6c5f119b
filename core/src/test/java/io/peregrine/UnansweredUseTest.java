package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.Ready;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Offer;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.RequestMatcher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A USE without an answer may be run at any time, so its connection is not used any more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class UnansweredUseTest {
  private static final RequestMatcher LOST = queryMatching("(?i)lost");
  private static final RequestMatcher FIRST = query("USE \"first\"");

  /** The ways to send a request. */
  private enum Sending {
    FUTURE {
      @Override
      String failure(Session session, Statement<?> statement) {
        return session.executeAsync(statement).handle((rows, error) -> error.toString()).join();
      }
    },
    HANDLER {
      @Override
      String failure(Session session, Statement<?> statement) {
        CompletableFuture<String> failure = new CompletableFuture<>();
        RequestHandler handler =
            new RequestHandler() {
              @Override
              public void onRows(long correlationId, RowCursor rows) {
                failure.complete("none");
              }

              @Override
              public void onError(long correlationId, ErrorView error) {
                failure.complete(error.message());
              }
            };
        assertThat(session.offer(statement, handler, 1)).isEqualTo(Offer.ACCEPTED);
        return failure.join();
      }
    };

    abstract String failure(Session session, Statement<?> statement);
  }

  private static <S extends Statement<S>> S soon(S statement) {
    return statement.setTimeout(Duration.ofMillis(50));
  }

  /** Another connection, in the session's keyspace, is there instead. */
  private static void assertReplaced(Scene scene, Session session, Exchange unanswered) {
    scene.server.observed().awaitRequests(2, FIRST);
    until("the end of the old connection", () -> !unanswered.connection().isOpen());
    until("another one", () -> session.connectedNodes().size() == 1);
    assertThat(session.execute("q").all()).isEmpty();
    assertThat(session.keyspace()).contains("first");
  }

  private static void until(String what, BooleanSupplier condition) {
    Observations.driveUntil(what, condition, () -> 0);
  }

  @ParameterizedTest
  @EnumSource
  void connectionOfAUseThatIsNotAnsweredInTimeIsReplaced(Sending sending) {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(LOST, held);
      assertThat(sending.failure(session, soon(SimpleStatement.of("USE lost"))))
          .contains("in time");
      assertReplaced(scene, session, held.take());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n\tuse \"Lost\"", "/* the */ Use lost", "-- the\nUSE lost", "// the\nUSE lost;"})
  void useIsKnownHoweverItIsWritten(String text) {
    try (Scene scene = Scene.open(ProtocolVersion.V4);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(LOST, held);
      Statement<?> statement =
          soon(SimpleStatement.of(text))
              .setCustomPayload(Map.of("USE", ByteBuffer.wrap(new byte[] {1, 2, 3})));
      assertThat(Sending.HANDLER.failure(session, statement)).contains("in time");
      assertReplaced(scene, session, held.take());
    }
  }

  @ParameterizedTest
  @EnumSource
  void useMayBePrepared(Sending sending) {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(execute("USE lost"), held);
      BoundStatement statement = soon(session.prepare("USE lost").bind());
      assertThat(sending.failure(session, statement)).contains("in time");
      assertReplaced(scene, session, held.take());
    }
  }

  @ParameterizedTest
  @EnumSource
  void answerThatIsNoneToAUseSaysNothingOfTheKeyspaceEither(Sending sending) {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(LOST, exchange -> held.respond(exchange));
      Statement<?> statement = SimpleStatement.of("USE lost");
      CompletableFuture<String> failure =
          CompletableFuture.supplyAsync(() -> sending.failure(session, statement));
      Exchange asked = held.take();
      asked.reply(new Ready());
      assertThat(failure.join()).contains("READY");
      assertReplaced(scene, session, asked);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"UPDATE lost SET v = 1", "user lost", "-- USE\nSELECT lost", " ", "--lost"})
  void otherRequestsThatAreNotAnsweredCostNoConnection(String text) {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query(text), held);
      assertThat(Sending.FUTURE.failure(session, soon(SimpleStatement.of(text))))
          .contains("in time");
      assertThat(session.execute("q").all()).isEmpty();
      session.setKeyspace("first");
      assertThat(held.take().connection().isOpen()).isTrue();
      assertThat(scene.server.observed().requests(FIRST)).hasSize(3);
    }
  }

  @Test
  void connectionThatTheSessionHasPartedWithIsNoneOfItsBusiness() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("first")) {
      HeldRequests held = new HeldRequests();
      scene.server.on(LOST, held);
      CompletableFuture<String> both = CompletableFuture.completedFuture("");
      for (int i = 0; i < 2; i++) {
        both =
            both.thenCombine(
                session
                    .executeAsync(soon(SimpleStatement.of("USE lost")))
                    .handle((rows, error) -> error.toString()),
                String::concat);
      }
      both.join();
      assertReplaced(scene, session, held.take());
      assertThat(scene.server.observed().requests(FIRST)).hasSize(2);
    }
  }
}
