package io.peregrine;

import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Observations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How continuous paging ends early, and what goes on beside it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousEndsTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final ContinuousPagingOptions DEFAULTS = ContinuousPagingOptions.defaults();

  private static ContinuousPages pages(Scene scene, int count) {
    return ContinuousPages.of(VALUE, count, 1, Cells::int32).serve(scene.server, query("q"));
  }

  private static SimpleStatement q() {
    return SimpleStatement.of("q").setPageSize(1);
  }

  private static List<Integer> upTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static int inFlight(Scene scene) {
    return scene.session.poolState().values().stream().mapToInt(PoolState::inFlight).sum();
  }

  private static int orphaned(Scene scene) {
    return scene.session.poolState().values().stream().mapToInt(PoolState::orphaned).sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"DSE_V1", "DSE_V2"})
  void cancelDropsTheRestAndGivesTheStreamIdBack(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      ContinuousPages pages = pages(scene, 1_000_000);
      ContinuousResultSet result =
          scene.session.continuous().execute(q(), DEFAULTS.withMaxQueueSize(1_000_000));
      for (int i = 0; i < 10; i++) {
        assertThat(result.one().getInt(0)).isEqualTo(i);
      }
      assertThat(result.isStreaming()).isTrue();
      result.cancel();
      assertThat(result.isStreaming()).isFalse();
      assertThat(result.one()).isNull();
      until("the server to have ended", () -> pages.openStreams() == 0);
      until("every stream id is free", () -> inFlight(scene) == 0);
      assertThat(pages.cancels()).isEqualTo(1);
      assertThat(orphaned(scene)).isZero();
    }
  }

  @Test
  void cancelOfWhatHasEndedIsRefusedAndCloseIsNot() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 2);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      until("the end", () -> !result.isStreaming());
      assertThatThrownBy(result::cancel)
          .isInstanceOf(ContinuousPagingException.class)
          .hasMessageContaining("nothing to cancel");
      result.close();
      // Its rows are there all the same.
      assertThat(result).hasSize(2);
      assertThat(pages.cancels()).isZero();

      pages.insteadOf(2, Exchange::silence);
      ContinuousResultSet cancelled = scene.session.continuous().execute(q(), DEFAULTS);
      cancelled.cancel();
      cancelled.close();
      assertThatThrownBy(cancelled::cancel).isInstanceOf(ContinuousPagingException.class);
      until("every stream id is free", () -> inFlight(scene) == 0);
      assertThat(pages.cancels()).isEqualTo(1);
    }
  }

  @Test
  void streamIdOfACancelledRequestThatTheServerDoesNotEndIsNotUsedAgain() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2, time::drive)) {
      ContinuousPages pages = pages(scene, 100).sayNothingAfterCancel();
      ContinuousResultSet result =
          scene.session.continuous().execute(q().setTimeout(timeout), DEFAULTS);
      result.cancel();
      TestTime.until(scene.cluster, "the cancel", () -> pages.cancels() == 1);
      assertThat(orphaned(scene)).isZero();
      time.pass(timeout);
      TestTime.until(scene.cluster, "an orphan", () -> orphaned(scene) == 1);
      // The server calls it a violation if its stream id is taken.
      for (int i = 0; i < 50; i++) {
        scene.session.execute("other");
      }
      assertThat(inFlight(scene)).isEqualTo(1);
    }
  }

  @Test
  void waitingThreadReturnsWhenAnotherOneCancels() throws Exception {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 9).insteadOf(3, Exchange::silence);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      List<Integer> values = new ArrayList<>();
      CompletableFuture<?> reader =
          CompletableFuture.runAsync(
              () -> result.forEach(row -> values.add(row.getInt(0))),
              task -> new Thread(task, "reader").start());
      until("two pages", () -> pages.pagesSent() == 2);
      result.cancel();
      reader.get();
      assertThat(values.size()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void rowThatAnIteratorHasPromisedIsThereAfterACancelToo() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      pages(scene, 9).insteadOf(3, Exchange::silence);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      Iterator<Row> rows = result.iterator();
      assertThat(rows.hasNext()).isTrue();
      result.cancel();
      assertThat(rows.next()).isNotNull();
      assertThat(rows.hasNext()).isFalse();
      assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void lostConnectionIsToldBehindThePagesBeforeIt() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 9).insteadOf(3, Exchange::close);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      List<Integer> values = new ArrayList<>();
      assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
          .isInstanceOf(RequestAbortedException.class)
          .hasMessageContaining(scene.server.address().toString());
      assertThat(values).isEqualTo(upTo(2));
      assertThat(pages.cancels()).isZero();
    }
  }

  @Test
  void pageThatDoesNotComeInTimeEndsTheRequestAtTheServerToo() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2, time::drive)) {
      ContinuousPages pages = pages(scene, 9).insteadOf(3, Exchange::silence);
      ContinuousResultSet result =
          scene.session.continuous().execute(q().setTimeout(timeout), DEFAULTS);
      assertThat(result.one().getInt(0)).isEqualTo(0);
      assertThat(result.one().getInt(0)).isEqualTo(1);
      // The time of the third page begins when the agent has heard that the second one was taken.
      scene.cluster.invoke();
      time.pass(timeout);
      assertThatThrownBy(result::one)
          .isInstanceOf(OperationTimedOutException.class)
          .hasMessageContaining(scene.server.address().toString());
      TestTime.until(scene.cluster, "the cancel", () -> pages.cancels() == 1);
      TestTime.until(scene.cluster, "every stream id is free", () -> inFlight(scene) == 0);
      assertThat(orphaned(scene)).isZero();
    }
  }

  @Test
  void closedSessionEndsIt() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      pages(scene, 9).insteadOf(3, Exchange::silence);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      scene.session.close();
      List<Integer> values = new ArrayList<>();
      assertThatThrownBy(() -> result.forEach(row -> values.add(row.getInt(0))))
          .isInstanceOf(SessionClosedException.class);
      assertThat(values).hasSizeLessThanOrEqualTo(2);
      result.close();
      assertThatThrownBy(() -> scene.session.continuous().execute(q(), DEFAULTS))
          .isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void twoStreamsAndOrdinaryRequestsShareAConnection() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 60);
      ContinuousResultSet one = scene.session.continuous().execute(q(), DEFAULTS);
      ContinuousResultSet other =
          scene.session.continuous().execute(q(), DEFAULTS.withMaxQueueSize(2));
      for (int i = 0; i < 60; i++) {
        assertThat(one.one().getInt(0)).isEqualTo(i);
        assertThat(scene.session.execute("between").all()).isEmpty();
        assertThat(other.one().getInt(0)).isEqualTo(i);
      }
      assertThat(one.one()).isNull();
      assertThat(other.one()).isNull();
      assertThat(pages.streams()).isEqualTo(2);
      until("every stream id is free", () -> inFlight(scene) == 0);
    }
  }

  @Test
  void waitingForAPageIsRefusedOnTheDriversThread() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2)) {
      ContinuousPages pages = pages(scene, 9).insteadOf(2, Exchange::silence);
      ContinuousResultSet result = scene.session.continuous().execute(q(), DEFAULTS);
      assertThat(result.one()).isNotNull();
      HeldRequests held = new HeldRequests();
      scene.server.on(query("other"), held);
      AtomicReference<Throwable> error = new AtomicReference<>();
      scene
          .session
          .executeAsync("other")
          .thenRun(result::one)
          .whenComplete((done, e) -> error.set(e == null ? new AssertionError() : e.getCause()));
      held.take().reply(Void.INSTANCE);
      until("the refusal", () -> error.get() != null);
      assertThat(error.get()).isInstanceOf(BlockingCallException.class);
      pages.goOn();
      assertThat(result).hasSize(8);
    }
  }

  @Test
  void callersOwnThreadBringsItsPages() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2);
        Session session = scene.cluster.connect(ConnectOptions.callerRuns())) {
      ContinuousPages pages = pages(scene, 50);
      List<Integer> values = new ArrayList<>();
      session.continuous().execute(q(), DEFAULTS).forEach(row -> values.add(row.getInt(0)));
      assertThat(values).isEqualTo(upTo(50));
      ContinuousResultSet result = session.continuous().execute(q(), DEFAULTS);
      result.cancel();
      Observations.driveUntil("the end", () -> pages.openStreams() == 0, session::invoke);
      Observations.driveUntil(
          "every stream id is free",
          () -> session.poolState().values().stream().allMatch(s -> s.inFlight() == 0),
          session::invoke);
    }
  }

  @Test
  void clusterWithoutThreadsBringsPagesToo() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2, ClusterBuilder::invoked)) {
      pages(scene, 50);
      List<Integer> values = new ArrayList<>();
      scene.session.continuous().execute(q(), DEFAULTS).forEach(row -> values.add(row.getInt(0)));
      assertThat(values).isEqualTo(upTo(50));
    }
  }
}
