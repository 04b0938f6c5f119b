package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class TimeoutsTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void timeoutTellsWhoDidNotAnswerAndWhatWasWaitedFor(ProtocolVersion version) {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(1);
    try (Scene scene = Scene.open(version, time::drive)) {
      scene.server.on(query("never"), Exchange::silence);
      ResponseFuture never =
          scene.session.executeAsync(SimpleStatement.of("never").setTimeout(timeout));
      time.pass(Duration.ofMillis(7));
      TestTime.until(
          scene.cluster,
          "the question",
          () -> !scene.server.observed().requests(query("never")).isEmpty());
      time.pass(timeout.minusMillis(7));
      assertThatThrownBy(never::result)
          .isInstanceOf(OperationTimedOutException.class)
          .hasMessageContaining(scene.server.address().toString())
          .hasMessageContaining("7000 us in the ring")
          .hasMessageContaining("993000 us for the server")
          .hasMessageContaining("requests in flight")
          .hasMessageContaining("may still take effect");
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void timeoutOfTheClusterHoldsWhereTheStatementHasNone() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> b.requestTimeout(Duration.ofMillis(50)))) {
      scene.server.on(query("never"), Exchange::silence);
      assertThatThrownBy(() -> scene.session.execute("never"))
          .isInstanceOf(OperationTimedOutException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void lateAnswerGoesToNobody(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("late"), held);
      SimpleStatement late = SimpleStatement.of("late").setTimeout(Duration.ofMillis(20));
      // One whose time is over before its turn comes is not sent at all.
      while (held.size() < 20) {
        assertThatThrownBy(() -> scene.session.execute(late))
            .isInstanceOf(OperationTimedOutException.class);
      }
      // As many requests as have timed out, each with an answer of its own.
      scene.server.on(query("q"), e -> e.reply(rows(VALUE).row(int32(2))));
      for (int i = 0; i < 20; i++) {
        held.take().reply(rows(VALUE).row(int32(1)));
        Row row = scene.session.execute("q").one();
        assertThat(row).isNotNull();
        assertThat(row.getInt(0)).isEqualTo(2);
      }
    }
  }

  @Test
  void veryLongTimeoutIsNoError() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      SimpleStatement patient =
          SimpleStatement.of("q").setTimeout(Duration.ofSeconds(Long.MAX_VALUE));
      assertThat(scene.session.execute(patient).all()).isEmpty();
      assertThat(scene.session.execute(patient.setTimeout(Duration.ZERO)).all()).isEmpty();
    }
  }
}
