package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Responder;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedAnswerTest extends CarriedTest {
  private static final CqlRequest BAD = new CqlRequest("SELECT bad");
  private static final CqlRequest GOOD = new CqlRequest("SELECT good");
  private static final CqlRequest SLOW = new CqlRequest("SELECT slow");
  private static final Message ANSWER =
      rows(Columns.of("ks", "t").and("v", DataType.VARCHAR)).row(text("0123456789")).build();

  @BeforeEach
  void hold() {
    server.on(query("SELECT slow"), held);
  }

  /** One connection meets the fault, with a neighbour in flight on it; another must not notice. */
  private void faultConcernsOneConnection(ProtocolVersion version, Responder fault, String why) {
    server.on(query("SELECT bad"), fault);
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      RecordingListener broken = agent.connect(server.address(), version);
      RecordingListener sound = agent.connect(server.address(), version);
      long offHeap = agent.agent.offHeapBytes();
      SLOW.offer(sound.connection, handler, 1);
      SLOW.offer(broken.connection, handler, 2);
      agent.driveUntil("the slow requests", () -> held.size() == 2);
      BAD.offer(broken.connection, handler, 3);
      agent.driveUntil(
          "the loss",
          () -> {
            assertThat(agent.agent.offHeapBytes()).isLessThan(offHeap + (2 << 20));
            return !broken.closed.isEmpty();
          });
      assertThat(handler.failures)
          .containsOnlyKeys(2L, 3L)
          .containsValue(RequestFailure.Kind.CONNECTION_LOST);
      assertThat(handler.lastFailure).contains("was lost").containsIgnoringCase(why);
      assertThat(broken.closed.get(0))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining("Connection " + broken.connection.id())
          .hasMessageContaining(broken.connection.remoteAddress().toString());
      assertThat(GOOD.offer(broken.connection, handler, 4)).isEqualTo(Offer.NOT_CONNECTED);
      GOOD.offer(sound.connection, handler, 5);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the other connection", () -> handler.opcodes.size() == 2);
      assertThat(handler.opcodes).containsOnlyKeys(1L, 5L);
      assertThat(sound.closed).isEmpty();
      assertThat(agent.count(SelectorCounter.CONNECTIONS_CLOSED)).isEqualTo(1);
    }
  }

  @Test
  void brokenPayloadChecksumEndsTheConnection() {
    faultConcernsOneConnection(
        ProtocolVersion.V5, exchange -> exchange.replyWithCorruptCrc(ANSWER), "CRC32");
  }

  @Test
  void brokenHeaderChecksumEndsTheConnection() {
    faultConcernsOneConnection(
        ProtocolVersion.V5, exchange -> exchange.replyWithCorruptHeaderCrc(ANSWER), "CRC24");
  }

  static Stream<Arguments> lengths() {
    return Stream.of(ProtocolVersion.V4, ProtocolVersion.V5)
        .flatMap(
            version ->
                Stream.of(Integer.MAX_VALUE, -1, Integer.MIN_VALUE, (256 << 20) + 1)
                    .map(length -> Arguments.of(version, length)));
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void lengthsOutOfRangeAreNotBelieved(ProtocolVersion version, int length) {
    faultConcernsOneConnection(version, exchange -> exchange.replyWithLength(length), "length");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void largeLengthWithoutBytesAllocatesNothing(ProtocolVersion version) {
    server.on(query("SELECT bad"), exchange -> exchange.replyWithLength(200 << 20));
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      RecordingListener listener = agent.connect(server.address(), version);
      long offHeap = agent.agent.offHeapBytes();
      long read = agent.count(SelectorCounter.BYTES_READ);
      BAD.offer(listener.connection, handler, 1);
      agent.driveUntil("the header", () -> agent.count(SelectorCounter.BYTES_READ) >= read + 9);
      agent.drive(3);
      assertThat(agent.agent.offHeapBytes()).isLessThan(offHeap + (1 << 20));
      assertThat(handler.outcomes()).isZero();
    }
    assertThat(handler.failures).containsEntry(1L, RequestFailure.Kind.CLOSED);
  }

  private static byte[] envelope(int version, int flags, int streamId, int opcode) {
    return new byte[] {
      (byte) version, (byte) flags, 0, (byte) streamId, (byte) opcode, 0, 0, 0, 4, 0, 0, 0, 1
    };
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void answerInAnotherVersionEndsTheConnection(ProtocolVersion version) {
    faultConcernsOneConnection(
        version,
        exchange -> exchange.replyEnvelope(envelope(0x83, 0, exchange.streamId(), Opcode.RESULT)),
        "in version 3");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void requestForAnAnswerEndsTheConnection(ProtocolVersion version) {
    faultConcernsOneConnection(
        version,
        exchange ->
            exchange.replyEnvelope(envelope(version.code(), 0, exchange.streamId(), Opcode.RESULT)),
        "version");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void compressionThatNobodyAgreedOnEndsTheConnection(ProtocolVersion version) {
    faultConcernsOneConnection(
        version,
        exchange ->
            exchange.replyEnvelope(
                envelope(0x80 | version.code(), 1, exchange.streamId(), Opcode.RESULT)),
        "no compression was agreed on");
  }

  @Test
  void selfContainedFrameInsideALargeEnvelopeEndsTheConnection() {
    faultConcernsOneConnection(
        ProtocolVersion.V5,
        exchange -> {
          exchange.replyWithLength(1000);
          exchange.replyOn(exchange.streamId(), ANSWER);
        },
        "in the middle of a large envelope");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void resetEndsTheConnection(ProtocolVersion version) {
    faultConcernsOneConnection(version, exchange -> exchange.reset(), "lost");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void endAtAnyByteOfAnAnswerLosesItAndNothingElse(ProtocolVersion version) {
    int cut = 0;
    boolean whole = false;
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      while (!whole) {
        int bytes = cut;
        server.once(query("SELECT bad"), e -> e.replyTruncatedAndClose(ANSWER, bytes));
        RecordingListener listener = agent.connect(server.address(), version);
        long id = cut;
        GOOD.offer(listener.connection, handler, -1 - id);
        BAD.offer(listener.connection, handler, id);
        agent.driveUntil("the end of the connection", () -> !listener.closed.isEmpty());
        assertThat(handler.opcodes).containsKey(-1 - id);
        whole = handler.opcodes.containsKey(id);
        assertThat(whole || handler.failures.get(id) == RequestFailure.Kind.CONNECTION_LOST)
            .isTrue();
        assertThat(listener.closed.get(0)).hasMessageContaining("the server closed it");
        assertThat(listener.connection.inFlight()).isZero();
        cut++;
      }
      assertThat(cut).isGreaterThan(40);
      assertThat(agent.agent.offHeapBytes()).isLessThan(1 << 20);
    }
  }

  @Test
  void faultOfATransportEndsItsConnectionOnly() {
    TestTransports.Breaking transports = new TestTransports.Breaking();
    try (InvokedAgent agent =
        new InvokedAgent(carrier().context().transports(carrier().over(transports)))) {
      RecordingListener first = agent.connect(server.address(), ProtocolVersion.V5);
      RecordingListener second = agent.connect(server.address(), ProtocolVersion.V5);
      RecordingListener third = agent.connect(server.address(), ProtocolVersion.V5);
      transports.onWrite = new StackOverflowError("staged");
      GOOD.offer(first.connection, handler, 1);
      agent.drive(1);
      assertThat(first.closed).hasSize(1);
      assertThat(handler.failures).containsEntry(1L, RequestFailure.Kind.CONNECTION_LOST);
      transports.onWrite = null;
      GOOD.offer(second.connection, handler, 2);
      transports.onRead = new IllegalStateException("staged");
      agent.driveUntil("the fault", () -> second.closed.size() == 1);
      assertThat(handler.failures).containsEntry(2L, RequestFailure.Kind.CONNECTION_LOST);
      transports.onRead = null;
      GOOD.offer(third.connection, handler, 3);
      agent.driveUntil("the answer", () -> handler.opcodes.containsKey(3L));
      assertThat(agent.faults).hasSize(2);
    }
  }

  @Test
  void theErrorHandlersOwnFaultEndsNothing() {
    SelectorContext context = carrier().context().parksInSelect(false);
    SelectorAgent agent =
        new SelectorAgent(
            context.errorHandler(
                fault -> {
                  throw new IllegalStateException("staged", fault);
                }));
    agent
        .connections()
        .connect(
            new ConnectRequest(server.address(), ProtocolVersion.V5, java.util.Map.of(), 1),
            new RecordingListener() {
              @Override
              public void onClosed(
                  Connection connection, io.peregrine.codec.DriverException cause) {
                super.onClosed(connection, cause);
                throw new IllegalStateException("staged");
              }
            });
    for (int i = 0; i < 100; i++) {
      agent.doWork();
    }
    agent.onClose();
    assertThat(agent.offHeapBytes()).isZero();
  }
}
