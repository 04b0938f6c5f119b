package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.where;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.dse.protocol.internal.request.Revise;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.SelectorCounter;
import io.peregrine.io.SelectorCounters;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousPagingTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final ContinuousPagingOptions DEFAULTS = ContinuousPagingOptions.defaults();

  private static ContinuousPages pages(Scene scene, int count) {
    return ContinuousPages.of(VALUE, count, 3, Cells::int32).serve(scene.server, query("q"));
  }

  private static SimpleStatement q() {
    return SimpleStatement.of("q").setPageSize(3);
  }

  private static List<Integer> all(Iterable<Row> rows) {
    List<Integer> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.getInt("v")));
    return values;
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static int inFlight(Scene scene) {
    return scene.session.poolState().values().stream().mapToInt(PoolState::inFlight).sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"DSE_V1", "DSE_V2"})
  void allRowsOfAllPagesComeInOrder(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      ContinuousPages pages = pages(scene, 40);
      ContinuousResultSet result =
          scene.session.continuous().execute(q(), DEFAULTS.withMaxQueueSize(50));
      assertThat(result.columnDefinitions().name(0)).isEqualTo("v");
      assertThat(all(result)).isEqualTo(upTo(120));
      assertThat(result.one()).isNull();
      assertThat(result.pagingState()).isNull();
      assertThat(result.isStreaming()).isFalse();
      assertThat(pages.streams()).isEqualTo(1);
      assertThat(pages.cancels()).isZero();
      until("every stream id is free", () -> inFlight(scene) == 0);
    }
  }

  @Test
  void slowConsumerIsSentNoMorePagesThanFitIntoItsQueue() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 50);
      try (ContinuousResultSet result =
          scene.session.continuous().execute(q().setTimeout(Duration.ofSeconds(20)), DEFAULTS)) {
        int taken = 1;
        for (int i = 0; i < 150; i++) {
          assertThat(result.one().getInt(0)).isEqualTo(i);
          taken = i / 3 + 1;
          assertThat(pages.pagesSent()).isLessThanOrEqualTo(taken + 4);
        }
        assertThat(result.one()).isNull();
      }
      // Half of the queue is asked for at a time.
      assertThat(pages.revisions()).hasSizeBetween(20, 25);
      assertThat(pages.cancels()).isZero();
    }
  }

  @Test
  void noTimeCountsWhileTheServerMaySendNothing() {
    TestTime time = new TestTime();
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2, time::drive)) {
      pages(scene, 30);
      SelectorCounters counters = scene.cluster.agents().get(0).counters();
      long before = counters.get(SelectorCounter.RESPONSES);
      Duration timeout = Duration.ofSeconds(2);
      try (ContinuousResultSet result =
          scene.session.continuous().execute(q().setTimeout(timeout), DEFAULTS)) {
        TestTime.until(
            scene.cluster,
            "a full queue",
            () -> counters.get(SelectorCounter.RESPONSES) == before + 4);
        for (int i = 0; i < 3; i++) {
          time.pass(timeout);
          scene.cluster.invoke();
        }
        assertThat(result.isStreaming()).isTrue();
        assertThat(all(result)).isEqualTo(upTo(90));
      }
    }
  }

  @Test
  void serverThatCannotBeHeldBackIsCancelledWhenTheQueueIsFull() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V1)) {
      ContinuousPages pages = pages(scene, 1_000_000);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      until("the end", () -> !result.isStreaming());
      List<Integer> values = new ArrayList<>();
      assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
          .isInstanceOf(ContinuousPagingException.class)
          .hasMessageContaining(scene.server.address().toString())
          .hasMessageContaining("4 pages (maxQueueSize)")
          .hasMessageContaining("maxPagesPerSecond");
      // What had come before is there, and no page is missing.
      assertThat(values).hasSizeBetween(12, 15).isEqualTo(upTo(values.size()));
      until("the cancel", () -> pages.openStreams() == 0);
      until("every stream id is free", () -> inFlight(scene) == 0);
      assertThat(pages.cancels()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"DSE_V1", "DSE_V2"})
  void lastOfSoManyPagesSaysWhereToGoOn(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      ContinuousPages pages = pages(scene, 7);
      ContinuousPagingOptions four = DEFAULTS.withMaxPages(4);
      ContinuousResultSet first = scene.session.continuous().execute(q(), four);
      assertThat(all(first)).isEqualTo(upTo(12));
      PagingState state = first.pagingState();
      assertThat(state).isNotNull();
      ContinuousResultSet rest =
          scene.session.continuous().execute(q().setPagingState(state), four);
      assertThat(all(rest)).containsExactly(12, 13, 14, 15, 16, 17, 18, 19, 20);
      assertThat(rest.pagingState()).isNull();
      assertThat(pages.revisions()).isEmpty();
    }
  }

  @Test
  void morePagesThanMayComeAreNeverAskedFor() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 50);
      ContinuousResultSet result =
          scene.session.continuous().execute(q(), DEFAULTS.withMaxPages(9));
      assertThat(all(result)).isEqualTo(upTo(27));
      assertThat(pages.revisions().stream().mapToInt(revise -> revise.nextPages).sum())
          .isEqualTo(5);
    }
  }

  @Test
  void preparedStatementsPagesAreReadByItsColumns() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      Columns variable = Columns.of("ks", "t").and("k", DataType.INT);
      scene.server.define("p", variable, VALUE);
      ContinuousPages.of(VALUE, 9, 2, Cells::int32).serve(scene.server, execute("p"));
      BoundStatement bound = scene.session.prepare("p").bind(1);
      for (int i = 0; i < 3; i++) {
        assertThat(all(scene.session.continuous().execute(bound, DEFAULTS))).isEqualTo(upTo(18));
      }
    }
  }

  @Test
  void statementThatTheNodeHasForgottenIsPreparedAgain() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      scene.server.define("p", Columns.of("ks", "t").and("k", DataType.INT), VALUE);
      ContinuousPages pages =
          ContinuousPages.of(VALUE, 9, 2, Cells::int32).serve(scene.server, execute("p"));
      BoundStatement bound = scene.session.prepare("p").bind(1);
      scene.server.forgetPrepared();
      assertThat(all(scene.session.continuous().execute(bound, DEFAULTS))).isEqualTo(upTo(18));
      assertThat(pages.streams()).isEqualTo(1);
      until("every stream id is free", () -> inFlight(scene) == 0);
    }
  }

  @Test
  void errorComesBehindThePagesBeforeIt() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages =
          pages(scene, 9).failAt(3, new Error(ErrorCode.OVERLOADED, "too many"));
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      List<Integer> values = new ArrayList<>();
      assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("too many");
      assertThat(values).isEqualTo(upTo(6));
      assertThatThrownBy(result::one).isInstanceOf(OverloadedException.class);
      until("every stream id is free", () -> inFlight(scene) == 0);
      result.close();
      assertThat(pages.cancels()).isZero();
    }
  }

  @Test
  void serverThatSendsMoreThanItWasToldIsCancelled() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 1_000_000).sendMoreThanAskedFor();
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      until("the end", () -> !result.isStreaming());
      List<Integer> values = new ArrayList<>();
      assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
          .isInstanceOf(ContinuousPagingException.class)
          .hasMessageContaining("told that there was no room");
      assertThat(values).hasSizeBetween(12, 15).isEqualTo(upTo(values.size()));
      until("every stream id is free", () -> inFlight(scene) == 0);
      assertThat(pages.cancels()).isEqualTo(1);
    }
  }

  @Test
  void serverThatRefusesToSendMoreEndsTheRequestWithItsError() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 50);
      scene.server.once(
          where(f -> f.message instanceof Revise),
          e -> e.reply(new Error(ErrorCode.OVERLOADED, "not more")));
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      List<Integer> values = new ArrayList<>();
      assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
          .isInstanceOf(OverloadedException.class);
      assertThat(values).isEqualTo(upTo(values.size())).hasSizeBetween(6, 12);
      until("every stream id is free", () -> inFlight(scene) == 0);
      assertThat(pages.cancels()).isEqualTo(1);
    }
  }

  @Test
  void anyQueueGivesAllRowsOrTheFirstOfThem() {
    Random random = new Random(20261127);
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 40);
      for (int i = 0; i < 200; i++) {
        int maxPages = random.nextInt(60);
        int given = 3 * (maxPages == 0 ? 40 : Math.min(40, maxPages));
        ContinuousResultSet result =
            scene
                .session
                .continuous()
                .execute(
                    q(), DEFAULTS.withMaxPages(maxPages).withMaxQueueSize(2 + random.nextInt(9)));
        if (random.nextBoolean()) {
          assertThat(all(result)).isEqualTo(upTo(given));
        } else {
          int taken = random.nextInt(given);
          for (int j = 0; j < taken; j++) {
            assertThat(result.one().getInt(0)).isEqualTo(j);
          }
          result.close();
        }
      }
      until("every stream id is free", () -> inFlight(scene) == 0);
      assertThat(pages.openStreams()).isZero();
    }
  }

  @Test
  void errorInThePlaceOfTheFirstPageIsThrownAtOnce() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      pages(scene, 9).failAt(1, new Error(ErrorCode.SYNTAX_ERROR, "no such word"));
      assertThatThrownBy(() -> scene.session.continuous().execute(q(), DEFAULTS))
          .isInstanceOf(SyntaxException.class);
    }
  }

  @Test
  void answerThatIsNoPageEndsTheResult() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      scene.server.on(query("q"), Void.INSTANCE);
      assertThat(all(scene.session.continuous().execute(q(), DEFAULTS))).isEmpty();
      scene.server.on(query("q"), e -> e.reply(rows(VALUE).row(int32(1))));
      assertThat(all(scene.session.continuous().execute(q(), DEFAULTS))).containsExactly(1);
    }
  }

  @Test
  void missingPageIsNoticedAndTheRestCancelled() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      scene.server.on(
          query("q"),
          exchange -> {
            exchange.replyAndGoOn(rows(VALUE).row(int32(0)).continuousPage(1, false).build());
            exchange.reply(rows(VALUE).row(int32(2)).continuousPage(3, true).build());
          });
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      assertThatThrownBy(() -> all(result))
          .isInstanceOf(ContinuousPagingException.class)
          .hasMessageContaining("page 3 in the place of page 2");
    }
  }
}
