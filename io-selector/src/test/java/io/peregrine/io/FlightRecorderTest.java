package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class FlightRecorderTest {
  private static final CqlRequest QUERY = new CqlRequest("SELECT 'secret'");

  private final TestClock clock = new TestClock();
  private final RecordingHandler handler = new RecordingHandler();
  private final List<FlightRecords> lost = new ArrayList<>();
  private final List<DriverException> causes = new ArrayList<>();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private InvokedAgent agent(int envelopes) {
    return new InvokedAgent(
        new SelectorContext()
            .clock(clock)
            .flightRecords(envelopes)
            .flightLog(
                (records, cause) -> {
                  lost.add(records);
                  causes.add(cause);
                }));
  }

  private void ask(InvokedAgent agent, Connection connection, int requests) {
    int before = handler.outcomes();
    for (int i = 1; i <= requests; i++) {
      QUERY.offer(connection, handler, before + i);
      int outcomes = before + i;
      agent.driveUntil("the answer", () -> handler.outcomes() == outcomes);
    }
  }

  private static FlightRecords recordsOf(Connection connection) {
    return Objects.requireNonNull(connection.flightRecords());
  }

  @Test
  void everyEnvelopeIsRecordedWithItsTimes() {
    HeldRequests held = new HeldRequests();
    server.on(query("SELECT 'secret'"), held);
    try (InvokedAgent agent = agent(16)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      QUERY.offer(connection, handler, 1);
      clock.advance(Duration.ofMillis(3));
      agent.driveUntil("the request", () -> held.size() == 1);
      clock.advance(Duration.ofMillis(20));
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      clock.advance(Duration.ofMillis(100));

      FlightRecords records = recordsOf(connection);
      assertThat(records.size()).isEqualTo(6);
      int[] opcodes = {
        Opcode.OPTIONS, Opcode.SUPPORTED, Opcode.STARTUP, Opcode.READY, Opcode.QUERY, Opcode.RESULT
      };
      for (int i = 0; i < opcodes.length; i++) {
        assertThat(records.opcode(i)).isEqualTo(opcodes[i]);
        assertThat(records.isRequest(i)).isEqualTo(i % 2 == 0);
      }
      assertThat(records.streamId(4)).isEqualTo(records.streamId(5));
      String[] lines = records.toString().split("\n");
      assertThat(lines).hasSize(8);
      assertThat(lines[0]).contains("connection " + connection.id()).contains("last 6 of 6");
      assertThat(lines[6].trim().split("\\s+"))
          .containsExactly(
              "120000.0",
              "request",
              "5",
              "0x00",
              "" + records.streamId(4),
              "QUERY",
              lines[6].trim().split("\\s+")[6],
              "3000.0",
              "-",
              "-",
              "-");
      assertThat(lines[7].trim().split("\\s+"))
          .containsExactly(
              "100000.0",
              "answer",
              "5",
              "0x00",
              "" + records.streamId(5),
              "RESULT",
              "4",
              "3000.0",
              "20000.0",
              "0.0",
              "0.0");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void failingEnvelopeIsTheLastAndNobodyHandledIt(ProtocolVersion version) {
    failsBy(version, e -> e.replyEnvelope(answerInOtherVersion(version)), Opcode.READY, "unasked");
  }

  private static byte[] answerInOtherVersion(ProtocolVersion version) {
    return new byte[] {(byte) (0x80 | version.code() + 1), 0, 0, 0, Opcode.READY, 0, 0, 0, 0};
  }

  private void failsBy(ProtocolVersion version, Responder fault, int opcode, String kind) {
    server.on(query("fault"), fault);
    try (InvokedAgent agent = agent(8)) {
      RecordingListener listener = agent.connect(server.address(), version);
      ask(agent, listener.connection, 20);
      new CqlRequest("fault").offer(listener.connection, handler, 100);
      agent.driveUntil("the loss", () -> !listener.closed.isEmpty());
      assertThat(lost).hasSize(1);
      FlightRecords records = lost.get(0);
      assertThat(records.size()).isEqualTo(8);
      assertThat(records.carried()).isEqualTo(4 + 2 * 20 + 2);
      assertThat(records.isRequest(7)).isFalse();
      assertThat(records.opcode(7)).isEqualTo(opcode);
      String[] lines = records.toString().split("\n");
      assertThat(lines[lines.length - 1]).contains(kind).endsWith("-");
      assertThat(records.isRequest(6)).isTrue();
      assertThat(records.opcode(6)).isEqualTo(Opcode.QUERY);
      assertThat(causes.get(0)).isSameAs(listener.closed.get(0));
      assertThat(((ConnectionLostException) causes.get(0)).flightRecords()).isSameAs(records);
      assertThat(handler.lastCause).isSameAs(causes.get(0));
      assertThat(listener.connection.flightRecords()).isNull();
      assertThat(agent.agent.flightRecords()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void bytesThatAreNoEnvelopeAreTheLast(ProtocolVersion version) {
    failsBy(version, exchange -> exchange.replyWithLength(-1), 0, "unreadable");
  }

  @Test
  void brokenFrameIsTheLast() {
    failsBy(
        ProtocolVersion.V5, exchange -> exchange.replyWithCorruptCrc(Void.INSTANCE), 0, "unread");
  }

  @Test
  void onlyTheLastAreKept() {
    try (InvokedAgent agent = agent(5)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      ask(agent, connection, 50);
      FlightRecords records = recordsOf(connection);
      // The eighth place may be written to while the others are copied.
      assertThat(records.size()).isEqualTo(7);
      assertThat(records.carried()).isEqualTo(104);
      assertThat(records.table(3).split("\n")).hasSize(2 + 3);
      assertThat(records.table(3).split("\n")[4]).isEqualTo(records.toString().split("\n")[8]);
    }
  }

  @Test
  void envelopeInPiecesTellsWhenItsFirstByteCame() {
    HeldRequests held = new HeldRequests();
    server.on(query("SELECT 'secret'"), held);
    try (InvokedAgent agent = agent(16)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V4).connection;
      QUERY.offer(connection, handler, 1);
      agent.driveUntil("the request", () -> held.size() == 1);
      Exchange exchange = held.take();
      byte[] answer = {(byte) 0x84, 0, 0, (byte) exchange.streamId(), 8, 0, 0, 0, 4, 0, 0, 0, 1};
      long read = agent.count(SelectorCounter.BYTES_READ);
      exchange.connection().writeRaw(Arrays.copyOf(answer, 5));
      agent.driveUntil("5 bytes", () -> agent.count(SelectorCounter.BYTES_READ) == read + 5);
      clock.advance(Duration.ofMillis(40));
      exchange.replyRaw(Arrays.copyOfRange(answer, 5, answer.length));
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      String[] lines = recordsOf(connection).toString().split("\n");
      assertThat(lines[lines.length - 1]).contains("RESULT").matches(".* 40000\\.0 +0\\.0");
    }
  }

  @Test
  void bodiesAreNotRecorded() {
    try (InvokedAgent agent = agent(256)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      ask(agent, connection, 1);
      assertThat(recordsOf(connection).toString()).doesNotContain("secret");
      assertThat(FlightRecordDescriptor.LAST_HEADER_BYTE).isEqualTo(8);
    }
  }

  @Test
  void logThatThrowsDoesNotKeepAConnectionFromClosing() {
    SelectorContext context =
        new SelectorContext()
            .flightLog(
                (records, cause) -> {
                  throw new AssertionError("the log");
                });
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      server.observed().openConnections().get(0).close();
      agent.driveUntil("the loss", () -> !listener.closed.isEmpty());
      assertThat(agent.faults).hasSize(1);
      assertThat(agent.faults.get(0)).hasMessage("the log");
    }
  }

  @Test
  void closedConnectionTellsNobody() {
    try (InvokedAgent agent = agent(16)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      ask(agent, connection, 1);
    }
    assertThat(lost).isEmpty();
  }

  @Test
  void switchedOffItRecordsNothing() {
    try (InvokedAgent agent = agent(0)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      ask(agent, listener.connection, 1);
      assertThat(listener.connection.flightRecords()).isNull();
      assertThat(agent.agent.flightRecords()).isEmpty();
      server.observed().openConnections().get(0).close();
      agent.driveUntil("the loss", () -> !listener.closed.isEmpty());
      assertThat(lost).isEmpty();
      assertThat(((ConnectionLostException) listener.closed.get(0)).flightRecords()).isNull();
    }
  }

  @Test
  void largeRequestIsRecordedToo() {
    try (InvokedAgent agent = agent(16)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      CqlRequest large = new CqlRequest("x".repeat(1_000_000));
      large.offer(connection, handler, 1);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      FlightRecords records = recordsOf(connection);
      assertThat(records.size()).isEqualTo(6);
      assertThat(records.opcode(4)).isEqualTo(Opcode.QUERY);
      assertThat(records.toString())
          .contains(" " + (large.encodedLength(ProtocolVersion.V5) - 9) + " ");
    }
  }

  @Test
  void copyNeverMixesTwoEnvelopes() throws InterruptedException {
    try (InvokedAgent agent = agent(16)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      DirectMemory memory = new DirectMemory();
      FlightRecorder recorder = new FlightRecorder(connection, memory, 4);
      AtomicBoolean stop = new AtomicBoolean();
      Thread writer =
          new Thread(
              () -> {
                UnsafeBuffer header = new UnsafeBuffer(new byte[9]);
                for (int i = 0; !stop.get(); i++) {
                  byte same = (byte) (i & 0x7F);
                  header.setMemory(0, 9, same);
                  recorder.onRequest(header, 0, same, same);
                }
              });
      writer.start();
      long seen = 0;
      for (int i = 0; i < 20_000 || seen == 0; i++) {
        FlightRecords records = recorder.copy(0);
        for (int r = 0; r < records.size(); r++) {
          int opcode = records.opcode(r);
          assertThat(records.streamId(r)).isEqualTo(opcode << 8 | opcode);
          if (r > 0) {
            assertThat(opcode).isEqualTo(records.opcode(r - 1) + 1 & 0x7F);
          }
          seen++;
        }
      }
      stop.set(true);
      writer.join();
      recorder.free();
      assertThat(recorder.copy(0).size()).isZero();
      assertThat(memory.outstanding()).isZero();
    }
  }
}
