package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.cassandra.SharedCassandra;
import io.peregrine.testkit.leak.LeakCheck;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real server knows of its clients. */
@RealCassandra
@ExtendWith(LeakCheck.class)
class RealClientOptionsTest {
  private static ClusterBuilder cluster() {
    return RealSession.patient(SharedCassandra.server().contactPoint());
  }

  @Test
  void serverShowsWhatItWasToldOfTheClient() {
    UUID id = UUID.randomUUID();
    try (Cluster cluster =
            cluster()
                .application("shop", "1.2")
                .clientId(id)
                .cqlVersion("3.4.7")
                .noCompact()
                .build();
        Session session = cluster.connect()) {
      List<Row> clients =
          session.execute("SELECT * FROM system_views.clients").all().stream()
              .filter(row -> options(row).containsValue(id.toString()))
              .toList();
      assertThat(clients).as("the control connection and the session's").hasSize(2);
      for (Row client : clients) {
        assertThat(client.getString("driver_name")).isEqualTo("Peregrine");
        assertThat(client.getString("driver_version")).isEqualTo(Cluster.VERSION);
        assertThat(options(client))
            .containsEntry("APPLICATION_NAME", "shop")
            .containsEntry("APPLICATION_VERSION", "1.2")
            .containsEntry("CLIENT_ID", id.toString())
            .containsEntry("NO_COMPACT", "true")
            .containsEntry("DRIVER_NAME", "Peregrine");
      }
    }
  }

  private static Map<Object, Object> options(Row client) {
    Object options = client.getObject("client_options");
    return options instanceof Map<?, ?> map ? Map.copyOf(map) : Map.of();
  }

  @Test
  void betaVersionIsSpokenWithAServerThatHasOne() {
    try (Cluster cluster =
            cluster().allowBetaProtocolVersion(true).protocolVersion(ProtocolVersion.V6).build();
        Session session = cluster.connect()) {
      PreparedStatement select =
          session.prepare("SELECT release_version FROM system.local WHERE key = ?");
      Row row = session.execute(select.bind("local")).one();
      assertThat(row).isNotNull();
      assertThat(row.getString(0)).startsWith("5.");
      assertThat(
              session.execute("SELECT protocol_version FROM system_views.clients").all().stream()
                  .map(client -> client.getInt(0)))
          .contains(6);
    }
  }
}
