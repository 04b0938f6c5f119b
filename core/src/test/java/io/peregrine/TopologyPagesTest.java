package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.queryMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.DriverException;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.HostFilterPolicy;
import io.peregrine.testkit.leak.AllocationProbe;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.RowsBuilder;
import io.peregrine.testkit.server.ScriptedServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A large cluster is told page by page, so that no request waits long for an answer about it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class TopologyPagesTest {
  private final List<NodeInfo> nodes = new ArrayList<>();

  TopologyPagesTest() {
    for (int i = 0; i < 230; i++) {
      InetSocketAddress address = new InetSocketAddress("127.0.1." + (i + 1), 9042);
      nodes.add(NodeInfo.at(address).withTokens(List.of(Integer.toString(i))));
    }
  }

  private static ClusterBuilder to(ScriptedServer server) {
    return PatientCluster.builder()
        .addContactPoint(server.address())
        .loadBalancingPolicy(
            new HostFilterPolicy(
                new DefaultLoadBalancingPolicy(), node -> node.address().equals(server.address())));
  }

  @Test
  void nodesThatComeInManyPagesAreAllFound() {
    try (ScriptedServer server =
            ScriptedServer.builder()
                .nodes(() -> nodes.get(0), () -> nodes.subList(1, nodes.size()))
                .start();
        Cluster cluster = to(server).build();
        Session session = cluster.connect()) {
      assertThat(session.connectedNodes()).hasSize(1);
      assertThat(cluster.nodes())
          .extracting(Node::hostId)
          .containsExactlyInAnyOrderElementsOf(nodes.stream().map(NodeInfo::hostId).toList());
      cluster.refreshNodes(true);
      assertThat(cluster.metadata().tokenMap().orElseThrow().ranges()).hasSize(nodes.size());
      server.observed().assertNoViolations();
    }
  }

  @Test
  void tokensThatAreReadAgainLeaveLittleGarbage() {
    int tokens = 128;
    Random random = new Random(6);
    nodes.replaceAll(
        node -> node.withTokens(random.longs(tokens).mapToObj(String::valueOf).toList()));
    try (ScriptedServer server =
            ScriptedServer.builder()
                .nodes(() -> nodes.get(0), () -> nodes.subList(1, nodes.size()))
                .start();
        Cluster cluster = to(server).build();
        Session session = cluster.connect()) {
      TokenMap before = cluster.metadata().tokenMap().orElseThrow();
      Thread conductor = AllocationProbe.threadsNamed("peregrine-conductor").get(0);
      AllocationProbe probe = AllocationProbe.of(conductor);
      cluster.refreshNodes(false);
      // What has not changed is not placed again; a string of each token alone would be 64 bytes.
      assertThat(probe.allocatedBytes() / (nodes.size() * tokens)).isLessThan(50);
      assertThat(cluster.metadata().tokenMap()).containsSame(before);
      probe.start();
      cluster.refreshNodes(true);
      assertThat(probe.allocatedBytes() / (nodes.size() * tokens)).isLessThan(100);
      assertThat(cluster.metadata().tokenMap().orElseThrow()).isNotSameAs(before);
      assertThat(session.connectedNodes()).hasSize(1);
    }
  }

  @Test
  void serverWhosePagesNeverEndIsLeftWhenTheTimeIsOver() {
    try (ScriptedServer server = ScriptedServer.start()) {
      RowsBuilder endless =
          RowsBuilder.rows(Columns.of("system", "peers_v2").and("host_id", DataType.UUID))
              .pagingState((byte) 1);
      server.on(queryMatching("peers_v2"), exchange -> exchange.reply(endless));
      try (Cluster cluster = to(server).controlConnectionTimeout(Duration.ofMillis(100)).build()) {
        assertThatThrownBy(cluster::connect).isInstanceOf(DriverException.class);
      }
    }
  }
}
