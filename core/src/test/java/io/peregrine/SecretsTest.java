package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.TestStores.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.auth.AuthProvider;
import io.peregrine.auth.PlainTextAuthProvider;
import io.peregrine.auth.SaslAuthProvider;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ServerTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A password goes to the server and nowhere else. */
@ExtendWith(LeakCheck.class)
class SecretsTest {
  private static final String SECRET = "Xyzzy-Plugh-42";

  @TempDir Path folder;

  private final StringWriter seen = new StringWriter();

  private void see(Object shown) {
    seen.append(String.valueOf(shown)).append('\n');
    if (shown instanceof Throwable error) {
      error.printStackTrace(new PrintWriter(seen, true));
    }
  }

  private void seeFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        see(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
  }

  private static void end(ScriptedServer server, String how) {
    switch (how) {
      case "refused" ->
          server.on(
              opcode(Opcode.AUTH_RESPONSE), new Error(ErrorCode.AUTH_ERROR, "wrong password"));
      case "challenged" ->
          server.on(
              opcode(Opcode.AUTH_RESPONSE), new AuthChallenge(ByteBuffer.wrap(new byte[] {1})));
      case "closed" -> server.on(opcode(Opcode.AUTH_RESPONSE), Exchange::close);
      case "nonsense" ->
          server.on(
              opcode(Opcode.AUTH_RESPONSE), exchange -> exchange.replyRaw(new byte[] {1, 2, 3}));
      default -> server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(null));
    }
  }

  @Test
  void passwordIsInNoLogNoExceptionNoFileAndNoFlightRecord() throws Exception {
    PrintStream err = System.err;
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setErr(capture);
    System.setOut(capture);
    try {
      for (String how : List.of("accepted", "refused", "challenged", "closed", "nonsense")) {
        for (AuthProvider provider :
            List.of(
                new PlainTextAuthProvider("user", SECRET.toCharArray()),
                SaslAuthProvider.plain("user", SECRET.toCharArray()))) {
          converse(how, provider);
        }
      }
      see(catchThrowable(() -> Cluster.builder().credentials("", SECRET)));
      see(
          catchThrowable(
              () ->
                  Cluster.builder()
                      .tls(TlsOptions.defaults().keyStore(stored(), SECRET.toCharArray()))));
      see(Secured.trusting("authority", folder).keyStore(stored(), PASSWORD.toCharArray()));
    } finally {
      System.setErr(err);
      System.setOut(out);
    }
    String all = seen + printed.toString(StandardCharsets.UTF_8);
    assertThat(all).contains("wrong password").contains("AUTH_RESPONSE").contains("No connection");
    assertThat(all).doesNotContain(SECRET).doesNotContain(PASSWORD);
  }

  private Path stored() {
    return io.peregrine.testkit.server.TestStores.copy("client", folder.resolve("client.p12"));
  }

  private void converse(String how, AuthProvider provider) throws IOException {
    Path stats = folder.resolve("stats-" + how);
    try (ScriptedServer server = ScriptedServer.builder().tls(ServerTls.of("server")).start();
        Cluster cluster =
            Secured.cluster(server)
                .tls(Secured.trusting("authority", folder))
                .authProvider(provider)
                .statsDirectory(stats)
                .build()) {
      server.on(opcode(Opcode.STARTUP), new Authenticate("some.Authenticator"));
      // The control connection is to succeed, so that pools fail and log.
      server.on(opcode(Opcode.AUTH_RESPONSE), new AuthSuccess(null));
      try (Session session = cluster.connect()) {
        see(cluster.flightRecords());
        see(session);
      }
      end(server, how);
      try (Session session = cluster.connect()) {
        see(cluster.flightRecords());
        see(session);
      } catch (RuntimeException e) {
        see(e);
      }
      see(provider);
      see(cluster);
      seeFiles(stats);
    }
  }
}
