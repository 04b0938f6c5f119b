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
import io.peregrine.testkit.server.ServerConnection;
import io.peregrine.testkit.server.ServerTls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class TlsTest {
  private static final Columns COLUMNS = Columns.of("ks", "t").and("v", DataType.VARCHAR);
  private static final CqlRequest QUERY = new CqlRequest("SELECT v FROM ks.t");

  private static ScriptedServer server(ServerTls tls) {
    ScriptedServer server = ScriptedServer.builder().tls(tls).start();
    server.on(queryStartingWith("SELECT"), rows(COLUMNS).row(text("value")).build());
    return server;
  }

  private static SelectorContext context(Tls tls) {
    return new SelectorContext().transports(tls.transports());
  }

  private static void ask(InvokedAgent agent, Connection connection, int times) {
    RecordingHandler handler = new RecordingHandler();
    for (int i = 0; i < times; i++) {
      assertThat(QUERY.offer(connection, handler, i)).isZero();
    }
    agent.driveUntil("the answers", () -> handler.outcomes() == times);
    assertThat(handler.failures).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"V4,TLSv1.2", "V4,TLSv1.3", "V5,TLSv1.2", "V5,TLSv1.3"})
  void requestsAreAnsweredThroughTls(ProtocolVersion version, String protocol) {
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent = new InvokedAgent(context(Tls.trusting().speaking(protocol)))) {
      RecordingListener listener = agent.connect(server.address(), version);
      ask(agent, listener.connection, 500);
      SSLSession session = server.observed().openConnections().get(0).tlsSession();
      assertThat(session).isNotNull();
      assertThat(session.getProtocol()).isEqualTo(protocol);
      assertThat(agent.faults).isEmpty();
      server.observed().assertNoViolations();
    }
  }

  @Test
  void tasksRunOnTheExecutorAndNotOnTheAgentsThread() {
    List<Thread> threads = new ArrayList<>();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent =
            new InvokedAgent(
                context(Tls.trusting())
                    .handshakes(
                        task ->
                            executor.execute(
                                () -> {
                                  threads.add(Thread.currentThread());
                                  task.run();
                                })))) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      ask(agent, listener.connection, 10);
      assertThat(threads).hasSizeGreaterThan(1).doesNotContain(Thread.currentThread());
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void taskThatNeverEndsIsCutOffByTheConnectTimeout() {
    List<Runnable> tasks = new ArrayList<>();
    TestClock clock = new TestClock();
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent =
            new InvokedAgent(context(Tls.trusting()).clock(clock).handshakes(tasks::add))) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.driveUntil("the task", () -> !tasks.isEmpty());
      clock.advance(InvokedAgent.CONNECT_TIMEOUT);
      agent.driveUntil("the timeout", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure().reason())
          .isEqualTo(HandshakeException.Reason.TIMED_OUT);
      tasks.forEach(Runnable::run);
      agent.drive(3);
      assertThat(agent.faults).isEmpty();
    }
  }

  @Test
  void executorThatRefusesFailsTheConnection() {
    ExecutorService ended = Executors.newSingleThreadExecutor();
    ended.shutdownNow();
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent = new InvokedAgent(context(Tls.trusting()).handshakes(ended))) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.driveUntil("the end", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure().reason()).isEqualTo(HandshakeException.Reason.TLS);
    }
  }

  @Test
  void whatADutyCycleSendsIsOneRecordAndOneWrite() {
    TestTransports.Counting wire = new TestTransports.Counting();
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent =
            new InvokedAgent(new SelectorContext().transports(Tls.trusting().over(wire)))) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      ask(agent, listener.connection, 1);
      int writes = wire.writes.size();
      ask(agent, listener.connection, 100);
      assertThat(wire.writes).hasSize(writes + 1);
      byte[] written = wire.writes.get(writes);
      int recordLength = (written[3] & 0xFF) << 8 | written[4] & 0xFF;
      assertThat(written[0]).as("application data").isEqualTo((byte) 23);
      assertThat(written).hasSize(5 + recordLength);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void goodbyeIsSaidBeforeTheSocketIsClosed(String protocol) {
    TestTransports.Counting wire = new TestTransports.Counting();
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent =
            new InvokedAgent(
                new SelectorContext().transports(Tls.trusting().speaking(protocol).over(wire)))) {
      agent.connect(server.address(), ProtocolVersion.V5);
      int writes = wire.writes.size();
      agent.end();
      assertThat(wire.writes).hasSize(writes + 1);
      // TLS 1.3 hides what a record is.
      assertThat(wire.writes.get(writes)[0])
          .isEqualTo((byte) (protocol.equals("TLSv1.3") ? 23 : 21));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void goodbyeOfTheServerEndsTheConnection(String protocol) {
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent = new InvokedAgent(context(Tls.trusting().speaking(protocol)))) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      server.observed().openConnections().get(0).close();
      agent.driveUntil("the loss", () -> !listener.closed.isEmpty());
      assertThat(listener.closed.get(0)).hasMessageContaining("the server closed it");
    }
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2,2,1", "TLSv1.3,3,9"})
  void refusalIsToldThoughThePipeBreaksBeforeItIsRead(String protocol, int writes, int records) {
    TransportFactory wire =
        Tls.trusting().speaking(protocol).over(TestTransports.refused(writes, records));
    try (ScriptedServer server = server(ServerTls.of("server").mutual());
        InvokedAgent agent = new InvokedAgent(new SelectorContext().transports(wire))) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.driveUntil("the refusal", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure().reason()).isEqualTo(HandshakeException.Reason.TLS);
      // Newer servers of TLS 1.2 say no more than that the handshake has failed.
      assertThat(listener.handshakeFailure()).hasMessageContaining("the client's certificate");
      assertThat(listener.handshakeFailure().getCause().getSuppressed()[0])
          .hasMessage("Broken pipe");
    }
  }

  @Test
  void renegotiationIsRefused() throws IOException {
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent = new InvokedAgent(context(Tls.trusting().speaking("TLSv1.2")))) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      ServerConnection connection = server.observed().openConnections().get(0);
      Thread asking =
          new Thread(
              () -> {
                try {
                  connection.renegotiate();
                } catch (IOException expected) {
                  // The client refuses.
                }
              });
      asking.start();
      agent.driveUntil("the refusal", () -> !listener.closed.isEmpty());
      assertThat(listener.closed.get(0)).hasMessageContaining("renegotiate, which is refused");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void laterConnectionsToANodeResumeItsSession(String protocol) {
    CountingTrust trust = new CountingTrust("authority");
    Tls tls = new Tls(trust.context(null), parameters -> {}).speaking(protocol);
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent = new InvokedAgent(context(tls))) {
      for (int i = 0; i < 4; i++) {
        RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
        ask(agent, listener.connection, 1);
      }
      assertThat(trust.checks()).as("full handshakes").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"V4,TLSv1.2", "V4,TLSv1.3", "V5,TLSv1.2", "V5,TLSv1.3"})
  void largeEnvelopesTravelBothWays(ProtocolVersion version, String protocol) {
    String large = "x".repeat(5 << 20);
    try (ScriptedServer server = server(ServerTls.of("server"));
        InvokedAgent agent = new InvokedAgent(context(Tls.trusting().speaking(protocol)))) {
      server.on(queryStartingWith("SELECT x"), rows(COLUMNS).row(text(large)).build());
      RecordingListener listener = agent.connect(server.address(), version);
      RecordingHandler handler = new RecordingHandler();
      new CqlRequest("SELECT " + large).offer(listener.connection, handler, 0);
      QUERY.offer(listener.connection, handler, 1);
      agent.driveUntil("the answers", () -> handler.outcomes() == 2);
      assertThat(handler.failures).isEmpty();
      assertThat(handler.bodies.get(0L)).hasSizeGreaterThan(5 << 20);
    }
  }
}
