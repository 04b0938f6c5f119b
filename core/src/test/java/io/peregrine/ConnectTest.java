package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConnectTest {
  private static Cluster to(InetSocketAddress... addresses) {
    ClusterBuilder builder = PatientCluster.builder();
    for (InetSocketAddress address : addresses) {
      builder.addContactPoint(address);
    }
    return builder.build();
  }

  /** An address that nobody listens at. */
  private static InetSocketAddress dead() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  @Test
  void newestCommonVersionIsSpoken() {
    try (ScriptedServer server = ScriptedServer.builder().versions(4, 5).start();
        Cluster cluster = to(server.address());
        Session session = cluster.connect()) {
      session.execute("q");
      assertThat(server.observed().requests(query("q")).get(0).version()).isEqualTo(5);
    }
  }

  @Test
  void olderVersionIsSpokenWithAnOlderServer() {
    try (ScriptedServer server = ScriptedServer.builder().versions(3, 4).start();
        Cluster cluster = to(server.address());
        Session session = cluster.connect()) {
      session.execute("q");
      assertThat(server.observed().requests(query("q")).get(0).version()).isEqualTo(4);
    }
  }

  @Test
  void versionThatWasSetIsNotLowered() {
    try (ScriptedServer server = ScriptedServer.builder().versions(4).start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .protocolVersion(ProtocolVersion.V5)
                .build()) {
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(UnsupportedProtocolVersionException.class)
          .hasMessageContaining("Protocol version 5 was set explicitly")
          .hasMessageContaining("leave it unset")
          .hasMessageContaining(server.address().toString());
    }
  }

  @Test
  void theOldestVersionIsSpokenWithTheOldestServer() {
    try (ScriptedServer server = ScriptedServer.builder().versions(3).start();
        Cluster cluster = to(server.address());
        Session session = cluster.connect()) {
      session.execute("q");
      assertThat(server.observed().requests(query("q")).get(0).version()).isEqualTo(3);
    }
  }

  @Test
  void versionThatIsABetaIsRefused() {
    assertThatThrownBy(() -> Cluster.builder().protocolVersion(ProtocolVersion.V6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beta");
  }

  @Test
  void serverThatSpeaksNoVersionOfTheDriversIsNamed() {
    try (ScriptedServer server = ScriptedServer.builder().versions(66).start();
        Cluster cluster = to(server.address())) {
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(UnsupportedProtocolVersionException.class)
          .hasMessageContaining("none of the driver's protocol versions (3, 4 and 5)")
          .hasMessageContaining(server.address().toString());
    }
  }

  @Test
  void deadContactPointIsPassedOver() throws Exception {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(dead(), server.address());
        Session session = cluster.connect()) {
      assertThat(session.execute("q").all()).isEmpty();
      assertThat(session.connectedNodes())
          .extracting(Node::address)
          .containsExactly(server.address());
    }
  }

  @Test
  void nobodyListeningIsToldForEachAddress() throws Exception {
    InetSocketAddress first = dead();
    InetSocketAddress second = new InetSocketAddress("127.0.0.2", first.getPort());
    try (Cluster cluster = to(first, second)) {
      NoHostAvailableException e =
          catchThrowableOfType(NoHostAvailableException.class, cluster::connect);
      assertThat(e.errors().keySet()).containsExactly(first, second);
      assertThat(e.errors().values())
          .allSatisfy(cause -> assertThat(cause).hasMessageContaining("Cannot connect to"));
      assertThat(e).hasMessageContaining(first.toString()).hasMessageContaining(second.toString());
      assertThat(e.getStackTrace())
          .anyMatch(frame -> frame.getClassName().equals(ConnectTest.class.getName()));
    }
  }

  @Test
  void clusterThatComesUpLaterIsFoundByTheNextConnect() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address())) {
      server.stopListening();
      assertThatThrownBy(cluster::connect).isInstanceOf(NoHostAvailableException.class);
      server.startListening();
      try (Session session = cluster.connect()) {
        assertThat(session.execute("q").all()).isEmpty();
      }
    }
  }

  @Test
  void unknownNameIsToldWhenTheClusterIsConnectedTo() {
    try (Cluster cluster = Cluster.builder().addContactPoint("no.such.host.invalid").build()) {
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(UnresolvedContactPointException.class)
          .hasMessageContaining("no.such.host.invalid");
    }
  }

  @Test
  void unknownNameIsLeftOutIfThereIsAnother() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            Cluster.builder()
                .addContactPoint("no.such.host.invalid")
                .addContactPoint(server.address())
                .build();
        Session session = cluster.connect()) {
      assertThat(session.connectedNodes()).hasSize(1);
    }
  }

  @Test
  void serverThatIsNoCassandraIsSuspected() throws Exception {
    ServerSocket http = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread answering = new Thread(() -> answerHttp(http), "http");
    answering.start();
    try (Cluster cluster = to((InetSocketAddress) http.getLocalSocketAddress())) {
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("does not speak CQL");
    } finally {
      http.close();
      answering.join();
    }
  }

  private static void answerHttp(ServerSocket http) {
    try {
      while (true) {
        try (Socket client = http.accept()) {
          OutputStream out = client.getOutputStream();
          out.write(
              "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
          out.flush();
          while (client.getInputStream().read() >= 0) {
            // Reads until the client gives up, so that its end sees the answer and no reset.
          }
        }
      }
    } catch (IOException e) {
      // Closing the socket is how the test ends this.
    }
  }

  @Test
  void serverThatNeverAnswersIsGivenUp() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .connectTimeout(Duration.ofMillis(100))
                .build()) {
      server.goSilent();
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("took longer than 100 ms");
      server.observed().awaitOpenConnections(0);
    }
  }

  @Test
  void serverThatDoesNotTellItsTopologyIsGivenUp() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    RequestMatcher queries = opcode(ProtocolConstants.Opcode.QUERY);
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            time.drive(Cluster.builder())
                .addContactPoint(server.address())
                .controlConnectionTimeout(timeout)
                .build()) {
      server.on(queries, Exchange::silence);
      CompletableFuture<Session> connecting = cluster.connectAsync();
      TestTime.until(
          cluster, "the questions", () -> server.observed().requests(queries).size() == 2);
      time.pass(timeout);
      TestTime.until(cluster, "an end", connecting::isDone);
      assertThatThrownBy(connecting::join)
          .cause()
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("The cluster could not be read: ");
      TestTime.until(cluster, "no connection", () -> server.observed().openConnections().isEmpty());
    }
  }

  @Test
  void demandForAuthenticationIsTold() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address())) {
      server.on(
          opcode(ProtocolConstants.Opcode.STARTUP),
          new Authenticate("org.apache.cassandra.auth.PasswordAuthenticator"));
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("requires authentication")
          .hasMessageContaining("PasswordAuthenticator");
    }
  }

  @Test
  void overloadedServerIsQuoted() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address())) {
      server.on(
          opcode(ProtocolConstants.Opcode.STARTUP),
          new Error(ProtocolConstants.ErrorCode.OVERLOADED, "too many connections"));
      assertThatThrownBy(cluster::connect)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("too many connections");
    }
  }

  @Test
  void unknownKeyspaceIsNamed() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address())) {
      server.on(
          query("USE \"x\""),
          new Error(ProtocolConstants.ErrorCode.INVALID, "Keyspace 'x' does not exist"));
      assertThatThrownBy(() -> cluster.connect("x"))
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageStartingWith("Unable to connect to any servers using keyspace 'x'")
          .hasMessageContaining("Keyspace 'x' does not exist");
      server.observed().awaitOpenConnections(1);
      try (Session session = cluster.connect()) {
        assertThat(session.execute("q").all()).isEmpty();
      }
    }
  }

  @Test
  void keyspaceIsQuotedAndSetOnEachConnection() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address());
        Session one = cluster.connect("Mar\"ket");
        Session two = cluster.connect("Mar\"ket")) {
      assertThat(one.execute("q").all()).isEmpty();
      assertThat(two.execute("q").all()).isEmpty();
      List<Request> used = server.observed().requests(query("USE \"Mar\"\"ket\""));
      assertThat(used).extracting(Request::connection).hasSize(2).doesNotHaveDuplicates();
    }
  }

  @Test
  void useStatementReachesAllConnections() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address());
        Session session = cluster.connect()) {
      session.execute("USE market");
      server.observed().awaitRequests(1, query("USE \"market\""));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void clientTellsWhoItIs(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      Startup startup =
          (Startup)
              scene
                  .server
                  .observed()
                  .requests(opcode(ProtocolConstants.Opcode.STARTUP))
                  .get(0)
                  .message();
      assertThat(startup.options)
          .containsEntry("DRIVER_NAME", "Peregrine")
          .containsEntry("CQL_VERSION", "3.4.7")
          .containsKey("DRIVER_VERSION");
    }
  }

  @Test
  void closedClusterOpensNoSession() {
    try (ScriptedServer server = ScriptedServer.start()) {
      Cluster cluster = to(server.address());
      cluster.close();
      assertThatThrownBy(cluster::connect).isInstanceOf(ClusterClosedException.class);
      assertThatThrownBy(() -> cluster.connect("ks")).isInstanceOf(ClusterClosedException.class);
      assertThat(cluster.isClosed()).isTrue();
    }
  }

  @Test
  void eachSessionHasConnectionsOfItsOwn() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = to(server.address());
        Session one = cluster.connect();
        Session two = cluster.connect()) {
      one.execute("one");
      two.execute("two");
      server.observed().awaitOpenConnections(3);
      Set<Object> connections =
          server.observed().requests(r -> "one".equals(r.text()) || "two".equals(r.text())).stream()
              .map(Request::connection)
              .collect(Collectors.toSet());
      assertThat(connections).hasSize(2);
      Runnable closeOne = one::close;
      closeOne.run();
      assertThat(two.execute("two").all()).isEmpty();
      server.observed().awaitOpenConnections(2);
    }
  }
}
