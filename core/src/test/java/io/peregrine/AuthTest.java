package io.peregrine;

import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.AuthResponse;
import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.auth.AuthProvider;
import io.peregrine.auth.PlainTextAuthProvider;
import io.peregrine.auth.SaslAuthProvider;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.security.auth.callback.Callback;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class AuthTest {
  private static final String LEGACY = "org.apache.cassandra.auth.PasswordAuthenticator";
  private static final String DSE = "com.datastax.bdp.cassandra.auth.DseAuthenticator";

  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.builder().versions(3, 4, 5, 65, 66).start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private void demand(String serverAuthenticator) {
    server.on(opcode(Opcode.STARTUP), new Authenticate(serverAuthenticator));
    server.on(
        opcode(Opcode.AUTH_RESPONSE),
        exchange -> {
          String token = token(exchange);
          tokens.add(token);
          exchange.reply(
              token.equals("PLAIN")
                  ? new AuthChallenge(bytes("PLAIN-START"))
                  : new AuthSuccess(null));
        });
  }

  private static String token(Exchange exchange) {
    ByteBuffer token = ((AuthResponse) exchange.request().message()).token;
    byte[] bytes = new byte[token.remaining()];
    token.duplicate().get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private void connect(AuthProvider provider, ProtocolVersion version) {
    try (Cluster cluster =
            Secured.cluster(server).protocolVersion(version).authProvider(provider).build();
        Session session = cluster.connect()) {
      assertThat(session.execute("SELECT v FROM t")).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3", "V4", "V5", "DSE_V1", "DSE_V2"})
  void nameAndPasswordAreSentAtOnceToAllButDse(ProtocolVersion version) {
    demand(LEGACY);
    connect(new PlainTextAuthProvider("jörg", "pässword".toCharArray()), version);
    assertThat(tokens).isNotEmpty().containsOnly("\0jörg\0pässword");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5", "DSE_V1", "DSE_V2"})
  void dseIsToldTheMechanismFirst(ProtocolVersion version) {
    demand(DSE);
    connect(new PlainTextAuthProvider("user", "secret".toCharArray()), version);
    assertThat(tokens).startsWith("PLAIN", "\0user\0secret").hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "DSE_V1", "DSE_V2"})
  void proxyLoginNamesBothUsers(ProtocolVersion version) {
    demand(DSE);
    connect(
        SaslAuthProvider.plain("user", "secret".toCharArray()).withAuthorizationId("other"),
        version);
    assertThat(tokens).startsWith("PLAIN", "other\0user\0secret");
  }

  @Test
  void serverThatDoesNotHaveTheMechanismIsToldApart() {
    server.on(opcode(Opcode.STARTUP), new Authenticate(DSE));
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthChallenge(bytes("GSSAPI-START")));
    assertThat(Secured.refusal(Secured.cluster(server).credentials("user", "secret")))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("Did not receive a valid challenge response from server")
        .hasMessageContaining("PLAIN");
  }

  @Test
  void mechanismThatNobodyHasIsToldApart() {
    demand(LEGACY);
    AuthProvider unknown = SaslAuthProvider.mechanism("ROT13", callbacks -> {});
    assertThat(Secured.refusal(Secured.cluster(server).authProvider(unknown)))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("SASL mechanism ROT13");
  }

  @Test
  void questionsToAPasswordHaveNoAnswer() {
    server.on(opcode(Opcode.STARTUP), new Authenticate(LEGACY));
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthChallenge(bytes("and your birthday?")));
    for (AuthProvider provider :
        List.of(
            new PlainTextAuthProvider("user", "secret".toCharArray()),
            SaslAuthProvider.plain("user", "secret".toCharArray()))) {
      assertThat(Secured.refusal(Secured.cluster(server).authProvider(provider)))
          .isInstanceOf(AuthenticationFailedException.class)
          .hasMessageContaining("Did not receive a valid challenge response from server");
    }
  }

  @Test
  void withoutAProviderTheServersDemandIsTold() {
    demand(LEGACY);
    assertThat(Secured.refusal(Secured.cluster(server)))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("Remote end requires authentication.")
        .hasMessageContaining(LEGACY);
  }

  @Test
  void mechanismOfSeveralRoundsProvesBothSides() throws Exception {
    server.on(opcode(Opcode.STARTUP), new Authenticate(LEGACY));
    DigestServer digest = new DigestServer();
    server.on(opcode(Opcode.AUTH_RESPONSE), digest::answer);
    AuthProvider provider =
        SaslAuthProvider.mechanism(
                "DIGEST-MD5", new DigestServer.Answers("user", "secret".toCharArray()))
            .withService("cassandra");
    connect(provider, ProtocolVersion.V5);
    assertThat(digest.completed).isPositive();
    AuthProvider wrong =
        SaslAuthProvider.mechanism(
                "DIGEST-MD5", new DigestServer.Answers("user", "wrong".toCharArray()))
            .withService("cassandra");
    assertThat(Secured.refusal(Secured.cluster(server).authProvider(wrong)))
        .isInstanceOf(AuthenticationFailedException.class);
  }

  @Test
  void serverThatIsContentTooSoonHasProvedNothing() {
    server.on(opcode(Opcode.STARTUP), new Authenticate(LEGACY));
    server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(null));
    AuthProvider provider =
        SaslAuthProvider.mechanism(
            "DIGEST-MD5", new DigestServer.Answers("user", "secret".toCharArray()));
    assertThat(Secured.refusal(Secured.cluster(server).authProvider(provider)))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("has not shown that it knows the secret");
  }

  @Test
  void refusedCredentialsAreNotSentAgain() {
    demand(LEGACY);
    try (Cluster cluster = Secured.cluster(server).credentials("user", "secret").build();
        Session session = cluster.connect()) {
      server.on(
          opcode(Opcode.AUTH_RESPONSE),
          exchange -> {
            tokens.add("refused");
            exchange.reply(new Error(ErrorCode.AUTH_ERROR, "no longer"));
          });
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("no longer");
      assertThat(session.execute("SELECT v FROM t")).isEmpty();
      assertThat(tokens).containsOnlyOnce("refused");
    }
  }

  @Test
  void everyConnectionLogsInAlsoOneThatOnlyPreparesAndOneThatIsForControl() {
    String select = "SELECT v FROM t WHERE k = ?";
    try (ScriptedCluster nodes = ScriptedCluster.start(2)) {
      nodes.on(opcode(Opcode.STARTUP), exchange -> exchange.reply(new Authenticate(LEGACY)));
      nodes.on(opcode(Opcode.AUTH_RESPONSE), exchange -> exchange.reply(new AuthSuccess(null)));
      ScriptedServer other = nodes.server(1);
      try (Cluster cluster =
              PatientCluster.builder()
                  .addContactPoint(nodes.address(0))
                  .port(nodes.address(0).getPort())
                  .credentials("user", "secret")
                  .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10)))
                  .build();
          Session session = cluster.connect()) {
        until("both nodes", () -> session.connectedNodes().size() == 2);
        session.prepare(select);
        other.goDown();
        until("one node", () -> session.connectedNodes().size() == 1);
        other.forgetPrepared();
        other.startListening();
        until("both nodes", () -> session.connectedNodes().size() == 2);
        assertThat(other.observed().requests(prepare(select))).hasSize(2);
        nodes.server(0).goDown();
        until(
            "another control connection",
            () ->
                cluster
                    .controlConnectionNode()
                    .filter(node -> node.address().equals(other.address()))
                    .isPresent());
      }
      assertLoggedIn(other, prepare(select));
      assertLoggedIn(other, opcode(Opcode.REGISTER));
      // A request before the server is content would be one.
      nodes.assertNoViolations();
    }
  }

  private static void assertLoggedIn(ScriptedServer server, RequestMatcher request) {
    List<Request> requests = server.observed().requests(request);
    assertThat(requests).isNotEmpty();
    for (Request each : requests) {
      assertThat(server.observed().requests(RequestMatcher.on(each.connection())))
          .extracting(Request::opcode)
          .startsWith(Opcode.OPTIONS, Opcode.STARTUP, Opcode.AUTH_RESPONSE);
    }
  }

  @Test
  void changedCredentialsAreUsedForNewConnections() {
    demand(LEGACY);
    PlainTextAuthProvider provider = new PlainTextAuthProvider("user", "secret".toCharArray());
    try (Cluster cluster = Secured.cluster(server).authProvider(provider).build();
        Session session = cluster.connect()) {
      provider.credentials("user", "changed".toCharArray());
      try (Session other = cluster.connect()) {
        assertThat(tokens).endsWith("\0user\0changed").startsWith("\0user\0secret");
        assertThat(other.execute("SELECT v FROM t")).isEmpty();
      }
      assertThat(session.execute("SELECT v FROM t")).isEmpty();
    }
  }

  @Test
  void passwordArrayMayBeOverwrittenByWhoGaveIt() {
    demand(LEGACY);
    char[] password = "secret".toCharArray();
    PlainTextAuthProvider provider = new PlainTextAuthProvider("user", password);
    Arrays.fill(password, 'x');
    connect(provider, ProtocolVersion.V5);
    assertThat(tokens).containsOnly("\0user\0secret");
  }

  /** The server's side of a mechanism with a challenge, as the JDK has it. */
  private static final class DigestServer {
    volatile int completed;
    private final java.util.Map<Object, SaslServer> conversations =
        new java.util.concurrent.ConcurrentHashMap<>();

    void answer(Exchange exchange) {
      try {
        SaslServer sasl =
            conversations.computeIfAbsent(exchange.connection(), connection -> begin());
        ByteBuffer token = ((AuthResponse) exchange.request().message()).token;
        byte[] response = new byte[token == null ? 0 : token.remaining()];
        if (token != null) {
          token.duplicate().get(response);
        }
        byte[] challenge = sasl.evaluateResponse(response);
        ByteBuffer answer = challenge == null ? null : ByteBuffer.wrap(challenge);
        if (sasl.isComplete()) {
          completed++;
          exchange.reply(new AuthSuccess(answer));
        } else {
          exchange.reply(new AuthChallenge(answer));
        }
      } catch (SaslException e) {
        exchange.reply(new Error(ErrorCode.AUTH_ERROR, "no"));
      }
    }

    private static SaslServer begin() {
      try {
        return Sasl.createSaslServer(
            "DIGEST-MD5",
            "cassandra",
            "localhost",
            null,
            new Answers("user", "secret".toCharArray()));
      } catch (SaslException e) {
        throw new AssertionError(e);
      }
    }

    private record Answers(String user, char[] password)
        implements javax.security.auth.callback.CallbackHandler {
      @Override
      public void handle(Callback[] callbacks) {
        for (Callback callback : callbacks) {
          if (callback instanceof javax.security.auth.callback.NameCallback name) {
            name.setName(user);
          } else if (callback instanceof javax.security.auth.callback.PasswordCallback secret) {
            secret.setPassword(password.clone());
          } else if (callback instanceof javax.security.sasl.RealmCallback realm) {
            realm.setText(realm.getDefaultText());
          } else if (callback instanceof AuthorizeCallback authorize) {
            authorize.setAuthorized(true);
          }
        }
      }
    }
  }
}
