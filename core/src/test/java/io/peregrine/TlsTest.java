package io.peregrine;

import static io.peregrine.testkit.server.TestStores.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.io.HandshakeException;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import io.peregrine.testkit.server.ServerTls;
import io.peregrine.testkit.server.TestStores;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class TlsTest {
  private static final String QUERY = "SELECT v FROM ks.t";

  @TempDir Path folder;

  private TlsOptions trusting() {
    return Secured.trusting("authority", folder);
  }

  private static ScriptedServer server(ServerTls tls) {
    return ScriptedServer.builder().tls(tls).start();
  }

  private static void assertConnects(ClusterBuilder builder) {
    try (Cluster cluster = builder.build();
        Session session = cluster.connect()) {
      assertThat(session.execute(QUERY)).isEmpty();
    }
  }

  private static HandshakeException tlsFailure(ScriptedServer server, TlsOptions options) {
    HandshakeException failure =
        (HandshakeException) Secured.refusal(Secured.cluster(server).tls(options));
    assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.TLS);
    assertThat(failure).hasMessageContaining("No TLS connection to " + server.address());
    return failure;
  }

  @Test
  void certificateForAnotherNameIsRefusedUnlessNamesAreNotVerified() {
    try (ScriptedServer server = server(ServerTls.of("wrong-name"))) {
      assertThat(tlsFailure(server, trusting()))
          .hasMessageContaining("is not for 'localhost'")
          .hasMessageContaining("hostnameVerification");
      assertConnects(Secured.cluster(server).tls(trusting().hostnameVerification(false)));
    }
  }

  @Test
  void expiredCertificateIsRefusedEvenIfNamesAreNotVerified() {
    try (ScriptedServer server = server(ServerTls.of("expired"))) {
      assertThat(tlsFailure(server, trusting())).hasMessageContaining("has expired");
      assertThat(tlsFailure(server, trusting().hostnameVerification(false)))
          .hasMessageContaining("has expired");
    }
  }

  @Test
  void certificateOfAnotherAuthorityIsRefusedEvenIfNamesAreNotVerified() {
    try (ScriptedServer server = server(ServerTls.of("other-server"))) {
      assertThat(tlsFailure(server, trusting())).hasMessageContaining("is not trusted");
      assertThat(tlsFailure(server, trusting().hostnameVerification(false)))
          .hasMessageContaining("is not trusted");
      assertThat(tlsFailure(server, TlsOptions.defaults())).hasMessageContaining("is not trusted");
    }
  }

  @Test
  void serverThatDoesNotSpeakTlsIsToldApart() {
    // Nodes say so at once; the scripted server waits for the rest of what it takes for a request.
    try (ScriptedServer server = ScriptedServer.start()) {
      HandshakeException failure =
          (HandshakeException)
              Secured.refusal(
                  Secured.cluster(server).tls(trusting()).connectTimeout(Duration.ofSeconds(2)));
      assertThat(failure.reason()).isEqualTo(HandshakeException.Reason.TIMED_OUT);
      assertThat(failure).hasMessageContaining("is TLS switched on for this port");
    }
  }

  @Test
  void serverThatExpectsTlsIsToldApart() {
    try (ScriptedServer server = server(ServerTls.of("server"))) {
      Throwable failure = Secured.refusal(Secured.cluster(server));
      assertThat(failure).isInstanceOf(HandshakeException.class);
      assertThat(failure).hasMessageContaining("the server expects TLS");
    }
  }

  @Test
  void protocolsInCommonAreNeeded() {
    try (ScriptedServer server = server(ServerTls.of("server").speaking("TLSv1.2"))) {
      assertThat(tlsFailure(server, trusting().protocols("TLSv1.3")))
          .hasMessageContaining("the server refused");
    }
  }

  @Test
  void cipherSuiteIsTheOneThatWasAskedFor() {
    String suite = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    try (ScriptedServer server = server(ServerTls.of("server"));
        Cluster cluster =
            Secured.cluster(server)
                .tls(trusting().protocols("TLSv1.2").cipherSuites(suite))
                .build();
        Session session = cluster.connect()) {
      assertThat(session.execute(QUERY)).isEmpty();
      SSLSession tls = server.observed().openConnections().get(0).tlsSession();
      assertThat(tls).isNotNull();
      assertThat(tls.getCipherSuite()).isEqualTo(suite);
    }
  }

  @Test
  void nameOfTheNodeIsSentAndVerified() throws Exception {
    InetAddress named = InetAddress.getByAddress("node1.peregrine.test", new byte[] {127, 0, 0, 1});
    try (ScriptedServer server = server(ServerTls.of("server"));
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(new InetSocketAddress(named, server.address().getPort()))
                .tls(trusting())
                .build();
        Session session = cluster.connect()) {
      assertThat(session.execute(QUERY)).isEmpty();
      ExtendedSSLSession tls =
          (ExtendedSSLSession) server.observed().openConnections().get(0).tlsSession();
      assertThat(tls).isNotNull();
      assertThat(tls.getRequestedServerNames())
          .isEqualTo(List.of(new SNIHostName("node1.peregrine.test")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PKCS12", "JKS", "PEM"})
  void storesOfAllKindsAreRead(String kind) throws Exception {
    Path keys = folder.resolve("keys");
    Path trust = folder.resolve("trust");
    StoreFiles.write(kind, TestStores.store("client"), keys);
    StoreFiles.write(kind, TestStores.store("authority"), trust);
    char[] password = kind.equals("PEM") ? null : PASSWORD.toCharArray();
    TlsOptions options = TlsOptions.defaults().trustStore(trust, password).keyStore(keys, password);
    try (ScriptedServer server = server(ServerTls.of("server").mutual())) {
      assertConnects(Secured.cluster(server).tls(options));
    }
  }

  @Test
  void encryptedKeyInPemIsRead() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), TestStores.encryptedPem());
    try (ScriptedServer server = server(ServerTls.of("server").mutual())) {
      assertConnects(
          Secured.cluster(server).tls(trusting().keyStore(keys, PASSWORD.toCharArray())));
    }
    assertRefused(Cluster.builder(), TlsOptions.defaults().keyStore(keys, null), "no password");
  }

  @Test
  void serverThatWantsACertificateIsToldApart() {
    try (ScriptedServer server = server(ServerTls.of("server").mutual().speaking("TLSv1.2"))) {
      assertThat(tlsFailure(server, trusting())).hasMessageContaining("the client's certificate");
    }
  }

  @Test
  void storesThatCannotBeUsedAreRefusedAtOnce() throws Exception {
    Path file = TestStores.copy("client", folder.resolve("client.p12"));
    Path text = Files.writeString(folder.resolve("text"), "neither this nor that");
    Path sec1 =
        Files.writeString(
            folder.resolve("sec1"),
            "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    ClusterBuilder builder = Cluster.builder();
    assertRefused(builder, TlsOptions.defaults().keyStore(file, "wrong".toCharArray()), "client");
    assertRefused(builder, TlsOptions.defaults().trustStore(folder.resolve("none"), null), "none");
    assertRefused(builder, TlsOptions.defaults().trustStore(text, null), "no PKCS12, JKS or PEM");
    assertRefused(builder, TlsOptions.defaults().keyStore(sec1, null), "openssl pkcs8");
    assertRefused(builder, TlsOptions.defaults().cipherSuites("TLS_ROT13"), "TLS_ROT13");
    assertThatThrownBy(() -> TlsOptions.defaults().protocols("TLSv1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TLSv1.2");
    assertThatThrownBy(
            () -> TlsOptions.of(SSLContext.getDefault()).trustStore(file, null).toString())
        .isInstanceOf(IllegalStateException.class);
  }

  private static void assertRefused(ClusterBuilder builder, TlsOptions options, String words) {
    assertThatThrownBy(() -> builder.tls(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("wrong");
  }

  @Test
  void changedStoreIsUsedForNewConnectionsAndOpenOnesStay() throws Exception {
    Path keys = TestStores.copy("client", folder.resolve("keys.p12"));
    ServerTls trustsBoth =
        new ServerTls(TestStores.context("server", "both-authorities"), true, List.of("TLSv1.3"));
    try (ScriptedServer server = server(trustsBoth);
        Cluster cluster =
            Secured.cluster(server).tls(trusting().keyStore(keys, PASSWORD.toCharArray())).build();
        Session session = cluster.connect()) {
      assertThat(issuers(server)).containsOnly("CN=Peregrine test authority");
      int open = issuers(server).size();
      Files.writeString(keys, "half a file");
      try (Session other = cluster.connect()) {
        assertThat(other.execute(QUERY)).as("by the former store").isEmpty();
        assertThat(issuers(server)).containsOnly("CN=Peregrine test authority");
      }
      server.observed().awaitOpenConnections(open);
      TestStores.copy("other-client", keys);
      try (Session other = cluster.connect()) {
        assertThat(other.execute(QUERY)).isEmpty();
        assertThat(issuers(server)).hasSize(open + 1).contains("CN=Another test authority");
      }
      assertThat(session.execute(QUERY)).isEmpty();
    }
  }

  /** Who issued the certificates that the server's clients have shown. */
  private static List<String> issuers(ScriptedServer server) {
    return server.observed().openConnections().stream()
        .map(
            connection -> {
              try {
                X509Certificate shown =
                    (X509Certificate) connection.tlsSession().getPeerCertificates()[0];
                return shown.getIssuerX500Principal().getName();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @Test
  void anotherProviderDoesAsWell() {
    Provider conscrypt = Conscrypt.newProviderBuilder().provideTrustManager(true).build();
    SSLContext context = ConscryptContext.trusting("authority", conscrypt);
    assertThat(Conscrypt.isConscrypt(context)).isTrue();
    try (ScriptedServer server = server(ServerTls.of("server"))) {
      assertConnects(Secured.cluster(server).sslContext(context));
      assertConnects(Secured.cluster(server).tls(trusting().provider(conscrypt)));
    }
    try (ScriptedServer server = server(ServerTls.of("wrong-name"))) {
      assertThat(tlsFailure(server, TlsOptions.of(context))).hasMessageContaining("is not for");
    }
  }
}
