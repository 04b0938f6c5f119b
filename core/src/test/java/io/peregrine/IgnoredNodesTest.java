package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.policy.HostFilterPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who is ignored is not asked, not even about the cluster. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class IgnoredNodesTest {
  @Test
  void nodeThatIsFilteredOutDoesNotGetTheControlConnectionThoughNobodyElseTakesIt() {
    ScriptedCluster nodes = ScriptedCluster.start(3);
    HostFilterPolicy policy =
        new HostFilterPolicy(
            new RoundRobinPolicy(), node -> !node.address().equals(nodes.address(2)));
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    builder
                        .loadBalancingPolicy(policy)
                        .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(10))));
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      nodes.server(1).goDown();
      scene.untilHeard("down 1");
      nodes.server(0).goDown();
      scene.until(
          "searches in vain", () -> log.lines("No node takes the control connection").size() >= 3);
      nodes.server(1).startListening();
      scene.until("a control node", () -> scene.hasControl(1));
      scene.untilConnected(session, 1);
      assertThat(nodes.server(2).observed().connections()).isEmpty();
    }
  }
}
