package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.server.ScriptedServerBuilder;
import io.peregrine.testkit.server.ServerConnection;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackPressureTest extends CarriedTest {
  private static final CqlRequest QUERY = new CqlRequest("SELECT 1");

  @Override
  void prepare(ScriptedServerBuilder server) {
    server.receiveBuffer(32 << 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1024, StreamIdAllocator.MAX_IDS})
  void busyBeginsExactlyAtTheLimit(int limit) {
    server.on(queryStartingWith("SELECT"), held);
    try (InvokedAgent agent = new InvokedAgent(carrier().context().maxInFlight(limit))) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      for (int i = 0; i < limit; i++) {
        assertThat(QUERY.offer(connection, handler, i)).isEqualTo(Offer.ACCEPTED);
      }
      assertThat(QUERY.offer(connection, handler, limit)).isEqualTo(Offer.BUSY);
      assertThat(connection.inFlight()).isEqualTo(limit);
      agent.driveUntil("the requests", () -> held.size() == limit);
      assertThat(QUERY.offer(connection, handler, limit)).isEqualTo(Offer.BUSY);
      held.take().reply(Void.INSTANCE);
      agent.driveUntil("an answer", () -> handler.outcomes() == 1);
      assertThat(QUERY.offer(connection, handler, limit)).isEqualTo(Offer.ACCEPTED);
      assertThat(QUERY.offer(connection, handler, limit)).isEqualTo(Offer.BUSY);
      agent.driveUntil("the request", () -> held.size() == limit);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answers", () -> handler.outcomes() == limit + 1);
      assertThat(handler.failures).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @Test
  void fullRingIsBackPressureAndPasses() {
    SelectorContext context = carrier().context().requestRingCapacity(4096);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V4).connection;
      int accepted = 0;
      while (QUERY.offer(connection, handler, accepted) == Offer.ACCEPTED) {
        accepted++;
      }
      assertThat(QUERY.offer(connection, handler, -1)).isEqualTo(Offer.BACK_PRESSURED);
      assertThat(accepted).isBetween(30, 64);
      assertThat(connection.inFlight()).isEqualTo(accepted);
      int expected = accepted;
      agent.driveUntil("the answers", () -> handler.outcomes() == expected);
      assertThat(QUERY.offer(connection, handler, accepted)).isEqualTo(Offer.ACCEPTED);
      agent.driveUntil("the answer", () -> handler.outcomes() == expected + 1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void serverThatDoesNotReadMakesItsConnectionBusyAndNoOther(ProtocolVersion version) {
    CqlRequest request = new CqlRequest("SELECT " + "x".repeat(8_000));
    SelectorContext context =
        carrier().context().sendLimit(1 << 20).maxInFlight(StreamIdAllocator.MAX_IDS);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener stuck = agent.connect(server.address(), version);
      ServerConnection paused = server.observed().openConnections().get(0);
      Connection sound = agent.connect(server.address(), version).connection;
      paused.pauseReading();
      int accepted = 0;
      while (request.offer(stuck.connection, handler, accepted) == Offer.ACCEPTED) {
        accepted++;
        agent.drive(1);
      }
      assertThat(request.offer(stuck.connection, handler, -1)).isEqualTo(Offer.BUSY);
      assertThat(handler.failures).isEmpty();
      assertThat(stuck.connection.isReady()).isTrue();
      // What the server had begun to read may make a little room a little later.
      agent.driveUntil(
          "a hundred cycles in which nothing is written",
          () -> {
            long writes = agent.count(SelectorCounter.WRITES);
            agent.drive(100);
            return agent.count(SelectorCounter.WRITES) == writes;
          });
      QUERY.offer(sound, handler, 1_000_000);
      agent.driveUntil("the other", () -> handler.opcodes.containsKey(1_000_000L));

      paused.resumeReading();
      int expected = accepted + 1;
      agent.driveUntil("all that waited", () -> handler.outcomes() == expected);
      assertThat(handler.opcodes).hasSize(expected);
      QUERY.offer(stuck.connection, handler, 1_000_001);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(1_000_001L));
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void burstPastTheSendLimitFailsAsBusyAndTheRestArrives(ProtocolVersion version) {
    CqlRequest request = new CqlRequest("SELECT " + "x".repeat(100_000));
    SelectorContext context = carrier().context().sendLimit(1 << 20).drainLimit(1_000);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), version).connection;
      for (int i = 0; i < 30; i++) {
        assertThat(request.offer(connection, handler, i)).isEqualTo(Offer.ACCEPTED);
      }
      agent.drive(2);
      assertThat(handler.failures).isNotEmpty().containsValue(RequestFailure.Kind.BUSY);
      assertThat(handler.lastWasSent).isFalse();
      assertThat(handler.lastFailure).contains("does not read");
      agent.driveUntil("the rest", () -> handler.outcomes() == 30);
      assertThat(handler.opcodes).hasSizeGreaterThanOrEqualTo(10);
      QUERY.offer(connection, handler, 30);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(30L));
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1 << 20})
  void encoderThatThrowsGivesEverythingBack(int length) {
    SelectorContext context = carrier().context().maxInFlight(1);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      for (int where = 0; where < 3; where++) {
        RequestEncoder throwing = new Throwing(length, where);
        for (int i = 0; i < 100; i++) {
          assertThatThrownBy(() -> connection.offer(throwing, handler, null, null, 1, 0))
              .hasMessageContaining("staged");
          assertThat(connection.inFlight()).isZero();
          assertThat(agent.agent.leasedBytes()).isZero();
        }
      }
      agent.drive(3);
      assertThat(handler.outcomes()).isZero();
      assertThat(QUERY.offer(connection, handler, 1)).isEqualTo(Offer.ACCEPTED);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1 << 20})
  void encoderThatBreaksItsWordIsRefused(int length) {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      RequestEncoder lying = new Throwing(length, Throwing.NOWHERE);
      assertThatThrownBy(() -> connection.offer(lying, handler, null, null, 1, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("announced " + length);
      assertThat(connection.inFlight()).isZero();
      QUERY.offer(connection, handler, 1);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
    }
    server.observed().assertNoViolations();
  }

  @Test
  void handlerThatThrowsTouchesNoOtherRequest() {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      for (int i = 0; i < 10; i++) {
        QUERY.offer(connection, handler, i);
      }
      handler.afterwards =
          () -> {
            if (handler.outcomes() % 2 == 0) {
              throw new AssertionError("staged");
            }
          };
      agent.driveUntil("the answers", () -> handler.outcomes() == 10);
      assertThat(handler.opcodes.values()).containsOnly(Opcode.RESULT);
      assertThat(agent.count(SelectorCounter.HANDLER_ERRORS)).isEqualTo(5);
      assertThat(agent.faults).hasSize(5);
      assertThat(connection.inFlight()).isZero();
      assertThat(agent.agent.keptRequests()).isZero();
      assertThat(connection.isReady()).isTrue();
    }
  }

  @Test
  void handlersMayOfferAgain() {
    try (InvokedAgent agent = new InvokedAgent(carrier().context().maxInFlight(1))) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      long[] next = {1};
      handler.afterwards =
          () -> {
            if (next[0] < 100) {
              assertThat(QUERY.offer(connection, handler, next[0]++)).isEqualTo(Offer.ACCEPTED);
            }
          };
      QUERY.offer(connection, handler, 0);
      agent.driveUntil("all of them", () -> handler.outcomes() == 100);
      assertThat(agent.faults).isEmpty();
    }
  }

  /** Throws at one place, or writes less than it announced. */
  private record Throwing(int length, int where) implements RequestEncoder {
    private static final int NOWHERE = 3;

    private void throwIf(int here) {
      if (where == here) {
        throw new IllegalArgumentException("staged");
      }
    }

    @Override
    public int encodedLength(ProtocolVersion version) {
      throwIf(0);
      return length;
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      throwIf(1);
      buffer.setMemory(offset, length, (byte) 0x55);
      throwIf(2);
      return length - 1;
    }

    @Override
    public boolean isRepeatable() {
      throwIf(2);
      return true;
    }
  }
}
