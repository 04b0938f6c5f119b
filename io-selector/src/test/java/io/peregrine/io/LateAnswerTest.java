package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.server.Exchange;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LateAnswerTest extends CarriedTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final CqlRequest SLOW = new CqlRequest("SELECT slow");
  private static final CqlRequest QUICK = new CqlRequest("SELECT quick");

  private final TestClock clock = new TestClock();

  @BeforeEach
  void hold() {
    server.on(query("SELECT slow"), held);
  }

  private InvokedAgent agent(int maxInFlight, int maxOrphans) {
    return new InvokedAgent(
        carrier()
            .context()
            .clock(clock)
            .heartbeats(Heartbeats.DEFAULT.withInterval(Duration.ZERO))
            .maxInFlight(maxInFlight)
            .maxOrphans(maxOrphans));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void streamIdComesBackWithTheLateAnswerAndNotBefore(ProtocolVersion version) {
    try (InvokedAgent agent = agent(1, 10)) {
      Connection connection = agent.connect(server.address(), version).connection;
      assertThat(SLOW.offer(connection, handler, 1, TIMEOUT.toNanos())).isZero();
      agent.driveUntil("the request", () -> held.size() == 1);
      clock.advance(TIMEOUT.minusNanos(1));
      agent.drive(2);
      assertThat(handler.outcomes()).isZero();
      clock.advance(Duration.ofNanos(1));
      agent.drive(2);
      assertThat(handler.failures).containsEntry(1L, RequestFailure.Kind.TIMED_OUT);
      assertThat(handler.lastWasSent).isTrue();
      assertThat(handler.lastFailure)
          .contains("no answer from " + connection.remoteAddress())
          .contains("2000000 us for the server")
          .contains("1 requests in flight");
      assertThat(agent.count(SelectorCounter.TIMEOUTS)).isEqualTo(1);
      assertThat(agent.agent.keptRequests()).isZero();
      assertThat(connection.inFlight()).isEqualTo(1);
      assertThat(QUICK.offer(connection, handler, 2)).isEqualTo(Offer.BUSY);

      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the late answer", () -> agent.count(SelectorCounter.LATE_RESPONSES) == 1);
      assertThat(connection.inFlight()).isZero();
      assertThat(QUICK.offer(connection, handler, 2)).isEqualTo(Offer.ACCEPTED);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(2L));
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @Test
  void answerInTimeStopsTheClock() {
    try (InvokedAgent agent = agent(10, 10)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      for (int i = 0; i < 5; i++) {
        QUICK.offer(connection, handler, i, TIMEOUT.toNanos());
        int expected = i + 1;
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
        clock.advance(TIMEOUT.multipliedBy(2));
        agent.drive(2);
      }
      assertThat(handler.failures).isEmpty();
      assertThat(agent.count(SelectorCounter.TIMEOUTS)).isZero();
    }
  }

  @Test
  void eachRequestHasItsOwnDeadline() {
    try (InvokedAgent agent = agent(10, 10)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      for (int i = 5; i > 0; i--) {
        SLOW.offer(connection, handler, i, TIMEOUT.multipliedBy(i).toNanos());
      }
      SLOW.offer(connection, handler, 6);
      agent.driveUntil("the requests", () -> held.size() == 6);
      for (int i = 1; i <= 5; i++) {
        clock.advance(TIMEOUT);
        agent.drive(2);
        assertThat(handler.failures).hasSize(i).containsKey((long) i);
      }
      clock.advance(Duration.ofDays(9000));
      agent.drive(2);
      assertThat(handler.failures).hasSize(5);
      assertThat(connection.inFlight()).isEqualTo(6);
    }
    assertThat(handler.failures).containsEntry(6L, RequestFailure.Kind.CLOSED);
  }

  @Test
  void requestThatExpiresInTheRingIsNotSent() {
    try (InvokedAgent agent = agent(10, 10)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      QUICK.offer(connection, handler, 1, TIMEOUT.toNanos());
      clock.advance(TIMEOUT);
      agent.drive(1);
      assertThat(handler.failures).containsEntry(1L, RequestFailure.Kind.TIMED_OUT);
      assertThat(handler.lastWasSent).isFalse();
      assertThat(handler.lastFailure).contains("waited 2000000 us in the ring, was not sent");
      assertThat(connection.inFlight()).isZero();
    }
    assertThat(server.observed().requests(query("SELECT quick"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void tooManyOrphansDrainTheConnectionAndThenCloseIt(ProtocolVersion version) {
    try (InvokedAgent agent = agent(10, 2)) {
      RecordingListener listener = agent.connect(server.address(), version);
      Connection connection = listener.connection;
      for (int i = 0; i < 3; i++) {
        SLOW.offer(connection, handler, i, TIMEOUT.toNanos());
      }
      SLOW.offer(connection, handler, 3);
      List<Exchange> exchanges = new ArrayList<>();
      agent.driveUntil("the requests", () -> held.size() == 4);
      while (held.size() > 0) {
        exchanges.add(held.take());
      }
      clock.advance(TIMEOUT);
      QUICK.offer(connection, handler, 4);
      agent.drive(2);
      assertThat(handler.failures).hasSize(3);
      assertThat(connection.isReady()).isFalse();
      assertThat(listener.draining).isEqualTo(1);
      assertThat(listener.closed).isEmpty();
      assertThat(QUICK.offer(connection, handler, 5)).isEqualTo(Offer.NOT_CONNECTED);
      agent.driveUntil("the request before the drain", () -> handler.opcodes.containsKey(4L));
      assertThat(listener.closed).isEmpty();
      exchanges.get(3).reply(Void.INSTANCE);
      agent.driveUntil("the end", () -> !listener.closed.isEmpty());
      assertThat(handler.opcodes).containsOnlyKeys(3L, 4L);
      assertThat(listener.closed.get(0))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("more than 2 requests on it timed out and were never answered");
      assertThat(connection.inFlight()).isZero();
    }
  }

  @Test
  void connectionThatAHandlerWantsToEndTakesNothingMoreAndEndsWithWhatIsInFlight() {
    try (InvokedAgent agent = agent(10, 2)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      Connection connection = listener.connection;
      DriverException cause = new DriverException("enough");
      handler.afterwards = () -> connection.drain(cause);
      SLOW.offer(connection, handler, 1);
      agent.driveUntil("the request", () -> held.size() == 1);
      QUICK.offer(connection, handler, 2);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(2L));
      assertThat(QUICK.offer(connection, handler, 3)).isEqualTo(Offer.NOT_CONNECTED);
      assertThat(listener.draining).isEqualTo(1);
      agent.drive(3);
      assertThat(listener.closed).isEmpty();
      held.take().reply(Void.INSTANCE);
      agent.driveUntil("the end", () -> !listener.closed.isEmpty());
      assertThat(handler.opcodes).containsOnlyKeys(1L, 2L);
      assertThat(handler.failures).isEmpty();
      assertThat(listener.closed).containsExactly(cause);
      assertThat(listener.draining).isEqualTo(1);
    }
  }

  @Test
  void connectionWithNothingInFlightEndsAtOnce() {
    try (InvokedAgent agent = agent(10, 2)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      DriverException cause = new DriverException("enough");
      agent.agent.connections().run(() -> listener.connection.drain(cause));
      agent.driveUntil("the end", () -> !listener.closed.isEmpty());
      assertThat(listener.closed).containsExactly(cause);
    }
  }

  @Test
  void connectionThatHasNothingButOrphansIsReplacedHoweverFewItMayHave() {
    try (InvokedAgent agent = agent(4, 256)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      for (int i = 0; i < 4; i++) {
        SLOW.offer(listener.connection, handler, i, TIMEOUT.toNanos());
      }
      agent.driveUntil("the requests", () -> held.size() == 4);
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(handler.failures).hasSize(4);
      assertThat(listener.draining).isEqualTo(1);
      agent.driveUntil(
          "the end",
          () -> {
            clock.advance(Duration.ofMillis(1));
            return !listener.closed.isEmpty();
          });
      assertThat(listener.closed.get(0)).hasMessageContaining("more than 3 requests on it");
    }
  }

  @Test
  void requestsThatWaitInTheRingWhenTheDrainBeginsAreSent() {
    SelectorContext context =
        carrier()
            .context()
            .clock(clock)
            .heartbeats(Heartbeats.DEFAULT.withInterval(Duration.ZERO))
            .maxOrphans(1)
            .drainLimit(2);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      SLOW.offer(listener.connection, handler, 0, TIMEOUT.toNanos());
      SLOW.offer(listener.connection, handler, 1, TIMEOUT.toNanos());
      agent.driveUntil("the requests", () -> held.size() == 2);
      clock.advance(TIMEOUT);
      for (int i = 2; i < 10; i++) {
        assertThat(QUICK.offer(listener.connection, handler, i)).isZero();
      }
      agent.driveUntil("the drain", () -> listener.draining == 1);
      agent.driveUntil(
          "the end",
          () -> {
            clock.advance(Duration.ofMillis(1));
            return !listener.closed.isEmpty();
          });
      assertThat(handler.failures).containsOnlyKeys(0L, 1L);
      assertThat(handler.opcodes).hasSize(8);
      assertThat(listener.closed.get(0)).hasMessageContaining("was given up");
      assertThat(agent.count(SelectorCounter.CONNECTIONS_DRAINED)).isEqualTo(1);
    }
  }

  @Test
  void oldestOrphansAgeCountsFromItsTimeout() {
    try (InvokedAgent agent = agent(10, 10)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      SLOW.offer(connection, handler, 0, TIMEOUT.toNanos());
      SLOW.offer(connection, handler, 1, TIMEOUT.multipliedBy(2).toNanos());
      agent.driveUntil("the requests", () -> held.size() == 2);
      assertThat(connection.oldestOrphanAgeNanos()).isZero();
      clock.advance(TIMEOUT);
      agent.drive(1);
      clock.advance(TIMEOUT);
      agent.drive(1);
      assertThat(connection.orphans()).isEqualTo(2);
      assertThat(connection.oldestOrphanAgeNanos()).isEqualTo(TIMEOUT.toNanos());
      clock.advance(TIMEOUT);
      held.take().reply(Void.INSTANCE);
      agent.driveUntil("the late answer", () -> connection.orphans() == 1);
      assertThat(connection.oldestOrphanAgeNanos()).isEqualTo(TIMEOUT.toNanos());
      held.take().reply(Void.INSTANCE);
      agent.driveUntil("the late answer", () -> connection.orphans() == 0);
      assertThat(connection.oldestOrphanAgeNanos()).isZero();
      assertThat(connection.inFlight()).isZero();
    }
  }

  @Test
  void asManyOrphansAsAllowedDrainNothing() {
    try (InvokedAgent agent = agent(10, 2)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      SLOW.offer(connection, handler, 0, TIMEOUT.toNanos());
      SLOW.offer(connection, handler, 1, TIMEOUT.toNanos());
      agent.driveUntil("the requests", () -> held.size() == 2);
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(handler.failures).hasSize(2);
      assertThat(connection.isReady()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void secondAnswerIsAStrayAndHarmsNobody(ProtocolVersion version) {
    server.on(query("SELECT twice"), exchange -> exchange.replyTwice(Void.INSTANCE));
    try (InvokedAgent agent = agent(10, 2)) {
      Connection connection = agent.connect(server.address(), version).connection;
      new CqlRequest("SELECT twice").offer(connection, handler, 1);
      agent.driveUntil(
          "the second answer", () -> agent.count(SelectorCounter.STRAY_RESPONSES) == 1);
      assertThat(handler.opcodes).containsOnlyKeys(1L);
      assertThat(agent.faults).hasSize(1);
      assertThat(agent.faults.get(0)).hasMessageContaining("on which nothing was asked");
      QUICK.offer(connection, handler, 2);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(2L));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void unknownStreamIdsAreStrays(ProtocolVersion version) {
    int[] strangers = {9, 10, 32_767, -2, -32_768, -1};
    server.on(
        query("SELECT stray"),
        exchange -> {
          for (int stranger : strangers) {
            exchange.replyOn(stranger, Void.INSTANCE);
          }
          exchange.reply(Void.INSTANCE);
        });
    try (InvokedAgent agent = agent(10, 2)) {
      Connection connection = agent.connect(server.address(), version).connection;
      new CqlRequest("SELECT stray").offer(connection, handler, 1);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(1L));
      assertThat(agent.count(SelectorCounter.STRAY_RESPONSES)).isEqualTo(strangers.length);
      assertThat(connection.inFlight()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void eventsGoToTheListener(ProtocolVersion version) {
    try (InvokedAgent agent = agent(10, 2)) {
      RecordingListener listener = agent.connect(server.address(), version);
      server
          .observed()
          .openConnections()
          .get(0)
          .pushEvent(new StatusChangeEvent("UP", new InetSocketAddress("127.0.0.1", 9042)));
      agent.driveUntil("the event", () -> listener.events == 1);
      QUICK.offer(listener.connection, handler, 1);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(1L));
      assertThat(handler.opcodes).containsEntry(1L, Opcode.RESULT);
      assertThat(agent.faults).isEmpty();
    }
  }
}
