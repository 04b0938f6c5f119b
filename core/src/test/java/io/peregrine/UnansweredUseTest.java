package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.on;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Offer;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
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

  private static final Duration TIMEOUT = Duration.ofMillis(50);

  private final TestTime time = new TestTime();

  /** The ways to send a request. */
  private enum Sending {
    FUTURE {
      @Override
      CompletableFuture<String> failure(Session session, Statement<?> statement) {
        return session.executeAsync(statement).handle((rows, error) -> error.toString());
      }
    },
    HANDLER {
      @Override
      CompletableFuture<String> failure(Session session, Statement<?> statement) {
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
        return failure;
      }
    };

    /** Sends it, and tells its error once there is one. */
    abstract CompletableFuture<String> failure(Session session, Statement<?> statement);
  }

  private Scene scene;
  private Session session;

  private void open(ProtocolVersion version) {
    scene = Scene.open(version, time::drive);
    session = scene.cluster.connect("first");
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private void until(String what, BooleanSupplier condition) {
    TestTime.until(scene.cluster, what, condition);
  }

  /** Has the server keep a request until its time is over. */
  private Exchange timeOut(Sending sending, RequestMatcher kept, Statement<?> statement) {
    HeldRequests held = new HeldRequests();
    scene.server.on(kept, held);
    CompletableFuture<String> failure = sending.failure(session, statement.setTimeout(TIMEOUT));
    until("the request", () -> held.size() == 1);
    time.pass(TIMEOUT);
    until("the end of its time", failure::isDone);
    assertThat(failure.join()).contains("in time");
    return held.take();
  }

  /** Another connection, in the session's keyspace, is there instead. */
  private void assertReplaced(Exchange unanswered) {
    until("a USE by another", () -> scene.server.observed().requests(FIRST).size() == 2);
    until("the end of the old connection", () -> !unanswered.connection().isOpen());
    until("another one", () -> session.connectedNodes().size() == 1);
    assertThat(session.execute("q").all()).isEmpty();
    assertThat(session.keyspace()).contains("first");
  }

  @ParameterizedTest
  @EnumSource
  void connectionOfAUseThatIsNotAnsweredInTimeIsReplaced(Sending sending) {
    open(ProtocolVersion.V5);
    assertReplaced(timeOut(sending, LOST, SimpleStatement.of("USE lost")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n\tuse \"Lost\"", "/* the */ Use lost", "-- the\nUSE lost", "// the\nUSE lost;"})
  void useIsKnownHoweverItIsWritten(String text) {
    open(ProtocolVersion.V4);
    Statement<?> statement =
        SimpleStatement.of(text)
            .setCustomPayload(Map.of("USE", ByteBuffer.wrap(new byte[] {1, 2, 3})));
    assertReplaced(timeOut(Sending.HANDLER, LOST, statement));
  }

  @ParameterizedTest
  @EnumSource
  void useMayBePrepared(Sending sending) {
    open(ProtocolVersion.V5);
    BoundStatement statement = session.prepare("USE lost").bind();
    assertReplaced(timeOut(sending, execute("USE lost"), statement));
  }

  @ParameterizedTest
  @EnumSource
  void answerThatIsNoneToAUseSaysNothingOfTheKeyspaceEither(Sending sending) {
    open(ProtocolVersion.V5);
    HeldRequests held = new HeldRequests();
    scene.server.on(LOST, held);
    CompletableFuture<String> failure = sending.failure(session, SimpleStatement.of("USE lost"));
    until("the request", () -> held.size() == 1);
    Exchange asked = held.take();
    asked.reply(new Ready());
    until("an answer", failure::isDone);
    assertThat(failure.join()).contains("READY");
    assertReplaced(asked);
  }

  @Test
  void whatIsInFlightBesideItIsAnsweredAndNothingNewIsSent() {
    open(ProtocolVersion.V5);
    HeldRequests held = new HeldRequests();
    scene.server.on(query("beside"), held);
    ResponseFuture beside = session.executeAsync("beside");
    until("the request beside it", () -> held.size() == 1);
    AtomicReference<ResponseFuture> after = new AtomicReference<>();
    scene.server.on(LOST, Exchange::silence);
    ResponseFuture use =
        session
            .executeAsync(SimpleStatement.of("USE lost").setTimeout(TIMEOUT))
            .onError(error -> after.set(session.executeAsync("after")));
    until("the USE", () -> scene.server.observed().requests(LOST).size() == 1);
    time.pass(TIMEOUT);
    until("the end of its time", use::isDone);
    until("an end of what was asked then", () -> after.get().isDone());
    Exchange unanswered = held.take();
    assertThat(beside).isNotDone();
    assertThat(unanswered.connection().isOpen()).isTrue();
    assertThat(scene.server.observed().requests(on(unanswered.connection())))
        .noneMatch(query("after")::matches);
    unanswered.reply(Void.INSTANCE);
    assertThat(beside.result().all()).isEmpty();
    assertReplaced(unanswered);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"UPDATE lost SET v = 1", "user lost", "-- USE\nSELECT lost", " ", "--lost"})
  void otherRequestsThatAreNotAnsweredCostNoConnection(String text) {
    open(ProtocolVersion.V5);
    Exchange unanswered = timeOut(Sending.FUTURE, query(text), SimpleStatement.of(text));
    assertThat(session.execute("q").all()).isEmpty();
    session.setKeyspace("first");
    assertThat(unanswered.connection().isOpen()).isTrue();
    assertThat(scene.server.observed().requests(FIRST)).hasSize(3);
  }

  @Test
  void connectionThatTheSessionHasPartedWithIsNoneOfItsBusiness() {
    open(ProtocolVersion.V5);
    RequestMatcher other = query("USE another");
    scene.server.on(other, Exchange::silence);
    CompletableFuture<String> first =
        Sending.FUTURE.failure(session, SimpleStatement.of("USE another").setTimeout(TIMEOUT));
    until("the first request", () -> scene.server.observed().requests(other).size() == 1);
    Exchange unanswered = timeOut(Sending.FUTURE, LOST, SimpleStatement.of("USE lost"));
    until("the end of the first one's time, too", first::isDone);
    assertReplaced(unanswered);
    assertThat(scene.server.observed().requests(FIRST)).hasSize(2);
  }
}
