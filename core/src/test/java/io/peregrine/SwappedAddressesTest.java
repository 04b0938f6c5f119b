package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.NodeInfo;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that are at the address of another one, of which the cluster says only that it is up. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SwappedAddressesTest {
  private static void becomes(ClusterScene scene, int index, NodeInfo other) {
    scene.nodes.change(index, node -> node.withHostId(other.hostId()).withTokens(other.tokens()));
  }

  private static void goDown(ClusterScene scene, int index) {
    scene.nodes.server(index).goDown();
    scene.untilHeard("down " + index);
  }

  private static void comeUp(ClusterScene scene, int index) {
    scene.nodes.server(index).startListening();
    scene.nodes.server(0).push(new StatusChangeEvent("UP", scene.nodes.address(index)));
  }

  @Test
  void nodesThatSwapTheirAddressesStayThemselves() {
    try (ClusterScene scene = ClusterScene.of(3);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      scene.until("control", () -> scene.hasControl(0));
      Node one = scene.node(1);
      Node two = scene.node(2);
      goDown(scene, 1);
      goDown(scene, 2);
      List<NodeInfo> before = scene.nodes.nodes();
      becomes(scene, 1, before.get(2));
      becomes(scene, 2, before.get(1));
      comeUp(scene, 1);
      comeUp(scene, 2);
      scene.until("another address", () -> one.address().equals(scene.nodes.address(2)));
      scene.until("another address", () -> two.address().equals(scene.nodes.address(1)));
      scene.untilConnected(session, 3);
      assertThat(scene.heard).doesNotContain("remove 1", "remove 2");
      assertThat(session.execute("q").all()).isEmpty();
    }
  }

  @Test
  void nodeThatTakesTheAddressOfADeadOneIsAnother() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      Node dead = scene.node(1);
      goDown(scene, 1);
      UUID other = new UUID(7, 7);
      scene.nodes.change(1, node -> node.withHostId(other));
      comeUp(scene, 1);
      scene.until(
          "the other node", () -> scene.cluster.metadata().nodes().keySet().contains(other));
      // Before it has told who it is, it may count as the dead one, which is up again.
      List<String> exchange = List.of("remove 1", "add 1", "up 1");
      scene.until(
          "news of both, but heard " + scene.heard,
          () -> Collections.indexOfSubList(List.copyOf(scene.heard), exchange) >= 0);
      scene.untilConnected(session, 2);
      assertThat(scene.heard).startsWith("add 0", "add 1", "down 1");
      assertThat(dead.state()).isEqualTo(NodeState.DOWN);
      assertThat(scene.cluster.nodes()).hasSize(2).doesNotContain(dead);
    }
  }

  @Test
  void nodeThatIsItselfIsNoReasonToReadTheOthers() {
    try (ClusterScene scene = ClusterScene.of(2);
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      goDown(scene, 1);
      int before = scene.asked(ClusterScene.PEERS);
      comeUp(scene, 1);
      scene.untilHeard("up 1");
      scene.cluster.refreshNodes(false);
      assertThat(scene.asked(ClusterScene.PEERS)).isEqualTo(before + 1);
    }
  }
}
