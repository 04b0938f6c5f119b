package io.peregrine;

import static io.peregrine.testkit.server.TestStores.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peregrine.auth.PlainTextAuthProvider;
import io.peregrine.auth.SaslAuthProvider;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.io.HandshakeException;
import io.peregrine.testkit.cassandra.CassandraCluster;
import io.peregrine.testkit.cassandra.CassandraSpec;
import io.peregrine.testkit.cassandra.NodeOperator;
import io.peregrine.testkit.server.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three real nodes that want TLS, a client's certificate, and a password. */
class RealSecurityTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NODES = 3;
  private static final String USER = "cassandra";
  private static final String QUERY = "SELECT release_version FROM system.local";

  @TempDir static Path stores;
  @TempDir Path own;

  private static CassandraCluster nodes;
  private static Path serverKeys;
  private static Path serverTrust;

  private Path clientKeys;

  @BeforeAll
  static void start() {
    serverKeys = TestStores.copy("nodes", stores.resolve("keys.p12"));
    serverTrust = TestStores.copy("authority", stores.resolve("trust.p12"));
    nodes =
        CassandraCluster.start(
            CassandraSpec.ofNodes(NODES)
                .withSetting("authenticator", "PasswordAuthenticator")
                .withSetting("authorizer", "CassandraAuthorizer")
                .withSetting("role_manager", "CassandraRoleManager")
                .withSetting("permissions_validity", "100ms")
                .withSetting(
                    "client_encryption_options",
                    Map.of(
                        "enabled",
                        true,
                        "optional",
                        false,
                        "keystore",
                        serverKeys.toString(),
                        "keystore_password",
                        PASSWORD,
                        "store_type",
                        "PKCS12",
                        "truststore",
                        serverTrust.toString(),
                        "truststore_password",
                        PASSWORD,
                        "require_client_auth",
                        true)));
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  @BeforeEach
  void clientStores() {
    clientKeys = TestStores.copy("client", own.resolve("client.p12"));
    // A node that has not heard yet of the one that has the passwords refuses everybody.
    Waiting.until("the nodes to know each other", LIMIT, this::everybodyLetsIn);
  }

  private boolean everybodyLetsIn() {
    try (Cluster cluster = everything().build();
        Session session = cluster.connect(ConnectOptions.defaults().waitForAllPools(true))) {
      return session.connectedNodes().size() == NODES;
    } catch (NoHostAvailableException e) {
      return false;
    }
  }

  private TlsOptions tls() {
    Path trust = TestStores.copy("both-authorities", own.resolve("trust.p12"));
    return TlsOptions.defaults().trustStore(trust, PASSWORD.toCharArray());
  }

  private TlsOptions mutual() {
    return tls().keyStore(clientKeys, PASSWORD.toCharArray());
  }

  private static ClusterBuilder cluster(TlsOptions tls) {
    return RealSession.patient(nodes.contactPoint()).tls(tls);
  }

  private ClusterBuilder everything() {
    return cluster(mutual()).credentials(USER, USER);
  }

  private static Throwable refusal(ClusterBuilder builder) {
    try (Cluster cluster = builder.build()) {
      NoHostAvailableException none =
          catchThrowableOfType(NoHostAvailableException.class, cluster::connect);
      assertThat(none).isNotNull();
      assertThat(none.errors()).containsOnlyKeys(nodes.contactPoint());
      return none.errors().get(nodes.contactPoint());
    }
  }

  @ParameterizedTest
  @CsvSource({"V4,TLSv1.2", "V4,TLSv1.3", "V5,TLSv1.2", "V5,TLSv1.3"})
  void sessionReachesAllNodesThroughTlsWithACertificateAndAPassword(
      ProtocolVersion version, String protocol) {
    try (Cluster cluster =
            cluster(mutual().protocols(protocol))
                .credentials(USER, USER)
                .protocolVersion(version)
                .build();
        Session session = cluster.connect()) {
      Waiting.until("all nodes", LIMIT, () -> session.connectedNodes().size() == NODES);
      for (int i = 0; i < 100; i++) {
        assertThat(session.execute(QUERY).one()).isNotNull();
      }
      ResultSet clients =
          session.execute("SELECT username, ssl_protocol, ssl_enabled FROM system_views.clients");
      for (Row row : clients) {
        assertThat(row.getBoolean("ssl_enabled")).isTrue();
      }
    }
  }

  @Test
  void callerRunsAndInvokedClustersLogInAsWell() {
    try (Cluster cluster = everything().build();
        Session session = cluster.connect(ConnectOptions.callerRuns())) {
      assertThat(session.execute(QUERY).one()).isNotNull();
    }
    try (Cluster cluster = everything().invoked().build();
        Session session = cluster.connect()) {
      assertThat(session.execute(QUERY).one()).isNotNull();
    }
  }

  @Test
  void wrongPasswordIsToldAndNotTriedAgain() {
    assertThat(refusal(cluster(mutual()).credentials(USER, "Sesame, open!")))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("Failed to authenticate to")
        .hasMessageContaining("incorrect");
  }

  @Test
  void missingCredentialsAreTold() {
    assertThat(refusal(cluster(mutual())))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("Remote end requires authentication.")
        .hasMessageContaining("PasswordAuthenticator");
  }

  @Test
  void missingCertificateIsTold() {
    for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
      Throwable error = refusal(cluster(tls().protocols(protocol)).credentials(USER, USER));
      assertThat(error).isInstanceOf(HandshakeException.class);
      assertThat(((HandshakeException) error).reason()).isEqualTo(HandshakeException.Reason.TLS);
      assertThat(error).hasMessageContaining("the client's certificate");
    }
  }

  @Test
  void plainClientIsToldThatTheServerExpectsTls() {
    Throwable error =
        refusal(
            PatientCluster.builder().addContactPoint(nodes.contactPoint()).credentials(USER, USER));
    assertThat(error).isInstanceOf(HandshakeException.class).hasMessageContaining("expects TLS");
  }

  @Test
  void untrustedServerIsNotTalkedTo() {
    Path trust = TestStores.copy("other-authority", own.resolve("others.p12"));
    Throwable error =
        refusal(
            cluster(TlsOptions.defaults().trustStore(trust, PASSWORD.toCharArray()))
                .credentials(USER, USER));
    assertThat(error).isInstanceOf(HandshakeException.class).hasMessageContaining("not trusted");
  }

  @Test
  void rightsAreTheServersToGiveAndCredentialsCanBeChangedAtRunTime() {
    try (Cluster cluster = everything().build();
        Session session = cluster.connect()) {
      session.execute("CREATE ROLE IF NOT EXISTS reader WITH PASSWORD = 'r' AND LOGIN = true");
    }
    PlainTextAuthProvider provider = new PlainTextAuthProvider("reader", "wrong".toCharArray());
    try (Cluster cluster = cluster(mutual()).authProvider(provider).build()) {
      assertThatThrownBy(cluster::connect).isInstanceOf(NoHostAvailableException.class);
      provider.credentials("reader", "r".toCharArray());
      try (Session session = cluster.connect()) {
        assertThatThrownBy(() -> session.execute("CREATE ROLE another"))
            .isInstanceOf(UnauthorizedException.class);
      }
    }
    SaslAuthProvider sasl = SaslAuthProvider.plain("reader", "r".toCharArray());
    try (Cluster cluster = cluster(mutual()).authProvider(sasl).build();
        Session session = cluster.connect()) {
      assertThat(session.execute(QUERY).one()).isNotNull();
    }
  }

  @Test
  void certificatesAreRotatedUnderLoadWithoutAFailedRequest() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong answers = new AtomicLong();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    TlsOptions before = mutual();
    try (Cluster cluster = cluster(before).credentials(USER, USER).build();
        Session session = cluster.connect()) {
      Waiting.until("all nodes", LIMIT, () -> session.connectedNodes().size() == NODES);
      Thread load =
          new Thread(
              () -> {
                while (!ended.get()) {
                  try {
                    session.execute(QUERY);
                    answers.incrementAndGet();
                  } catch (RuntimeException e) {
                    failures.add(e);
                  }
                }
              });
      load.start();
      Waiting.until("load", LIMIT, () -> answers.get() > 100);
      TestStores.copy("other-nodes", serverKeys);
      TestStores.copy("other-authority", serverTrust);
      for (int i = 0; i < NODES; i++) {
        reload(nodes.node(i));
      }
      TestStores.copy("other-client", clientKeys);
      try (Session later = cluster.connect()) {
        Waiting.until("all nodes", LIMIT, () -> later.connectedNodes().size() == NODES);
        assertThat(later.execute(QUERY).one()).isNotNull();
      }
      long since = answers.get();
      Waiting.until("more load", LIMIT, () -> answers.get() > since + 100);
      ended.set(true);
      load.join();
      assertThat(failures).isEmpty();
      TestStores.copy("client", clientKeys);
      assertThat(refusal(everything()))
          .as("the former certificate")
          .hasMessageContaining("does not accept the client's certificate");
    } finally {
      ended.set(true);
      TestStores.copy("nodes", serverKeys);
      TestStores.copy("authority", serverTrust);
      for (int i = 0; i < NODES; i++) {
        reload(nodes.node(i));
      }
    }
  }

  private static void reload(io.peregrine.testkit.cassandra.CassandraNode node) {
    try (NodeOperator operator = node.operator()) {
      operator.reloadCertificates();
    }
  }
}
