package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeartbeatTest extends CarriedTest {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TICK = Duration.ofNanos(1);
  private static final CqlRequest SLOW = new CqlRequest("SELECT slow");
  private static final CqlRequest QUICK = new CqlRequest("SELECT quick");

  private final TestClock clock = new TestClock();

  @BeforeEach
  void hold() {
    server.on(query("SELECT slow"), held);
  }

  private SelectorContext context() {
    return carrier().context().clock(clock).heartbeats(new Heartbeats(INTERVAL, TIMEOUT));
  }

  private int asked() {
    return server.observed().requests(opcode(Opcode.OPTIONS)).size() - 1;
  }

  private void answerHeartbeat(InvokedAgent agent, int number) {
    long read = agent.count(SelectorCounter.BYTES_READ);
    agent.driveUntil("a heartbeat", () -> asked() == number);
    agent.driveUntil("its answer", () -> agent.count(SelectorCounter.BYTES_READ) > read);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void silentConnectionIsAskedAfterTheIntervalAndLivesOn(ProtocolVersion version) {
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.connect(server.address(), version);
      for (int i = 1; i <= 3; i++) {
        clock.advance(INTERVAL.minus(TICK));
        agent.drive(3);
        assertThat(agent.count(SelectorCounter.HEARTBEATS)).isEqualTo(i - 1);
        clock.advance(TICK);
        answerHeartbeat(agent, i);
        assertThat(agent.count(SelectorCounter.HEARTBEATS)).isEqualTo(i);
        assertThat(listener.connection.inFlight()).isZero();
      }
      clock.advance(TIMEOUT);
      agent.drive(3);
      assertThat(listener.connection.isReady()).isTrue();
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void halfOpenConnectionEndsWithItsHeartbeat(ProtocolVersion version) {
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.connect(server.address(), version);
      server.goSilent();
      QUICK.offer(listener.connection, handler, 1);
      agent.drive(1);
      clock.advance(INTERVAL);
      agent.driveUntil("the heartbeat", () -> asked() == 1);
      clock.advance(TIMEOUT.minus(TICK));
      agent.drive(3);
      assertThat(listener.closed).isEmpty();
      clock.advance(TICK);
      agent.drive(1);
      assertThat(listener.closed).hasSize(1);
      assertThat(listener.closed.get(0))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("nothing came from the server for 35000 ms")
          .hasMessageContaining("heartbeat within 5000 ms");
      assertThat(handler.failures).containsEntry(1L, RequestFailure.Kind.CONNECTION_LOST);
      assertThat(agent.count(SelectorCounter.MISSED_HEARTBEATS)).isEqualTo(1);
    }
  }

  @Test
  void whateverArrivesIsASignOfLife() {
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      for (int i = 0; i < 5; i++) {
        clock.advance(INTERVAL.minus(TICK));
        int expected = i + 1;
        QUICK.offer(listener.connection, handler, i);
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
      }
      assertThat(agent.count(SelectorCounter.HEARTBEATS)).isZero();
      server.on(opcode(Opcode.OPTIONS), held);
      clock.advance(INTERVAL);
      agent.driveUntil("the heartbeat", () -> held.size() == 1);
      for (int i = 5; i < 10; i++) {
        clock.advance(TIMEOUT.minus(TICK));
        int expected = i + 1;
        QUICK.offer(listener.connection, handler, i);
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
      }
      assertThat(listener.closed).isEmpty();
      assertThat(agent.count(SelectorCounter.HEARTBEATS)).isEqualTo(1);
      held.take().replyByDefault();
      agent.driveUntil("its answer", () -> listener.connection.inFlight() == 0);
      clock.advance(TIMEOUT);
      agent.drive(3);
      assertThat(listener.closed).isEmpty();
    }
  }

  @Test
  void zeroSwitchesHeartbeatsOff() {
    SelectorContext context = context().heartbeats(new Heartbeats(Duration.ZERO, TIMEOUT));
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofDays(1));
        agent.drive(3);
      }
      assertThat(agent.count(SelectorCounter.HEARTBEATS)).isZero();
      assertThat(listener.connection.isReady()).isTrue();
    }
  }

  @Test
  void fullConnectionHasAStreamIdForItsHeartbeat() {
    try (InvokedAgent agent = new InvokedAgent(context().maxInFlight(1))) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      SLOW.offer(listener.connection, handler, 1);
      agent.driveUntil("the request", () -> held.size() == 1);
      clock.advance(INTERVAL);
      answerHeartbeat(agent, 1);
      clock.advance(TIMEOUT);
      agent.drive(3);
      assertThat(listener.closed).isEmpty();
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(1L));
      assertThat(QUICK.offer(listener.connection, handler, 2)).isEqualTo(Offer.ACCEPTED);
      assertThat(QUICK.offer(listener.connection, handler, 3)).isEqualTo(Offer.BUSY);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(2L));
    }
    server.observed().assertNoViolations();
  }

  @Test
  void withoutAStreamIdForAHeartbeatTheRequestsMustBeAnswered() {
    int all = StreamIdAllocator.MAX_IDS;
    Arrivals arrivals = new Arrivals();
    SelectorContext context = context().transports(carrier().over(arrivals)).maxInFlight(all);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V4);
      for (int i = 0; i < all; i++) {
        assertThat(SLOW.offer(listener.connection, handler, i)).isEqualTo(Offer.ACCEPTED);
      }
      agent.driveUntil("the requests", () -> held.size() == all);
      clock.advance(INTERVAL);
      agent.drive(2);
      held.take().reply(Void.INSTANCE);
      arrivals.await();
      clock.advance(TIMEOUT);
      agent.driveUntil("one answer", () -> handler.outcomes() == 1);
      agent.drive(2);
      assertThat(listener.closed).isEmpty();
      SLOW.offer(listener.connection, handler, all);
      clock.advance(INTERVAL);
      agent.drive(2);
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(agent.count(SelectorCounter.HEARTBEATS)).isZero();
      assertThat(listener.closed).hasSize(1);
      assertThat(handler.failures).hasSize(all);
    }
  }

  @Test
  void errorInsteadOfAHeartbeatsAnswerEndsTheConnection() {
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      server.on(opcode(Opcode.OPTIONS), new Error(ErrorCode.SERVER_ERROR, "staged"));
      clock.advance(INTERVAL);
      agent.driveUntil("the end", () -> listener.closed.size() == 1);
      assertThat(listener.closed.get(0))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("answered a heartbeat with ERROR");
    }
  }

  @Test
  void answerThatWaitedInTheSocketCountsHoweverLateTheAgentRuns() {
    Arrivals arrivals = new Arrivals();
    SelectorContext context = context().transports(carrier().over(arrivals));
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      server.on(opcode(Opcode.OPTIONS), held);
      clock.advance(INTERVAL);
      agent.driveUntil("the heartbeat", () -> held.size() == 1);
      held.take().replyByDefault();
      arrivals.await();
      clock.advance(TIMEOUT.multipliedBy(10));
      agent.driveUntil("its answer", () -> listener.connection.inFlight() == 0);
      assertThat(listener.closed).isEmpty();
    }
  }

  @Test
  void sleepingAgentIsWokenByHeartbeats() {
    SelectorContext context =
        carrier().context().heartbeats(Heartbeats.DEFAULT.withInterval(Duration.ofMillis(5)));
    try (RunningAgent agent = new RunningAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5);
      RunningAgent.await(
          "heartbeats", () -> agent.agent.counters().get(SelectorCounter.HEARTBEATS) >= 3);
      assertThat(connection.isReady()).isTrue();
    }
  }

  @Test
  void timesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> Heartbeats.DEFAULT.withInterval(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("zero switches heartbeats off");
    assertThatThrownBy(() -> Heartbeats.DEFAULT.withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than zero");
  }
}
