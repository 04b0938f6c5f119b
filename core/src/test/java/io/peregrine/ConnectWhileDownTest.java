package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that are opened when every node of a known cluster counts as down. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConnectWhileDownTest {
  /** Two nodes that were up once, are down, and are not tried for an hour. */
  private static ClusterScene down() {
    ClusterScene scene =
        ClusterScene.of(
            2, b -> b.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofHours(1))));
    try (Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      scene.nodes.servers().forEach(ScriptedServer::goDown);
      scene.until(
          "both nodes down",
          () -> scene.cluster.nodes().stream().allMatch(node -> node.state() == NodeState.DOWN));
    }
    return scene;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nodeThatIsBackIsFoundAtOnceByWhoWantsToConnect(boolean callerRuns) {
    try (ClusterScene scene = down()) {
      scene.nodes.server(1).startListening();
      ConnectOptions options = callerRuns ? ConnectOptions.callerRuns() : ConnectOptions.defaults();
      try (Session session = scene.cluster.connect(options)) {
        assertThat(session.execute("q").all()).isEmpty();
        assertThat(session.connectedNodes()).containsExactly(scene.node(1));
        scene.until("the node up", () -> scene.node(1).state() == NodeState.UP);
        assertThat(scene.node(0).state()).isEqualTo(NodeState.DOWN);
      }
      scene.until("the control connection to it", () -> scene.hasControl(1));
    }
  }

  @Test
  void nodeThatIsBackIsFoundThoughAnotherOneOnlySeemsToBeUp() {
    try (ClusterScene scene =
        ClusterScene.of(
            2, b -> b.reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofHours(1))))) {
      try (Session session = scene.cluster.connect()) {
        scene.untilConnected(session, 2);
        scene.nodes.server(1).goDown();
        scene.untilHeard("down 1");
      }
      scene.nodes.server(0).stopListening();
      scene.nodes.server(1).startListening();
      assertThat(scene.node(0).state()).isEqualTo(NodeState.UP);
      try (Session session = scene.cluster.connect()) {
        assertThat(session.connectedNodes()).containsExactly(scene.node(1));
      }
    }
  }

  @Test
  void errorOfAConnectThatFindsAllNodesDownTellsOfEach() {
    try (ClusterScene scene = down()) {
      assertThatThrownBy(scene.cluster::connect)
          .isInstanceOfSatisfying(
              NoHostAvailableException.class,
              error ->
                  assertThat(error.errors())
                      .containsOnlyKeys(scene.nodes.address(0), scene.nodes.address(1)))
          .hasMessageContaining("Unable to connect to any servers: /");
    }
  }
}
