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
import io.peregrine.testkit.server.ServerTls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A conversation through TLS that breaks off after each byte on the wire, and never resumes
 * another. Signatures differ in length from one to the next, so the last few bytes are left to the
 * plain {@link CutTest}.
 */
@ExtendWith(LeakCheck.class)
class TlsCutTest {
  private static final int REQUESTS = 3;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final int DIFFERENCE = 64;
  private static final CqlRequest QUERY = new CqlRequest("SELECT v FROM ks.t");

  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.builder().tls(ServerTls.of("server")).start();
    Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
    server.on(queryStartingWith("SELECT"), rows(columns).row(text("value")).build());
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private record Outcome(boolean ended, int answers) {}

  private Outcome converse(String protocol, TransportFactory wire) {
    SelectorContext context =
        new SelectorContext().transports(Tls.trusting().speaking(protocol).over(wire));
    RecordingHandler handler = new RecordingHandler();
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
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
      assertThat(listener.connection.inFlight()).isZero();
      assertThat(agent.faults).isEmpty();
      return new Outcome(!listener.closed.isEmpty(), handler.opcodes.size());
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2,5", "TLSv1.3,1"})
  void endOfTheStreamAfterAnyByteFailsWhatIsNotAnswered(String protocol, int step) {
    TestTransports.Metered whole = new TestTransports.Metered();
    assertThat(converse(protocol, whole).answers()).isEqualTo(REQUESTS);
    assertThat(whole.read).isGreaterThan(DIFFERENCE);
    for (int cut = 0; cut < whole.read - DIFFERENCE; cut += step) {
      Outcome outcome = converse(protocol, TestTransports.cut(cut, NEVER));
      assertThat(outcome.ended()).as("cut after %d bytes", cut).isTrue();
      assertThat(outcome.answers()).as("cut after %d bytes", cut).isLessThan(REQUESTS);
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2,5", "TLSv1.3,1"})
  void brokenPipeAfterAnyByteFailsWhatIsNotAnswered(String protocol, int step) {
    TestTransports.Metered whole = new TestTransports.Metered();
    assertThat(converse(protocol, whole).answers()).isEqualTo(REQUESTS);
    // What it takes to say goodbye is written after the answers.
    for (int cut = 0; cut < whole.written - 2 * DIFFERENCE; cut += step) {
      Outcome outcome = converse(protocol, TestTransports.cut(NEVER, cut));
      assertThat(outcome.ended()).as("cut after %d bytes", cut).isTrue();
      assertThat(outcome.answers()).as("cut after %d bytes", cut).isLessThan(REQUESTS);
    }
  }
}
