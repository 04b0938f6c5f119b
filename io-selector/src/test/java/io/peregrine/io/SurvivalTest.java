package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ScriptedServerBuilder;
import io.peregrine.testkit.server.ServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything at once, and then the end: each handler is called once, and nothing is left. */
class SurvivalTest extends CarriedTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int ALL = StreamIdAllocator.MAX_IDS;
  private static final int BURST = 10_000;
  private static final CqlRequest SLOW = new CqlRequest("SELECT slow");
  private static final CqlRequest QUICK = new CqlRequest("SELECT quick");

  private final TestClock clock = new TestClock();
  private boolean broken;
  private long offered;

  @Override
  void prepare(ScriptedServerBuilder server) {
    server.receiveBuffer(32 << 10);
  }

  @BeforeEach
  void hold() {
    server.on(query("SELECT slow"), held);
  }

  private SelectorContext context() {
    return carrier()
        .context()
        .clock(
            () -> {
              if (broken) {
                throw new InternalError("staged");
              }
              return clock.nanoTime();
            })
        .maxInFlight(ALL)
        .maxOrphans(ALL)
        .sendLimit(1 << 20);
  }

  private void offer(CqlRequest request, Connection connection, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(request.offer(connection, handler, offered++, TIMEOUT.toNanos()))
          .isEqualTo(Offer.ACCEPTED);
    }
  }

  private ServerConnection lastConnection() {
    var open = server.observed().openConnections();
    return open.get(open.size() - 1);
  }

  /** Situations for things to end in. */
  private enum Situation {
    ALL_STREAM_IDS_IN_FLIGHT {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.offer(SLOW, listener.connection, ALL);
        agent.driveUntil("the requests", () -> test.held.size() == ALL);
      }
    },
    MANY_IN_THE_RING {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.offer(QUICK, listener.connection, BURST);
        agent.drive(3);
      }
    },
    SERVER_THAT_DOES_NOT_READ {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.lastConnection().pauseReading();
        CqlRequest request = new CqlRequest("SELECT " + "x".repeat(8_000));
        while (request.offer(listener.connection, test.handler, test.offered, TIMEOUT.toNanos())
            == Offer.ACCEPTED) {
          test.offered++;
          agent.drive(1);
        }
      }
    },
    LARGE_REQUEST_HALF_SENT {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.lastConnection().pauseReading();
        byte[] text = new byte[16 << 20];
        Arrays.fill(text, (byte) 'x');
        for (int i = 0; i < 3; i++) {
          test.offer(new CqlRequest(text, i != 1), listener.connection, 1);
        }
        test.offer(QUICK, listener.connection, 10);
        agent.drive(20);
        assertThat(agent.agent.leasedBytes()).isPositive();
      }
    },
    LARGE_ANSWER_HALF_READ {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
        test.server.on(
            query("SELECT large"), rows(columns).row(text("x".repeat(16 << 20))).build());
        test.offer(new CqlRequest("SELECT large"), listener.connection, 1);
        test.offer(SLOW, listener.connection, 10);
        long read = agent.count(SelectorCounter.BYTES_READ);
        agent.driveUntil(
            "a part of the answer",
            () -> agent.count(SelectorCounter.BYTES_READ) > read + (1 << 20));
      }
    },
    BURST_OF_TIMEOUTS_HALF_REPORTED {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.offer(SLOW, listener.connection, BURST);
        agent.driveUntil("the requests", () -> test.held.size() == BURST);
        test.clock.advance(TIMEOUT);
        agent.drive(3);
        assertThat(test.handler.failures).hasSizeBetween(1, BURST - 1);
      }
    },
    ORPHANS {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.offer(SLOW, listener.connection, 500);
        agent.driveUntil("the requests", () -> test.held.size() == 500);
        test.clock.advance(TIMEOUT);
        agent.driveUntil("the timeouts", () -> test.handler.outcomes() == 500);
        test.offer(SLOW, listener.connection, 500);
        agent.driveUntil("more requests", () -> test.held.size() == 1_000);
        for (int i = 0; i < 100; i++) {
          test.held.take().reply(Void.INSTANCE);
        }
        agent.driveUntil("late answers", () -> listener.connection.orphans() == 400);
      }
    },
    HANDSHAKE {
      @Override
      void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.server.goSilent();
        agent.open(test.server.address(), ProtocolVersion.V5);
        agent.drive(5);
      }
    };

    abstract void arrange(SurvivalTest test, InvokedAgent agent, RecordingListener listener);
  }

  /** How it all ends. */
  private enum End {
    AGENT_IS_CLOSED {
      @Override
      void come(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        agent.end();
      }
    },
    AGENT_IS_KILLED_BY_AN_ERROR {
      @Override
      void come(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.broken = true;
        assertThatThrownBy(agent.agent::doWork)
            .isInstanceOf(AgentTerminationException.class)
            .hasRootCauseMessage("staged");
        agent.agent.onClose();
      }
    },
    CONNECTION_IS_RESET {
      @Override
      void come(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.server.observed().openConnections().get(0).reset();
        agent.driveUntil("the loss", () -> listener.closed.size() == 1);
      }
    },
    CONNECTION_IS_CLOSED {
      @Override
      void come(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        agent.agent.connections().close(listener.connection, new DriverException("enough"));
        agent.driveUntil("the close", () -> listener.closed.size() == 1);
      }
    },
    HEARTBEAT_IS_MISSED {
      @Override
      void come(SurvivalTest test, InvokedAgent agent, RecordingListener listener) {
        test.server.goSilent();
        agent.driveUntil(
            "the loss",
            () -> {
              test.clock.advance(Duration.ofSeconds(10));
              return listener.closed.size() == 1;
            });
      }
    };

    abstract void come(SurvivalTest test, InvokedAgent agent, RecordingListener listener);
  }

  static Stream<Arguments> ends() {
    return Stream.of(ProtocolVersion.V4, ProtocolVersion.V5)
        .flatMap(
            version ->
                Stream.of(Situation.values())
                    .flatMap(
                        situation ->
                            Stream.of(End.values())
                                .map(end -> Arguments.of(version, situation, end))));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void everyHandlerIsCalledOnceHoweverItEndsAndNothingIsLeft(
      ProtocolVersion version, Situation situation, End end) {
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.connect(server.address(), version);
      Connection connection = listener.connection;
      boolean[] offeredAgain = {false};
      situation.arrange(this, agent, listener);
      handler.afterwards =
          () -> {
            // Handlers that offer again and throw must be survived, too.
            boolean first = !offeredAgain[0];
            offeredAgain[0] = true;
            if (!broken && QUICK.offer(connection, handler, offered) == Offer.ACCEPTED) {
              offered++;
            }
            if (first) {
              throw new IllegalStateException("staged by a handler");
            }
          };
      end.come(this, agent, listener);
      if (agent.agent.isClosed()) {
        assertThat(handler.outcomes()).isEqualTo((int) offered);
      } else {
        agent.driveUntil("an outcome of each request", () -> handler.outcomes() == offered);
      }
      assertThat(connection.isReady()).isFalse();
      assertThat(connection.orphans()).isZero();
      assertThat(connection.inFlight()).isZero();
      assertThat(agent.agent.keptRequests()).isZero();
      assertThat(agent.agent.leasedBytes()).isZero();
    }
    server.observed().connections().forEach(ServerConnection::resumeReading);
    server.observed().awaitOpenConnections(0);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void allStreamIdsOfOneConnectionMayBeInFlightAndAreAnswered(ProtocolVersion version) {
    try (InvokedAgent agent = new InvokedAgent(context())) {
      Connection connection = agent.connect(server.address(), version).connection;
      for (int round = 1; round <= 2; round++) {
        int expected = round * ALL;
        offer(SLOW, connection, ALL);
        assertThat(SLOW.offer(connection, handler, -1)).isEqualTo(Offer.BUSY);
        agent.driveUntil("the requests", () -> held.size() == ALL);
        assertThat(connection.inFlight()).isEqualTo(ALL);
        Thread answering =
            new Thread(() -> held.releaseAll(Void.INSTANCE), "peregrine-test-server");
        answering.start();
        agent.driveUntil("the answers", () -> handler.opcodes.size() == expected);
        assertThat(connection.inFlight()).isZero();
      }
      assertThat(handler.failures).isEmpty();
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void burstOfTimeoutsIsSpreadOverDutyCyclesAndLateAnswersGiveAllIdsBack(ProtocolVersion version) {
    int limit = 256;
    try (InvokedAgent agent = new InvokedAgent(context().drainLimit(limit))) {
      Connection connection = agent.connect(server.address(), version).connection;
      Connection other = agent.connect(server.address(), version).connection;
      offer(SLOW, connection, BURST);
      agent.driveUntil("the requests", () -> held.size() == BURST);
      clock.advance(TIMEOUT);
      assertThat(QUICK.offer(other, handler, BURST)).isZero();
      int before = 0;
      while (handler.failures.size() < BURST) {
        agent.drive(1);
        assertThat(handler.failures.size() - before).isBetween(1, limit);
        before = handler.failures.size();
      }
      agent.driveUntil("the other's answer", () -> handler.opcodes.containsKey((long) BURST));
      assertThat(handler.failures.values()).containsOnly(RequestFailure.Kind.TIMED_OUT);
      assertThat(connection.orphans()).isEqualTo(BURST);
      assertThat(connection.inFlight()).isEqualTo(BURST);
      Thread answering = new Thread(() -> held.releaseAll(Void.INSTANCE), "peregrine-test-server");
      answering.start();
      agent.driveUntil("the late answers", () -> connection.inFlight() == 0);
      assertThat(agent.count(SelectorCounter.LATE_RESPONSES)).isEqualTo(BURST);
      assertThat(connection.orphans()).isZero();
      assertThat(connection.oldestOrphanAgeNanos()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void requestsThatWaitForAServerThatDoesNotReadTimeOut(ProtocolVersion version) {
    CqlRequest request = new CqlRequest("SELECT " + "x".repeat(8_000));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      Connection stuck = agent.connect(server.address(), version).connection;
      ServerConnection paused = lastConnection();
      Connection sound = agent.connect(server.address(), version).connection;
      paused.pauseReading();
      int accepted = 0;
      while (request.offer(stuck, handler, accepted, TIMEOUT.toNanos()) == Offer.ACCEPTED) {
        accepted++;
        agent.drive(1);
      }
      clock.advance(TIMEOUT);
      int expected = accepted;
      agent.driveUntil("the timeouts", () -> handler.failures.size() == expected);
      assertThat(handler.failures.values()).containsOnly(RequestFailure.Kind.TIMED_OUT);
      assertThat(stuck.orphans()).isEqualTo(accepted);
      QUICK.offer(sound, handler, 1_000_000, TIMEOUT.toNanos());
      agent.driveUntil("the other's answer", () -> handler.opcodes.containsKey(1_000_000L));
      paused.resumeReading();
      agent.driveUntil("the late answers", () -> stuck.inFlight() == 0);
      assertThat(agent.count(SelectorCounter.LATE_RESPONSES)).isEqualTo(accepted);
      QUICK.offer(stuck, handler, 1_000_001, TIMEOUT.toNanos());
      agent.driveUntil("an answer", () -> handler.opcodes.containsKey(1_000_001L));
    }
    server.observed().assertNoViolations();
  }

  int largeBytes() {
    return 32 << 20;
  }

  @Test
  void largeEnvelopesBothWaysLetSmallOnesPass() {
    int size = largeBytes();
    byte[] large = new byte[size];
    Arrays.fill(large, (byte) 'x');
    byte[] start = "SELECT large ".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, large, 0, start.length);
    Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
    server.on(queryStartingWith("SELECT large"), rows(columns).row(text("y".repeat(size))).build());
    try (InvokedAgent agent = new InvokedAgent(context())) {
      Connection bulk = agent.connect(server.address(), ProtocolVersion.V5).connection;
      ServerConnection paused = lastConnection();
      Connection small = agent.connect(server.address(), ProtocolVersion.V5).connection;
      paused.pauseReading();
      offer(new CqlRequest(large, false), bulk, 1);
      offer(QUICK, small, 100);
      agent.driveUntil("small ones beside a large request", () -> handler.outcomes() == 100);
      assertThat(handler.opcodes).doesNotContainKey(0L);
      paused.resumeReading();
      agent.driveUntil("the large answer", () -> handler.opcodes.containsKey(0L));
      assertThat(handler.opcodes.values()).containsOnly(Opcode.RESULT);
      assertThat(handler.bodies.get(0L)).hasSizeGreaterThan(size);
      new Overtaking(agent).await(6, new CqlRequest("SELECT large"), bulk, QUICK, small);
      assertThat(agent.agent.leasedBytes()).isZero();
    }
  }
}
