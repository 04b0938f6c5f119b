package io.peregrine.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Rows;
import io.peregrine.testkit.leak.LeakCheck;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ScriptedClusterTest {
  @Test
  void everyNodeSeesItselfAndAllOthers() throws Exception {
    try (ScriptedCluster cluster =
        ScriptedCluster.builder()
            .dataCenter("dc1", 3)
            .dataCenter("dc2", 2)
            .racks(2)
            .tokensPerNode(4)
            .start()) {
      for (int i = 0; i < 5; i++) {
        try (PlainClient client = PlainClient.ready(cluster.address(i), 5)) {
          Set<ByteBuffer> ids = new HashSet<>();
          Rows local =
              (Rows) client.ask(0, new Query("SELECT host_id, rpc_port FROM system.local"));
          Rows peers = (Rows) client.ask(0, new Query("SELECT host_id FROM system.peers_v2"));
          assertThat(local.getData().peek().get(1).getInt(0))
              .isEqualTo(cluster.address(0).getPort());
          local.getData().forEach(row -> ids.add(row.get(0)));
          peers.getData().forEach(row -> ids.add(row.get(0)));
          assertThat(ids).hasSize(5);
        }
      }
      assertThat(cluster.nodes().stream().flatMap(node -> node.tokens().stream()).distinct())
          .hasSize(20);
      cluster.assertNoViolations();
    }
  }

  @Test
  void changesOfTheTopologyShowInTheTables() throws Exception {
    try (ScriptedCluster cluster = ScriptedCluster.start(3);
        PlainClient client = PlainClient.ready(cluster.address(0), 4)) {
      NodeInfo last = cluster.nodes().get(2);
      cluster.remove(2);
      assertThat(peers(client, "peers")).hasSize(1);
      cluster.add(last);
      cluster.change(2, node -> node.in("dc9", "rack9"));
      Query where =
          new Query(
              "SELECT data_center FROM system.peers WHERE peer = '"
                  + last.address().getAddress().getHostAddress()
                  + "'");
      Rows row = (Rows) client.ask(0, where);
      assertThat(row.getData().remove().get(0).duplicate()).isEqualTo(Cells.text("dc9"));
      assertThat(row.getData()).isEmpty();
    }
  }

  @Test
  void oldNodesHaveNoPeersV2() throws Exception {
    try (ScriptedCluster cluster =
            ScriptedCluster.builder()
                .dataCenter("dc1", 2)
                .servers(server -> server.versions(3, 4).withoutPeersV2().releaseVersion("3.11.19"))
                .start();
        PlainClient client = PlainClient.ready(cluster.address(1), 3)) {
      Error error = (Error) client.ask(0, new Query("SELECT * FROM system.peers_v2"));
      assertThat(error.code).isEqualTo(0x2200);
      assertThat(error.message).isEqualTo("unconfigured table peers_v2");
      assertThat(peers(client, "peers")).hasSize(1);
    }
  }

  private static List<?> peers(PlainClient client, String table) throws Exception {
    return List.copyOf(
        ((Rows) client.ask(0, new Query("SELECT * FROM system." + table))).getData());
  }
}
