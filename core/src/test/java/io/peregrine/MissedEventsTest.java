package io.peregrine;

import static io.peregrine.ClusterScene.KEYSPACES;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import io.peregrine.policy.ConvictionPolicy;
import io.peregrine.policy.DcAwareRoundRobinPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.NodeInfo;
import io.peregrine.testkit.server.ScriptedCluster;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes whose schedules would let them wait for ever, and who does not let them. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class MissedEventsTest {
  private static ClusterBuilder onceADay(ClusterBuilder builder) {
    return builder.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofDays(1)));
  }

  private static ClusterBuilder onceADayAndNobodyIsConvicted(ClusterBuilder builder) {
    return onceADay(builder).convictionPolicy(node -> new Lenient());
  }

  /** Whatever happens, a node counts as up. */
  private static final class Lenient implements ConvictionPolicy {
    @Override
    public boolean addFailure(Throwable failure) {
      return false;
    }

    @Override
    public void reset() {
      // It remembers nothing.
    }
  }

  /** All but the first, and they are back without anybody saying so. */
  private static void goAndComeBack(ClusterScene scene, Session session) {
    scene.nodes.server(1).goDown();
    scene.nodes.server(2).goDown();
    scene.untilConnected(session, 1);
    scene.nodes.server(1).startListening();
    scene.nodes.server(2).startListening();
  }

  @Test
  void nodesThatAreDownAreTriedWhenTheControlConnectionIsBack() {
    try (ClusterScene scene = ClusterScene.of(3, MissedEventsTest::onceADay);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      goAndComeBack(scene, session);
      scene.untilHeard("down 1", "down 2");
      scene.nodes.server(0).goDown();
      scene.untilHeard("down 0", "up 1", "up 2");
      scene.untilConnected(session, 2);
      assertThat(scene.hasControl(1) || scene.hasControl(2)).isTrue();
    }
  }

  @Test
  void nodesThatCountAsUpAreConnectedToWhenTheControlConnectionIsBack() {
    try (ClusterScene scene = ClusterScene.of(3, MissedEventsTest::onceADayAndNobodyIsConvicted);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      goAndComeBack(scene, session);
      scene.nodes.server(0).goDown();
      scene.untilConnected(session, 2);
      assertThat(scene.heard).containsExactlyInAnyOrder("add 0", "add 1", "add 2");
    }
  }

  @Test
  void nodeThatCountsAsUpIsConnectedToWhenItIsSaidToBeUp() {
    try (ClusterScene scene = ClusterScene.of(2, MissedEventsTest::onceADayAndNobodyIsConvicted);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.server(1).goDown();
      scene.untilConnected(session, 1);
      assertThat(scene.node(1).state()).isEqualTo(NodeState.UP);
      scene.nodes.server(1).startListening();
      scene.nodes.push(new StatusChangeEvent("UP", scene.nodes.address(1)));
      scene.untilConnected(session, 2);
      assertThat(scene.heard).containsExactlyInAnyOrder("add 0", "add 1");
    }
  }

  @Test
  void remoteNodeThatIsSaidToBeUpIsConnectedToInsteadOfOneThatIsDown() {
    ScriptedCluster nodes =
        ScriptedCluster.builder().dataCenter("dc1", 1).dataCenter("dc2", 2).start();
    LoadBalancingPolicy policy = new DcAwareRoundRobinPolicy("dc1", 1);
    try (ClusterScene scene =
            new ClusterScene(nodes, builder -> onceADay(builder).loadBalancingPolicy(policy));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.server(1).goDown();
      scene.untilHeard("down 1", "up 2");
      scene.untilConnected(session, 2);
      scene.nodes.server(2).goDown();
      scene.untilHeard("down 2");
      scene.until(
          "the first one preferred", () -> scene.node(2).distance() == NodeDistance.IGNORED);
      scene.nodes.server(2).startListening();
      scene.nodes.push(new StatusChangeEvent("UP", scene.nodes.address(2)));
      scene.until("the other", () -> session.connectedNodes().contains(scene.node(2)));
      assertThat(scene.node(1).distance()).isEqualTo(NodeDistance.IGNORED);
    }
  }

  @Test
  void nodeThatIsFoundByTheSecondCandidateComesUp() {
    ScriptedCluster nodes = ScriptedCluster.start(3);
    try (ClusterScene scene =
        new ClusterScene(nodes, builder -> onceADay(builder).addContactPoint(nodes.address(1)))) {
      NodeInfo joining = scene.nodes.nodes().get(2);
      scene.nodes.remove(2);
      scene
          .nodes
          .server(0)
          .once(
              KEYSPACES,
              exchange -> {
                scene.nodes.add(joining);
                exchange.reply(new Error(0x0000, "disk failure"));
              });
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 3);
        assertThat(scene.hasControl(1)).isTrue();
        scene.untilHeard("add 2", "up 2");
      }
    }
  }
}
