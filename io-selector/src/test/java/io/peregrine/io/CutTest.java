package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A conversation that breaks off after each of its bytes, the handshake's included. */
@ExtendWith(LeakCheck.class)
class CutTest {
  private static final int REQUESTS = 3;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final CqlRequest QUERY = new CqlRequest("SELECT v FROM ks.t");

  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
    Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
    server.on(queryStartingWith("SELECT"), rows(columns).row(text("value")).build());
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /** What became of a conversation, and how many bytes went each way. */
  private record Outcome(boolean ended, int answers, int failures, long read, long written) {}

  private Outcome converse(ProtocolVersion version, int read, int written) {
    SelectorContext context = new SelectorContext().transports(TestTransports.cut(read, written));
    RecordingHandler handler = new RecordingHandler();
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.open(server.address(), version);
      agent.driveUntil("an outcome", () -> listener.ready == 1 || !listener.closed.isEmpty());
      int accepted = 0;
      for (int i = 0; i < REQUESTS; i++) {
        if (QUERY.offer(listener.connection, handler, i) == Offer.ACCEPTED) {
          accepted++;
        }
      }
      int expected = accepted;
      agent.driveUntil("an outcome of each request", () -> handler.outcomes() == expected);
      agent.drive(2);
      boolean ended = !listener.closed.isEmpty();
      assertThat(listener.connection.inFlight()).isZero();
      assertThat(agent.agent.keptRequests()).isZero();
      if (ended) {
        assertThat(agent.agent.offHeapBytes()).isLessThanOrEqualTo(64 << 10);
        assertThat(QUERY.offer(listener.connection, handler, 99)).isEqualTo(Offer.NOT_CONNECTED);
      }
      assertThat(agent.faults).isEmpty();
      return new Outcome(
          ended,
          handler.opcodes.size(),
          handler.failures.size(),
          agent.count(SelectorCounter.BYTES_READ),
          agent.count(SelectorCounter.BYTES_WRITTEN));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void endOfTheStreamAfterAnyByteFailsWhatIsNotAnswered(ProtocolVersion version) {
    Outcome whole = converse(version, NEVER, NEVER);
    assertThat(whole.answers()).isEqualTo(REQUESTS);
    int answersBefore = 0;
    for (int cut = 0; cut < whole.read(); cut++) {
      Outcome outcome = converse(version, cut, NEVER);
      assertThat(outcome.ended()).as("cut after %d bytes", cut).isTrue();
      assertThat(outcome.answers()).as("cut after %d bytes", cut).isBetween(answersBefore, 2);
      answersBefore = outcome.answers();
    }
    assertThat(answersBefore).as("answers before the last byte").isLessThan(REQUESTS);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void brokenPipeAfterAnyByteFailsWhatIsNotAnswered(ProtocolVersion version) {
    Outcome whole = converse(version, NEVER, NEVER);
    for (int cut = 0; cut < whole.written(); cut++) {
      Outcome outcome = converse(version, NEVER, cut);
      assertThat(outcome.ended()).as("cut after %d bytes", cut).isTrue();
      assertThat(outcome.answers()).as("cut after %d bytes", cut).isLessThan(REQUESTS);
    }
  }
}
