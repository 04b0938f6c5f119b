package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class StreamedAnswersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Columns COLUMN = Columns.of("ks", "t").and("v", DataType.INT);
  private static final PagesRequest PAGES = new PagesRequest("SELECT pages");
  private static final CqlRequest QUICK = new CqlRequest("SELECT quick");

  private final TestClock clock = new TestClock();
  private final RecordingHandler handler = new RecordingHandler();
  private final RecordingStream stream = new RecordingStream();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.builder().versions(65, 66).start();
  }

  @AfterEach
  void stopServer() {
    server.close();
    server.observed().assertNoViolations();
  }

  private ContinuousPages pages(int count) {
    return ContinuousPages.of(COLUMN, count, 1, Cells::int32).serve(server, query("SELECT pages"));
  }

  private InvokedAgent agent(int maxInFlight) {
    return new InvokedAgent(
        new SelectorContext()
            .clock(clock)
            .heartbeats(Heartbeats.DEFAULT.withInterval(Duration.ZERO))
            .maxInFlight(maxInFlight));
  }

  private Connection connect(InvokedAgent agent) {
    return agent.connect(server.address(), ProtocolVersion.DSE_V2).connection;
  }

  private static List<Integer> upTo(int count) {
    return IntStream.rangeClosed(1, count).boxed().toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"DSE_V1", "DSE_V2"})
  void streamIdComesBackWithTheLastPageAndNotBefore(ProtocolVersion version) {
    ContinuousPages pages = pages(20).insteadOf(20, Exchange::silence);
    try (InvokedAgent agent = agent(1)) {
      Connection connection = agent.connect(server.address(), version).connection;
      long before = agent.count(SelectorCounter.RESPONSES);
      assertThat(PAGES.offer(connection, stream, TIMEOUT)).isZero();
      agent.driveUntil("the pages", () -> stream.pages.size() == 19);
      assertThat(stream.sent).isEqualTo(1);
      assertThat(connection.inFlight()).isEqualTo(1);
      assertThat(agent.agent.keptRequests()).isEqualTo(1);
      assertThat(QUICK.offer(connection, handler, 1)).isEqualTo(Offer.BUSY);

      pages.goOn();
      agent.driveUntil("the last page", () -> stream.ended);
      assertThat(stream.pages).isEqualTo(upTo(20));
      assertThat(stream.requestLength).isPositive();
      assertThat(connection.inFlight()).isZero();
      assertThat(agent.agent.keptRequests()).isZero();
      agent.drive(1);
      assertThat(agent.count(SelectorCounter.RESPONSES) - before).isEqualTo(20);
      assertThat(QUICK.offer(connection, handler, 1)).isZero();
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      clock.advance(TIMEOUT.multipliedBy(2));
      agent.drive(2);
      assertThat(agent.count(SelectorCounter.TIMEOUTS)).isZero();
      assertThat(agent.faults).isEmpty();
    }
  }

  @Test
  void otherRequestsAndStreamsAreAnsweredBetweenPages() {
    ContinuousPages pages = pages(10).insteadOf(5, Exchange::silence);
    HeldRequests held = new HeldRequests();
    server.on(query("SELECT slow"), held);
    RecordingStream other = new RecordingStream();
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      new CqlRequest("SELECT slow").offer(connection, handler, 1);
      PAGES.offer(connection, other, TIMEOUT);
      agent.driveUntil("pages", () -> stream.pages.size() == 4 && other.pages.size() == 4);
      agent.driveUntil("the request", () -> held.size() == 1);
      held.releaseAll(Void.INSTANCE);
      QUICK.offer(connection, handler, 2);
      agent.driveUntil("the answers", () -> handler.outcomes() == 2);
      assertThat(stream.streamId).isNotEqualTo(other.streamId);
      pages.goOn();
      agent.driveUntil("the ends", () -> stream.ended && other.ended);
      assertThat(stream.pages).isEqualTo(upTo(10));
      assertThat(other.pages).isEqualTo(upTo(10));
    }
  }

  @Test
  void eachPageHasTheWholeTimeFromTheOneBeforeOn() {
    ContinuousPages pages = pages(5);
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      pages.insteadOf(1, Exchange::silence);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("the request", () -> pages.streams() == 1);
      for (int page = 1; page <= 4; page++) {
        clock.advance(TIMEOUT.minusNanos(1));
        agent.drive(2);
        pages.goOnUpTo(page + 1);
        int expected = page;
        agent.driveUntil("a page", () -> stream.pages.size() == expected);
      }
      assertThat(stream.failures).isEmpty();
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(stream.failures).containsExactly(RequestFailure.Kind.TIMED_OUT);
    }
  }

  @Test
  void pagesAfterATimeoutAreDroppedUntilTheLastHasCome() {
    ContinuousPages pages = pages(6).insteadOf(3, Exchange::silence);
    try (InvokedAgent agent = agent(1)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("two pages", () -> stream.pages.size() == 2);
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(stream.failures).containsExactly(RequestFailure.Kind.TIMED_OUT);
      assertThat(agent.agent.keptRequests()).isZero();
      assertThat(connection.orphans()).isEqualTo(1);
      pages.goOnUpTo(6);
      agent.driveUntil("late pages", () -> agent.count(SelectorCounter.LATE_RESPONSES) == 3);
      assertThat(connection.inFlight()).isEqualTo(1);
      assertThat(QUICK.offer(connection, handler, 1)).isEqualTo(Offer.BUSY);
      pages.goOn();
      agent.driveUntil("the last page", () -> agent.count(SelectorCounter.LATE_RESPONSES) == 4);
      assertThat(connection.orphans()).isZero();
      assertThat(agent.count(SelectorCounter.ORPHANS)).isZero();
      assertThat(agent.count(SelectorCounter.TIMEOUTS)).isEqualTo(1);
      assertThat(agent.count(SelectorCounter.STRAY_RESPONSES)).isZero();
      assertThat(stream.pages).isEqualTo(upTo(2));
      assertThat(QUICK.offer(connection, handler, 1)).isZero();
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
    }
  }

  @Test
  void errorIsTheLastAnswerInTimeAndLate() {
    Error error = new Error(ErrorCode.SERVER_ERROR, "no more");
    pages(6).failAt(3, error);
    ContinuousPages late =
        ContinuousPages.of(COLUMN, 6, 1, Cells::int32)
            .insteadOf(2, Exchange::silence)
            .serve(server, query("SELECT late"));
    RecordingStream other = new RecordingStream();
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      new PagesRequest("SELECT late").offer(connection, other, TIMEOUT);
      agent.driveUntil("the error", () -> stream.ended && other.pages.size() == 1);
      assertThat(stream.errors).isEqualTo(1);
      assertThat(connection.inFlight()).isEqualTo(1);
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(other.failures).hasSize(1);
      late.failAt(2, error);
      late.goOnUpTo(2);
      agent.driveUntil("the late error", () -> connection.orphans() == 0);
      assertThat(connection.inFlight()).isZero();
      assertThat(other.errors).isZero();
      assertThat(agent.count(SelectorCounter.SERVER_FAILURES)).isEqualTo(1);
    }
  }

  @Test
  void lostConnectionFailsAStreamOnce() {
    pages(6).insteadOf(3, Exchange::reset);
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("the loss", () -> stream.ended);
      assertThat(stream.failures).containsExactly(RequestFailure.Kind.CONNECTION_LOST);
      assertThat(connection.inFlight()).isZero();
    }
  }

  @Test
  void endOfTheAgentFailsAStreamAndForgetsAnOrphan() {
    pages(6).insteadOf(3, Exchange::silence);
    RecordingStream other = new RecordingStream();
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, other, TIMEOUT);
      agent.driveUntil("two pages", () -> other.pages.size() == 2);
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(connection.orphans()).isEqualTo(1);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("two pages", () -> stream.pages.size() == 2);
      agent.end();
      assertThat(stream.failures).containsExactly(RequestFailure.Kind.CLOSED);
      assertThat(other.failures).containsExactly(RequestFailure.Kind.TIMED_OUT);
      assertThat(connection.orphans()).isZero();
    }
  }

  @Test
  void timeOfTheNextPageIsWhatTheHandlerSays() {
    ContinuousPages pages = pages(6).insteadOf(3, Exchange::silence);
    stream.onPage = page -> stream.connection.awaitNext(stream.streamId, Offer.NO_TIMEOUT);
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("two pages", () -> stream.pages.size() == 2);
      clock.advance(TIMEOUT.multipliedBy(100));
      agent.drive(2);
      assertThat(stream.ended).isFalse();
      connection.awaitNext(stream.streamId, TIMEOUT.toNanos());
      clock.advance(TIMEOUT.minusNanos(1));
      agent.drive(2);
      assertThat(stream.ended).isFalse();
      clock.advance(Duration.ofNanos(1));
      agent.drive(2);
      assertThat(stream.failures).containsExactly(RequestFailure.Kind.TIMED_OUT);
      pages.goOn();
      agent.driveUntil("the last page", () -> connection.inFlight() == 0);
    }
  }

  @Test
  void handlerThatThrowsGetsTheOtherPagesAllTheSame() {
    pages(4);
    stream.onPage =
        page -> {
          if (page == 2) {
            throw new IllegalStateException("page 2");
          }
        };
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("the end", () -> stream.ended);
      assertThat(stream.pages).isEqualTo(upTo(4));
      assertThat(agent.count(SelectorCounter.HANDLER_ERRORS)).isEqualTo(1);
      assertThat(agent.faults).hasSize(1);
      assertThat(connection.inFlight()).isZero();
    }
  }

  @Test
  void pageThatCannotBeReadIsNotTheLast() {
    server.on(
        query("SELECT pages"),
        exchange -> {
          exchange.replyAndGoOn(Void.INSTANCE);
          exchange.reply(RowsBuilder.rows(COLUMN).row(int32(1)).continuousPage(1, true).build());
        });
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      PAGES.offer(connection, stream, TIMEOUT);
      agent.driveUntil("the end", () -> stream.ended);
      assertThat(stream.pages).containsExactly(1);
      assertThat(connection.inFlight()).isZero();
    }
  }

  @Test
  void handlerOfOneAnswerIsRefusedAtOnce() {
    try (InvokedAgent agent = agent(10)) {
      Connection connection = connect(agent);
      assertThatThrownBy(() -> connection.offer(PAGES, handler, null, null, 1, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("RecordingHandler takes one; it must be a StreamHandler");
      assertThat(connection.inFlight()).isZero();
      assertThat(agent.agent.requestRingBytes()).isZero();
    }
  }

  @Test
  void requestThatIsSentDirectlyWaitsForAStreamIdAndNotForTheRing() {
    HeldRequests held = new HeldRequests();
    server.on(query("SELECT slow"), held);
    CqlRequest slow = new CqlRequest("SELECT slow");
    try (InvokedAgent agent = agent(1)) {
      Connection connection = connect(agent);
      slow.offer(connection, handler, 1);
      agent.driveUntil("the request", () -> held.size() == 1);
      // One stream id is left for what goes directly.
      connection.sendDirectly(slow, new RecordingHandler(), TIMEOUT.toNanos());
      RecordingHandler last = new RecordingHandler();
      connection.sendDirectly(QUICK, last, TIMEOUT.toNanos());
      agent.driveUntil("the second request", () -> held.size() == 2);
      assertThat(last.outcomes()).isZero();
      held.take().reply(Void.INSTANCE);
      agent.driveUntil("the answer", () -> last.outcomes() == 1);
      assertThat(last.opcodes).hasSize(1);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the end", () -> connection.inFlight() == 0);
    }
  }

  @Test
  void requestThatIsSentDirectlyIsToldOfItsTimeoutAndOfTheEnd() {
    server.on(query("SELECT slow"), new HeldRequests());
    CqlRequest slow = new CqlRequest("SELECT slow");
    RecordingHandler waiting = new RecordingHandler();
    RecordingHandler after = new RecordingHandler();
    try (InvokedAgent agent = agent(1)) {
      Connection connection = connect(agent);
      slow.offer(connection, new RecordingHandler(), 1);
      agent.drive(1);
      connection.sendDirectly(slow, handler, TIMEOUT.toNanos());
      connection.sendDirectly(QUICK, waiting, TIMEOUT.toNanos());
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(handler.failures).containsValue(RequestFailure.Kind.TIMED_OUT);
      assertThat(waiting.outcomes()).isZero();
      agent.end();
      connection.sendDirectly(QUICK, after, TIMEOUT.toNanos());
    }
    assertThat(waiting.failures).containsValue(RequestFailure.Kind.CLOSED);
    assertThat(after.failures).containsValue(RequestFailure.Kind.CLOSED);
  }
}
