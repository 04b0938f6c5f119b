package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.Supported;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.ScriptedServer;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class HandshakeTest {
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private static HandshakeException failureOf(InvokedAgent agent, RecordingListener listener) {
    agent.driveUntil("the end of the handshake", () -> !listener.closed.isEmpty());
    agent.drive(5);
    assertThat(listener.closed).hasSize(1);
    assertThat(listener.ready).isZero();
    assertThat(listener.connection.isReady()).isFalse();
    return listener.handshakeFailure();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void optionsThenStartupMakesAConnectionReady(ProtocolVersion version) {
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener = agent.connect(server.address(), version);
      assertThat(listener.connection.isReady()).isTrue();
      assertThat(listener.connection.inFlight()).isZero();
      assertThat(listener.connection.agent()).isSameAs(agent.agent);
      assertThat(listener.ready).isEqualTo(1);
      assertThat(agent.count(SelectorCounter.CONNECTIONS_OPENED)).isEqualTo(1);
      Startup startup =
          (Startup) server.observed().requests(opcode(Opcode.STARTUP)).get(0).message();
      assertThat(startup.options).containsEntry("CQL_VERSION", "3.4.7");
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @Test
  void oneStreamIdIsEnoughForTheHandshake() {
    try (InvokedAgent agent = new InvokedAgent(new SelectorContext().maxInFlight(1))) {
      agent.connect(server.address(), ProtocolVersion.V5);
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @Test
  void unknownVersionIsToldApart() {
    try (ScriptedServer old = ScriptedServer.builder().versions(3, 4).start();
        InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure = failureOf(agent, agent.open(old.address(), ProtocolVersion.V5));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.UNSUPPORTED_VERSION);
      assertThat(failure).hasMessageContaining("does not speak protocol V5");
      assertThat(failure).hasMessageContaining("supported versions are (3/v3, 4/v4)");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void authenticationIsAskedForByName(ProtocolVersion version) {
    server.on(opcode(Opcode.STARTUP), new Authenticate("org.example.SomeAuthenticator"));
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure = failureOf(agent, agent.open(server.address(), version));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.AUTHENTICATION_REQUIRED);
      assertThat(failure).hasMessageContaining("org.example.SomeAuthenticator");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void errorToStartupIsARefusal(ProtocolVersion version) {
    server.on(opcode(Opcode.STARTUP), new Error(ErrorCode.IS_BOOTSTRAPPING, "come back tomorrow"));
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure = failureOf(agent, agent.open(server.address(), version));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.REFUSED);
      assertThat(failure).hasMessageContaining("come back tomorrow");
    }
  }

  @Test
  void nobodyListening() {
    server.stopListening();
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V5));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.UNREACHABLE);
      assertThat(failure)
          .hasMessageContaining(server.address().toString())
          .hasMessageContaining("is the server running");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Opcode.OPTIONS, Opcode.STARTUP})
  void silenceEndsWithTheConnectTimeout(int silentTo) {
    server.on(opcode(silentTo), Exchange::silence);
    TestClock clock = new TestClock();
    try (InvokedAgent agent = new InvokedAgent(new SelectorContext().clock(clock))) {
      RecordingListener listener =
          agent.open(server.address(), ProtocolVersion.V5, Duration.ofSeconds(3));
      agent.driveUntil(
          "the request", () -> !server.observed().requests(opcode(silentTo)).isEmpty());
      clock.advance(Duration.ofSeconds(3).minusNanos(1));
      agent.drive(3);
      assertThat(listener.closed).isEmpty();
      clock.advance(Duration.ofNanos(1));
      HandshakeException failure = failureOf(agent, listener);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.TIMED_OUT);
      assertThat(failure).hasMessageContaining("3000 ms");
    }
  }

  @Test
  void aTimeoutWithoutEndDoesNotOverflow() {
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener =
          agent.open(server.address(), ProtocolVersion.V5, Duration.ofNanos(Long.MAX_VALUE));
      agent.driveUntil("ready", () -> listener.ready == 1 || !listener.closed.isEmpty());
      assertThat(listener.closed).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Opcode.OPTIONS, Opcode.STARTUP})
  void serverThatClosesIsNotReady(int closesAt) {
    server.on(opcode(closesAt), Exchange::close);
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V4));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.CLOSED);
      assertThat(failure).hasMessageContaining("ended before it was ready");
    }
  }

  @Test
  void serverThatResetsIsNotReady() {
    server.on(opcode(Opcode.OPTIONS), Exchange::reset);
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V4));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.CLOSED);
    }
  }

  @Test
  void httpServerIsNotCql() {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    server.on(opcode(Opcode.OPTIONS), exchange -> exchange.replyRaw(http));
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V5));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.NOT_CQL);
      assertThat(failure).hasMessageContaining("0x48").hasMessageContaining("does not speak CQL");
    }
  }

  @Test
  void readyToOptionsIsOutOfOrder() {
    server.on(opcode(Opcode.OPTIONS), new Ready());
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V4));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.NOT_CQL);
      assertThat(failure).hasMessageContaining("answered OPTIONS with READY");
    }
  }

  @Test
  void supportedToStartupIsOutOfOrder() {
    server.on(opcode(Opcode.STARTUP), new Supported(Map.of("CQL_VERSION", List.of("3.4.7"))));
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V4));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.NOT_CQL);
      assertThat(failure).hasMessageContaining("answered STARTUP with SUPPORTED");
    }
  }

  @Test
  void malformedSupportedEndsTheHandshakeAtOnce() {
    byte[] envelope = {(byte) 0x84, 0, 0, 0, Opcode.SUPPORTED, 0, 0, 0, 2, 0, 9};
    server.on(opcode(Opcode.OPTIONS), exchange -> exchange.replyEnvelope(envelope));
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure =
          failureOf(agent, agent.open(server.address(), ProtocolVersion.V4));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.NOT_CQL);
    }
  }

  @Test
  void closingDuringTheHandshakeIsReportedOnce() throws Exception {
    try (ServerSocket mute = new ServerSocket(0);
        InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener =
          agent.open(new InetSocketAddress("127.0.0.1", mute.getLocalPort()), ProtocolVersion.V5);
      agent.drive(3);
      agent.end();
      assertThat(listener.handshakeFailure().reason()).isEqualTo(HandshakeException.Reason.CLOSED);
    }
  }

  @Test
  void connectionBeforeTheFirstCycleIsClosedWithTheAgent() {
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.agent.onClose();
      assertThat(listener.handshakeFailure()).hasMessageContaining("The driver was closed");
    }
  }
}
