package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class OfferTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void eachAnswerGoesWithItsCorrelationId(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(
          query("double ?"),
          e -> {
            int asked = ((Query) e.request().message()).options.positionalValues.get(0).getInt(0);
            e.reply(rows(VALUE).row(int32(2 * asked)).row(int32(asked)));
          });
      Answers answers = new Answers();
      for (int i = 0; i < 1_000; i++) {
        SimpleStatement statement = SimpleStatement.of("double ?", i);
        while (scene.session.offer(statement, answers, 1_000_000L + i) != Session.ACCEPTED) {
          Thread.onSpinWait();
        }
      }
      Map<Long, List<List<Object>>> byId = new TreeMap<>();
      for (int i = 0; i < 1_000; i++) {
        Answers.Answer answer = answers.take();
        assertThat(answer.error()).isNull();
        assertThat(answer.thread()).startsWith("peregrine-selector");
        assertThat(byId.put(answer.correlationId(), answer.rows())).isNull();
      }
      for (int i = 0; i < 1_000; i++) {
        assertThat(byId.get(1_000_000L + i)).containsExactly(List.of(2 * i), List.of(i));
      }
      assertThat(answers.size()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void errorsTellTheirCodes(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      Answers answers = new Answers();
      scene.server.on(query("fails"), new Error(ErrorCode.OVERLOADED, "busy"));
      scene.server.on(query("never"), Exchange::silence);
      scene.server.on(query("lost"), Exchange::close);
      scene.session.offer(SimpleStatement.of("fails"), answers, 1);
      assertThat(answers.take().code()).isEqualTo(ErrorCode.OVERLOADED);
      scene.session.offer(
          SimpleStatement.of("never").setTimeout(Duration.ofMillis(20)), answers, 2);
      Answers.Answer late = answers.take();
      assertThat(late.code()).isEqualTo(ErrorView.TIMED_OUT);
      assertThat(late.error()).isInstanceOf(OperationTimedOutException.class);
      scene.session.offer(SimpleStatement.of("lost"), answers, 3);
      Answers.Answer lost = answers.take();
      assertThat(lost.code()).isEqualTo(ErrorView.CONNECTION_LOST);
      assertThat(lost.error()).isInstanceOf(RequestAbortedException.class);
      assertThat(answers.size()).isZero();
    }
  }

  @Test
  void handlerThatThrowsHarmsNobodyElse() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      AtomicInteger calls = new AtomicInteger();
      RequestHandler throwing =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              calls.incrementAndGet();
              throw new IllegalStateException("on purpose");
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              calls.addAndGet(1_000);
              throw new io.peregrine.codec.MalformedMessageException("on purpose", 0, "thrown");
            }
          };
      Answers answers = new Answers();
      scene.server.on(query("fails"), new Error(ErrorCode.INVALID, "no"));
      scene.session.offer(SimpleStatement.of("throws"), throwing, 1);
      scene.session.offer(SimpleStatement.of("fails"), throwing, 2);
      scene.session.offer(SimpleStatement.of("fine"), answers, 3);
      assertThat(answers.take().correlationId()).isEqualTo(3);
      assertThat(calls).hasValue(1_001);
      assertThat(scene.session.execute("fine").all()).isEmpty();
    }
  }

  @Test
  void handlerMayOffer() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Answers answers = new Answers();
      SimpleStatement next = SimpleStatement.of("next");
      RequestHandler chaining =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              RequestHandler then = correlationId == 100 ? answers : this;
              if (scene.session.offer(next, then, correlationId + 1) != Session.ACCEPTED) {
                throw new AssertionError("refused");
              }
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              answers.onError(correlationId, error);
            }
          };
      scene.session.offer(next, chaining, 1);
      assertThat(answers.take().correlationId()).isEqualTo(101);
    }
  }

  @Test
  void handlerThatInterruptsItsThreadDoesNotEndTheDriver() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Answers answers = new Answers();
      RequestHandler interrupting =
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              Thread.currentThread().interrupt();
              answers.onRows(correlationId, rows);
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              answers.onError(correlationId, error);
            }
          };
      for (int i = 0; i < 10; i++) {
        assertThat(scene.session.offer(SimpleStatement.of("q"), interrupting, i))
            .isEqualTo(Session.ACCEPTED);
        assertThat(answers.take().error()).isNull();
      }
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void fullConnectionIsBusyUntilAnAnswerComes() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.maxRequestsPerConnection(4))) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      Answers answers = new Answers();
      SimpleStatement statement = SimpleStatement.of("held").setTimeout(Duration.ofMillis(50));
      SimpleStatement patient = SimpleStatement.of("held").setTimeout(Duration.ZERO);
      for (int i = 0; i < 4; i++) {
        assertThat(scene.session.offer(patient, answers, i)).isEqualTo(Session.ACCEPTED);
      }
      assertThat(scene.session.offer(patient, answers, 5)).isEqualTo(Session.BUSY);
      assertThat(scene.session.executeAsync(patient))
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(BackPressureException.class)
          .withMessageContaining("4 in flight");
      assertThatThrownBy(() -> scene.session.execute(statement))
          .isInstanceOf(BackPressureException.class);
      AtomicReference<@Nullable Object> waited = new AtomicReference<>();
      Thread waiting =
          new Thread(() -> waited.set(scene.session.execute(SimpleStatement.of("free"))));
      waiting.start();
      held.take().reply(Void.INSTANCE);
      assertThat(answers.take().correlationId()).isZero();
      waiting.join();
      assertThat(waited.get()).isNotNull();
      for (int i = 0; i < 3; i++) {
        held.take().reply(Void.INSTANCE);
        answers.take();
      }
    }
  }

  @Test
  void lostNodeIsNotConnected() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.goDown();
      Answers answers = new Answers();
      SimpleStatement statement = SimpleStatement.of("q");
      int accepted = 0;
      long result = scene.session.offer(statement, answers, 0);
      while (result != Session.NOT_CONNECTED) {
        accepted += result == Session.ACCEPTED ? 1 : 0;
        result = scene.session.offer(statement, answers, 0);
      }
      for (int i = 0; i < accepted; i++) {
        assertThat(answers.take().code()).isIn(ErrorView.CONNECTION_LOST, ErrorView.NOT_CONNECTED);
      }
      scene.server.startListening();
    }
  }

  @Test
  void closedSessionTakesNothing() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.session.close();
      assertThat(scene.session.offer(SimpleStatement.of("q"), new Answers(), 0))
          .isEqualTo(Session.CLOSED);
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void clusterClosedWithoutANodeIsClosedAndNotUnconnected() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.goDown();
      while (!scene.session.connectedNodes().isEmpty()) {
        Thread.onSpinWait();
      }
      scene.cluster.close();
      assertThat(scene.session.offer(SimpleStatement.of("q"), new Answers(), 0))
          .isEqualTo(Session.CLOSED);
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isInstanceOf(ClusterClosedException.class);
    }
  }

  @Test
  void missingHandlerIsToldAtOnce() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      assertThatThrownBy(() -> scene.session.offer(SimpleStatement.of("q"), missing(), 0))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("handler");
    }
  }

  @SuppressWarnings("NullAway")
  private static RequestHandler missing() {
    return null;
  }

  @Test
  void requestsThatAreGivenUpAreCountedOut() {
    try (Scene scene = Scene.open(ProtocolVersion.V4, b -> b.maxRequestsPerConnection(2))) {
      Answers answers = new Answers();
      for (int i = 0; i < 100; i++) {
        scene.session.offer(SimpleStatement.of("q"), answers, i);
        Answers.Answer answer = answers.take();
        assertThat(answer.error()).isNull();
        assertThat(answer.correlationId()).isEqualTo(i);
      }
    }
  }
}
