package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Startup;
import com.datastax.oss.protocol.internal.response.Supported;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.ScriptedServer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the client asks of servers before the first request. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ProtocolOptionsTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";

  private static Map<String, String> startup(ScriptedServer server) {
    List<Request> requests = server.observed().requests(opcode(Opcode.STARTUP));
    assertThat(requests).isNotEmpty();
    return ((Startup) requests.get(requests.size() - 1).message()).options;
  }

  @Test
  void betaVersionThatIsAllowedIsMarkedInEachMessage() {
    try (ScriptedServer server = ScriptedServer.builder().versions(5, 6).start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .allowBetaProtocolVersion(true)
                .protocolVersion(ProtocolVersion.V6)
                .build();
        Session session = cluster.connect()) {
      server.define(SELECT, Columns.of("ks", "t").and("k", DataType.INT), Columns.NONE, 0);
      session.execute("q");
      session.execute(session.prepare(SELECT).bind(1));
      session.execute(BatchStatement.logged().add(SimpleStatement.of("b")));
      assertThat(server.observed().requests())
          .extracting(Request::opcode)
          .contains(Opcode.REGISTER, Opcode.QUERY, Opcode.PREPARE, Opcode.EXECUTE, Opcode.BATCH);
      assertThat(server.observed().requests())
          .allMatch(request -> request.frame().beta, "has the beta flag")
          .allMatch(request -> request.version() == 6);
      server.observed().assertNoViolations();
    }
  }

  @Test
  void betaVersionIsNeverFoundOutByAsking() {
    try (ScriptedServer server = ScriptedServer.builder().versions(4, 6).start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .allowBetaProtocolVersion(true)
                .build();
        Session session = cluster.connect()) {
      session.execute("q");
      assertThat(server.observed().requests()).noneMatch(request -> request.frame().beta);
      assertThat(server.observed().requests()).allMatch(request -> request.version() <= 5);
    }
  }

  @Test
  void versionThatIsNoBetaIsNotMarked() {
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .allowBetaProtocolVersion(true)
                .protocolVersion(ProtocolVersion.V5)
                .build();
        Session session = cluster.connect()) {
      session.execute("q");
      assertThat(server.observed().requests()).noneMatch(request -> request.frame().beta);
    }
  }

  @Test
  void cqlVersionIsTheOneThatWasSetIfTheServerHasIt() {
    try (ScriptedServer server = ScriptedServer.start()) {
      server.on(
          opcode(Opcode.OPTIONS), new Supported(Map.of("CQL_VERSION", List.of("3.4.7", "3.4.4"))));
      try (Cluster cluster =
              PatientCluster.builder()
                  .addContactPoint(server.address())
                  .cqlVersion("3.4.4")
                  .build();
          Session session = cluster.connect()) {
        assertThat(startup(server)).containsEntry("CQL_VERSION", "3.4.4");
        assertThat(session.execute("q").all()).isEmpty();
      }
      try (Cluster cluster =
          PatientCluster.builder().addContactPoint(server.address()).cqlVersion("9.9.9").build()) {
        assertThatThrownBy(cluster::connect)
            .isInstanceOf(NoHostAvailableException.class)
            .hasMessageContaining("CQL version 9.9.9 is not supported by " + server.address())
            .hasMessageContaining("[3.4.7, 3.4.4]");
      }
    }
    assertThatThrownBy(() -> Cluster.builder().cqlVersion(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void optionsOfTheApplicationReachTheServer() {
    UUID id = new UUID(3, 4);
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster =
            PatientCluster.builder()
                .addContactPoint(server.address())
                .application("shop", "1.2")
                .clientId(id)
                .noCompact()
                .build();
        Session session = cluster.connect()) {
      assertThat(startup(server))
          .containsEntry("APPLICATION_NAME", "shop")
          .containsEntry("APPLICATION_VERSION", "1.2")
          .containsEntry("CLIENT_ID", id.toString())
          .containsEntry("NO_COMPACT", "true");
      session.execute("q");
    }
    try (ScriptedServer server = ScriptedServer.start();
        Cluster cluster = PatientCluster.builder().addContactPoint(server.address()).build();
        Session session = cluster.connect()) {
      assertThat(startup(server)).containsOnlyKeys("CQL_VERSION", "DRIVER_NAME", "DRIVER_VERSION");
      session.execute("q");
    }
  }
}
