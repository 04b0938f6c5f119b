package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.AuthResponse;
import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.AuthSuccess;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.auth.KerberosLogin;
import io.peregrine.auth.SaslAuthProvider;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.ScriptedServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslServer;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.apache.kerby.kerberos.kerb.type.ticket.TgtTicket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real KDC, and a scripted node with a key of its own. */
@ExtendWith(LeakCheck.class)
class KerberosTest {
  private static final String DSE = "com.datastax.bdp.cassandra.auth.DseAuthenticator";
  private static final String REALM = "PEREGRINE.TEST";
  private static final String USER = "user@" + REALM;
  private static final String SERVICE = "dse/node.peregrine.test@" + REALM;

  @TempDir static Path folder;

  private static SimpleKdcServer kdc;
  private static Path userKeys;
  private static Path ticketCache;
  private static Subject node;

  private final List<String> authorized = new CopyOnWriteArrayList<>();
  private final Map<Object, SaslServer> conversations = new ConcurrentHashMap<>();

  @BeforeAll
  static void startKdc() throws Exception {
    kdc = new SimpleKdcServer();
    kdc.setKdcRealm(REALM);
    kdc.setKdcHost("127.0.0.1");
    kdc.setAllowTcp(true);
    kdc.setAllowUdp(false);
    kdc.setKdcTcpPort(freePort());
    kdc.setWorkDir(folder.toFile());
    kdc.init();
    kdc.start();
    System.setProperty("java.security.krb5.conf", folder.resolve("krb5.conf").toString());
    userKeys = folder.resolve("user.keytab");
    Path serviceKeys = folder.resolve("service.keytab");
    kdc.createPrincipal(USER, "password");
    kdc.createPrincipal(SERVICE, "other");
    kdc.exportPrincipal(USER, userKeys.toFile());
    kdc.exportPrincipal(SERVICE, serviceKeys.toFile());
    ticketCache = folder.resolve("tickets");
    TgtTicket ticket = kdc.getKrbClient().requestTgt(USER, "password");
    kdc.getKrbClient().storeTicket(ticket, ticketCache.toFile());
    node = login(serviceKeys.toFile());
  }

  @AfterAll
  static void stopKdc() throws Exception {
    System.clearProperty("java.security.krb5.conf");
    kdc.stop();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Subject login(File keys) throws Exception {
    AppConfigurationEntry entry =
        new AppConfigurationEntry(
            "com.sun.security.auth.module.Krb5LoginModule",
            AppConfigurationEntry.LoginModuleControlFlag.REQUIRED,
            Map.of(
                "useKeyTab", "true",
                "storeKey", "true",
                "isInitiator", "false",
                "refreshKrb5Config", "true",
                "keyTab", keys.toString(),
                "principal", SERVICE));
    LoginContext context =
        new LoginContext(
            "node",
            new Subject(),
            null,
            new Configuration() {
              @Override
              public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {entry};
              }
            });
    context.login();
    return context.getSubject();
  }

  private final class Authorizer implements CallbackHandler {
    @Override
    public void handle(Callback[] callbacks) {
      for (Callback callback : callbacks) {
        if (callback instanceof AuthorizeCallback authorize) {
          authorized.add(authorize.getAuthenticationID() + " as " + authorize.getAuthorizationID());
          authorize.setAuthorized(true);
        }
      }
    }
  }

  private void answer(Exchange exchange) {
    ByteBuffer token = ((AuthResponse) exchange.request().message()).token;
    byte[] response = new byte[token.remaining()];
    token.duplicate().get(response);
    if (new String(response, StandardCharsets.UTF_8).equals("GSSAPI")) {
      exchange.reply(
          new AuthChallenge(ByteBuffer.wrap("GSSAPI-START".getBytes(StandardCharsets.UTF_8))));
      return;
    }
    try {
      PrivilegedExceptionAction<byte[]> evaluation =
          () ->
              conversations
                  .computeIfAbsent(exchange.connection(), connection -> begin())
                  .evaluateResponse(response);
      byte[] challenge = Subject.doAs(node, evaluation);
      ByteBuffer answer = challenge == null ? null : ByteBuffer.wrap(challenge);
      exchange.reply(
          conversations.get(exchange.connection()).isComplete()
              ? new AuthSuccess(answer)
              : new AuthChallenge(answer));
    } catch (Exception e) {
      exchange.reply(new Error(ErrorCode.AUTH_ERROR, String.valueOf(e)));
    }
  }

  private SaslServer begin() {
    try {
      return Sasl.createSaslServer(
          "GSSAPI", "dse", "node.peregrine.test", Map.of(Sasl.QOP, "auth"), new Authorizer());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ScriptedServer server() {
    ScriptedServer server = ScriptedServer.start();
    server.on(opcode(Opcode.STARTUP), new Authenticate(DSE));
    server.on(opcode(Opcode.AUTH_RESPONSE), this::answer);
    return server;
  }

  private static ClusterBuilder cluster(ScriptedServer server, SaslAuthProvider provider)
      throws Exception {
    InetAddress named = InetAddress.getByAddress("node.peregrine.test", new byte[] {127, 0, 0, 1});
    return PatientCluster.builder()
        .addContactPoint(new InetSocketAddress(named, server.address().getPort()))
        .authProvider(provider.withNamesResolved(false));
  }

  private void connect(SaslAuthProvider provider) throws Exception {
    try (ScriptedServer server = server();
        Cluster cluster = cluster(server, provider).build();
        Session session = cluster.connect()) {
      assertThat(session.execute("SELECT v FROM t")).isEmpty();
    }
  }

  @Test
  void keyTabLogsIn() throws Exception {
    connect(SaslAuthProvider.gssapi(KerberosLogin.keyTab(USER, userKeys)));
    assertThat(authorized).isNotEmpty().containsOnly(USER + " as " + USER);
  }

  @Test
  void ticketCacheLogsIn() throws Exception {
    connect(SaslAuthProvider.gssapi(KerberosLogin.ticketCache(null, ticketCache)));
    assertThat(authorized).isNotEmpty().containsOnly(USER + " as " + USER);
  }

  @Test
  void authorizationIdIsWhoToActAs() throws Exception {
    connect(
        SaslAuthProvider.gssapi(KerberosLogin.keyTab(USER, userKeys)).withAuthorizationId("other"));
    assertThat(authorized).isNotEmpty().containsOnly(USER + " as other");
  }

  @Test
  void missingTicketIsTold() throws Exception {
    SaslAuthProvider provider =
        SaslAuthProvider.gssapi(KerberosLogin.ticketCache(USER, folder.resolve("none")));
    try (ScriptedServer server = server()) {
      assertThat(Secured.refusal(cluster(server, provider)))
          .isInstanceOf(AuthenticationFailedException.class)
          .hasMessageContaining("Unable to obtain");
    }
  }
}
