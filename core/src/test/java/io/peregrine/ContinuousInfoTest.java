package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of pages that come without being asked for, beside their rows. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousInfoTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final ContinuousPagingOptions DEFAULTS = ContinuousPagingOptions.defaults();
  private static final UUID TRACE = UUID.fromString("6f1f1c80-cb7d-11f0-8de9-0242ac120002");

  private Scene scene;

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.DSE_V2);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private static Message page(int number, boolean last) {
    return rows(VALUE).row(int32(number)).continuousPage(number, last).build();
  }

  private static ByteBuffer bytes(int value) {
    return ByteBuffer.wrap(new byte[] {(byte) value});
  }

  @Test
  void eachPageTellsWhatItsAnswerSaidBesideTheRows() {
    scene.server.on(
        query("q"),
        exchange -> {
          exchange.withWarnings("one", "two").withTracingId(TRACE);
          exchange.withCustomPayload(Map.of("key", bytes(1)));
          exchange.replyAndGoOn(page(1, false));
          exchange.withWarnings().withTracingId(null).withCustomPayload(Map.of());
          exchange.replyAndGoOn(page(2, false));
          exchange.withWarnings("three").withCustomPayload(Map.of("key", bytes(3)));
          exchange.reply(page(3, true));
        });
    SimpleStatement statement = SimpleStatement.of("q").setPageSize(1);
    ContinuousResultSet result = scene.session.continuous().execute(statement, DEFAULTS);

    ExecutionInfo first = result.executionInfo();
    assertThat(result.one().getInt(0)).isEqualTo(1);
    assertThat(first).isSameAs(result.executionInfo());
    assertThat(first.warnings()).containsExactly("one", "two");
    assertThat(first.tracingId()).isEqualTo(TRACE);
    assertThat(first.incomingPayload()).containsExactly(Map.entry("key", bytes(1)));

    assertThat(result.one().getInt(0)).isEqualTo(2);
    ExecutionInfo second = result.executionInfo();
    assertThat(second.warnings()).isEmpty();
    assertThat(second.incomingPayload()).isEmpty();
    assertThat(second.tracingId()).as("the trace of the request").isEqualTo(TRACE);

    assertThat(result.one().getInt(0)).isEqualTo(3);
    ExecutionInfo third = result.executionInfo();
    assertThat(third.warnings()).containsExactly("three");
    assertThat(third.incomingPayload()).containsExactly(Map.entry("key", bytes(3)));

    assertThat(result.one()).isNull();
    assertThat(result.executionInfo()).isSameAs(third);
  }

  @Test
  void nodeAndSizesAndTimeAreTold() {
    ContinuousPages.of(VALUE, 2, 1, Cells::int32).serve(scene.server, query("q"));
    SimpleStatement statement = SimpleStatement.of("q").setPageSize(1);
    ContinuousResultSet result = scene.session.continuous().execute(statement, DEFAULTS);
    ExecutionInfo first = result.executionInfo();
    assertThat(result).hasSize(2);
    ExecutionInfo second = result.executionInfo();

    Node node = scene.session.connectedNodes().get(0);
    for (ExecutionInfo info : new ExecutionInfo[] {first, second}) {
      assertThat(info.statement()).isSameAs(statement);
      assertThat(info.coordinator()).isSameAs(node);
      assertThat(info.attemptedNodes()).containsExactly(node);
      assertThat(info.failedAttempts()).isEmpty();
      assertThat(info.speculativeExecutions()).isZero();
      // A header, and what is of the text and the rows at least.
      assertThat(info.requestBytes()).isGreaterThan(9 + 1);
      assertThat(info.responseBytes()).isGreaterThan(9 + 4);
      assertThat(info.tracingId()).isNull();
      assertThat(info.queryTrace()).isEmpty();
    }
    assertThat(first.duration()).isPositive();
    assertThat(second.duration()).isGreaterThanOrEqualTo(first.duration());
  }

  @Test
  void answerWithoutRowsTellsItToo() {
    scene.server.on(
        query("q"),
        exchange -> exchange.withWarnings("nothing").withTracingId(TRACE).reply(Void.INSTANCE));
    ContinuousResultSet result =
        scene.session.continuous().execute(SimpleStatement.of("q").setPageSize(1), DEFAULTS);
    assertThat(result).isEmpty();
    assertThat(result.executionInfo().warnings()).containsExactly("nothing");
    assertThat(result.executionInfo().tracingId()).isEqualTo(TRACE);
    assertThat(result.executionInfo().coordinator()).isNotNull();
  }

  @Test
  void requestThatWasSentAgainHasItsSize() {
    scene.server.define("p", Columns.of("ks", "t").and("k", DataType.INT), VALUE);
    ContinuousPages.of(VALUE, 2, 1, Cells::int32).serve(scene.server, execute("p"));
    BoundStatement bound = scene.session.prepare("p").bind(1);
    bound.setPageSize(1).setTimeout(Duration.ofSeconds(30));
    ContinuousResultSet known = scene.session.continuous().execute(bound, DEFAULTS);
    assertThat(known).hasSize(2);
    scene.server.forgetPrepared();
    ContinuousResultSet forgotten = scene.session.continuous().execute(bound, DEFAULTS);
    assertThat(forgotten).hasSize(2);
    assertThat(forgotten.executionInfo().requestBytes())
        .isEqualTo(known.executionInfo().requestBytes());
  }
}
