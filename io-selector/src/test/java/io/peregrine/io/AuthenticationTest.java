package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.AuthResponse;
import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.Ready;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class AuthenticationTest {
  private static final String SERVER_CLASS = "org.example.SomeAuthenticator";

  private final List<String> said = new ArrayList<>();
  private final List<byte[]> tokens = new ArrayList<>();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.builder().versions(3, 4, 5).compressions("lz4").start();
    server.on(opcode(Opcode.STARTUP), new Authenticate(SERVER_CLASS));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  /** Notes what it is asked, and answers with the question. */
  private final class Echo implements HandshakeAuthenticator {
    @Override
    public byte[] initialResponse() {
      return token("hello");
    }

    @Override
    public byte[] evaluateChallenge(byte[] challenge) {
      String text = challenge == null ? "null" : new String(challenge, StandardCharsets.UTF_8);
      said.add("challenge " + text);
      if (text.equals("impossible")) {
        throw new IllegalStateException("no answer to that");
      }
      return token(text);
    }

    @Override
    public void onSuccess(byte[] token) {
      said.add("success " + (token == null ? "null" : new String(token, StandardCharsets.UTF_8)));
      if (token != null) {
        throw new SecurityException("the server is an impostor");
      }
    }
  }

  private byte[] token(String text) {
    byte[] token = text.getBytes(StandardCharsets.UTF_8);
    tokens.add(token);
    return token;
  }

  private SelectorContext context() {
    return new SelectorContext()
        .authentication(
            (address, serverClass) -> {
              said.add("new " + address.getPort() + " " + serverClass);
              return new Echo();
            });
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private HandshakeException failure(InvokedAgent agent) {
    RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
    agent.driveUntil("the end of the handshake", () -> !listener.closed.isEmpty());
    assertThat(listener.ready).isZero();
    return listener.handshakeFailure();
  }

  @ParameterizedTest
  @CsvSource({"V3,NONE", "V4,NONE", "V4,LZ4", "V5,NONE", "V5,LZ4"})
  void questionsAreAnsweredUntilTheServerIsContent(ProtocolVersion version, Compression wanted) {
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(null));
    for (String challenge : List.of("second", "first")) {
      server.once(
          opcode(Opcode.AUTH_RESPONSE),
          exchange -> exchange.reply(new AuthChallenge(bytes(challenge))));
    }
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.connect(server.address(), version, wanted);
      assertThat(listener.connection.isReady()).isTrue();
      assertThat(said)
          .containsExactly(
              "new " + server.address().getPort() + " " + SERVER_CLASS,
              "challenge first",
              "challenge second",
              "success null");
      assertThat(server.observed().requests(opcode(Opcode.AUTH_RESPONSE))).hasSize(3);
      AuthResponse first =
          (AuthResponse) server.observed().requests(opcode(Opcode.AUTH_RESPONSE)).get(0).message();
      assertThat(first.token).isEqualTo(bytes("hello"));
      RecordingHandler handler = new RecordingHandler();
      new CqlRequest("SELECT v FROM t").offer(listener.connection, handler, 1);
      agent.driveUntil("an answer", () -> handler.outcomes() == 1);
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @Test
  void tokensAreOverwrittenOnceTheyAreSent() {
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(null));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      agent.connect(server.address(), ProtocolVersion.V5);
      assertThat(tokens).hasSize(1);
      assertThat(tokens.get(0)).containsOnly(0);
    }
  }

  @Test
  void serverThatIsNeverContentIsGivenUp() {
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthChallenge(bytes("again")));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.AUTHENTICATION_FAILED);
      assertThat(failure).hasMessageContaining("not content after 32 challenges");
      assertThat(server.observed().requests(opcode(Opcode.AUTH_RESPONSE))).hasSize(33);
    }
  }

  @Test
  void wrongCredentialsAreToldApart() {
    server.on(opcode(Opcode.AUTH_RESPONSE), new Error(ErrorCode.AUTH_ERROR, "who are you"));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.AUTHENTICATION_FAILED);
      assertThat(failure.isAuthentication()).isTrue();
      assertThat(failure)
          .hasMessageContaining("Failed to authenticate to " + server.address())
          .hasMessageContaining("BAD_CREDENTIALS: who are you");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {ErrorCode.OVERLOADED, ErrorCode.IS_BOOTSTRAPPING})
  void serverWithoutTimeForAuthenticationMayBeAskedLater(int code) {
    server.on(opcode(Opcode.AUTH_RESPONSE), new Error(code, "later"));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.REFUSED);
      assertThat(failure.isAuthentication()).isFalse();
    }
  }

  @Test
  void withoutAnAuthenticatorTheRemedyIsSaid() {
    try (InvokedAgent agent = new InvokedAgent()) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.AUTHENTICATION_REQUIRED);
      assertThat(failure.isAuthentication()).isTrue();
      assertThat(failure)
          .hasMessageContaining("Remote end requires authentication.")
          .hasMessageContaining("credentials(...)");
    }
  }

  @Test
  void authenticatorWithoutAnAnswerFailsTheConnection() {
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthChallenge(bytes("impossible")));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.AUTHENTICATION_FAILED);
      assertThat(failure).hasMessageContaining("no answer to that");
      assertThat(agent.faults).isEmpty();
    }
  }

  @Test
  void authenticatorThatDoesNotBelieveTheServerFailsTheConnection() {
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(bytes("forged")));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.AUTHENTICATION_FAILED);
      assertThat(failure).hasMessageContaining("impostor");
    }
  }

  @Test
  void readyInTheMiddleOfAuthenticationIsOutOfOrder() {
    server.on(opcode(Opcode.AUTH_RESPONSE), new Ready());
    try (InvokedAgent agent = new InvokedAgent(context())) {
      HandshakeException failure = failure(agent);
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.NOT_CQL);
      assertThat(failure).hasMessageContaining("answered AUTH_RESPONSE with READY");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void challengeOfAMegabyteIsNotTaken(ProtocolVersion version) {
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthChallenge(ByteBuffer.wrap(new byte[64 << 20])));
    try (InvokedAgent agent = new InvokedAgent(context())) {
      RecordingListener listener = agent.open(server.address(), version);
      agent.driveUntil("the end of the handshake", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure().reason()).isEqualTo(HandshakeException.Reason.NOT_CQL);
      assertThat(agent.count(SelectorCounter.BYTES_READ)).isLessThan(4 << 20);
    }
  }

  @Test
  void slowAuthenticatorRunsElsewhereAndIsCutOffByTheConnectTimeout() {
    List<Runnable> steps = new ArrayList<>();
    TestClock clock = new TestClock();
    try (InvokedAgent agent = new InvokedAgent(context().clock(clock).handshakes(steps::add))) {
      RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
      agent.driveUntil("the step", () -> !steps.isEmpty());
      clock.advance(InvokedAgent.CONNECT_TIMEOUT.plus(Duration.ofSeconds(1)));
      agent.driveUntil("the timeout", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure().reason())
          .isEqualTo(HandshakeException.Reason.TIMED_OUT);
      steps.forEach(Runnable::run);
      agent.drive(3);
      assertThat(tokens.get(0)).containsOnly(0);
      assertThat(agent.faults).isEmpty();
    }
  }
}
