package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Observations;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A driver without threads: all of it runs on the test's own. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class InvokedTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void everythingRunsOnTheCallingThread(ProtocolVersion version) {
    try (Scene scene = Scene.open(version, ClusterBuilder::invoked)) {
      assertThat(AllocationProbe.threadsNamed("peregrine")).isEmpty();
      scene.server.define(SELECT, KEY, VALUE, 0);
      scene.server.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7)).row(int32(8))));
      BoundStatement select = scene.session.prepare(SELECT).bind(1);
      assertThat(scene.session.execute(select).all()).hasSize(2);
      Answers answers = new Answers();
      assertThat(scene.session.offer(select, answers, 5)).isEqualTo(Session.ACCEPTED);
      assertThat(answers.size()).isZero();
      Observations.driveUntil("an answer", () -> answers.size() == 1, scene.cluster::invoke);
      Answers.Answer answer = answers.take();
      assertThat(answer.thread()).isEqualTo(Thread.currentThread().getName());
      assertThat(answer.rows()).containsExactly(List.of(7), List.of(8));
      ResponseFuture future = scene.session.executeAsync("USE ks");
      Observations.driveUntil("an answer", future::isDone, scene.cluster::invoke);
      assertThat(future.join().all()).isEmpty();
      assertThat(AllocationProbe.threadsNamed("peregrine")).isEmpty();
    }
  }

  @Test
  void handlerCannotInvokeNorWait() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      AtomicReference<String> seen = new AtomicReference<>("");
      scene.session.offer(
          SimpleStatement.of("q"),
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              assertThatThrownBy(scene.cluster::invoke).isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> scene.session.execute("q"))
                  .isInstanceOf(BlockingCallException.class);
              assertThatThrownBy(scene.cluster::close).isInstanceOf(BlockingCallException.class);
              seen.set("refused");
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              seen.set(error.message());
            }
          },
          1);
      Observations.driveUntil("an answer", () -> !seen.get().isEmpty(), scene.cluster::invoke);
      assertThat(seen).hasValue("refused");
    }
  }

  @Test
  void closingFailsWhatIsInFlight() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      scene.server.on(query("never"), Exchange::silence);
      ResponseFuture sessions = scene.session.executeAsync("never");
      Session second = scene.cluster.connect();
      ResponseFuture clusters = second.executeAsync("never");
      scene.session.close();
      assertThatThrownBy(sessions::join).cause().isInstanceOf(SessionClosedException.class);
      scene.cluster.close();
      assertThatThrownBy(clusters::join).cause().isInstanceOf(ClusterClosedException.class);
      assertThatThrownBy(() -> second.execute("q")).isInstanceOf(ClusterClosedException.class);
      assertThat(second.offer(SimpleStatement.of("q"), new Answers(), 1)).isEqualTo(Session.CLOSED);
      assertThat(scene.cluster.invoke()).isZero();
    }
  }

  @Test
  void interruptedThreadRunsTheDriverAllTheSame() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      Answers answers = new Answers();
      Thread.currentThread().interrupt();
      try {
        scene.session.offer(SimpleStatement.of("q"), answers, 1);
        Observations.driveUntil("the answer", () -> answers.size() == 1, scene.cluster::invoke);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(answers.take().error()).isNull();
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void interruptedThreadStopsWaiting() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, ClusterBuilder::invoked)) {
      scene.server.on(query("never"), Exchange::silence);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> scene.session.execute("never"))
          .isInstanceOf(DriverInterruptedException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }
}
