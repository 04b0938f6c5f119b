package io.peregrine.conductor;

import static io.peregrine.conductor.StatesScene.LOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Failures;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has happened to nodes while nobody could say so. */
class NodeStatesUnheardTest {
  private final StatesScene scene = new StatesScene(16);
  private final NodeStates states = scene.states;

  /** All of them are down, and nobody is trying them just now. */
  private List<ClusterNode> down(int count) {
    List<ClusterNode> nodes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      nodes.add(StatesScene.node(i));
    }
    states.start(nodes);
    nodes.forEach(node -> states.onConnectionFailed(node, LOST));
    scene.log.clear();
    return nodes;
  }

  @Test
  void nodeThatTakesTheControlConnectionIsTriedFirstAndThenTheOthersThatAreDown() {
    List<ClusterNode> nodes = down(3);
    states.onControlRegained(nodes.get(1));
    assertThat(scene.log).containsExactly("warm-up tries 2", "warm-up tries 1", "warm-up tries 3");
    scene.succeed();
    scene.succeed();
    scene.fail(LOST);
    assertThat(nodes)
        .extracting(ClusterNode::state)
        .containsExactly(NodeState.UP, NodeState.UP, NodeState.DOWN);
  }

  @Test
  void nodeThatIsNotBackWithTheControlConnectionBeginsItsScheduleAnew() {
    List<ClusterNode> nodes = down(2);
    scene.pass(1);
    scene.fail(LOST);
    scene.fail(LOST);
    states.onControlRegained(nodes.get(0));
    scene.succeed();
    scene.fail(LOST);
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
    scene.succeed();
    assertThat(nodes).extracting(ClusterNode::state).containsOnly(NodeState.UP);
  }

  @Test
  void attemptThatBeganBeforeTheControlConnectionWasBackIsOneMoreIfItFails() {
    List<ClusterNode> nodes = down(1);
    scene.pass(1);
    states.onControlRegained(null);
    assertThat(scene.attempts).hasSize(1);
    scene.fail(LOST);
    scene.succeed();
    assertThat(nodes.get(0).state()).isEqualTo(NodeState.UP);
  }

  @Test
  void controlConnectionThatComesAndGoesHasNodesTriedOnceInTenSeconds() {
    List<ClusterNode> nodes = down(2);
    ClusterNode shut = nodes.get(1);
    scene.pass(1);
    scene.fail(LOST);
    scene.fail(Failures.badCredentials());
    states.onControlRegained(null);
    scene.fail(LOST);
    scene.fail(Failures.badCredentials());
    scene.log.clear();
    for (int i = 0; i < 1_000; i++) {
      states.onControlRegained(null);
    }
    assertThat(scene.log).isEmpty();
    scene.pass(1);
    assertThat(scene.log).as("by its schedule").containsExactly("warm-up tries 1");
    scene.fail(LOST);
    scene.pass(2);
    scene.succeed();
    // What was said just now was missed all the same.
    scene.log.clear();
    scene.pass(6);
    assertThat(scene.log).isEmpty();
    scene.pass(1);
    assertThat(scene.log).containsExactly("warm-up tries 2");
    scene.succeed();
    assertThat(shut.state()).isEqualTo(NodeState.UP);
    scene.pass(10);
    scene.log.clear();
    states.onConnectionFailed(shut, LOST);
    states.onControlRegained(null);
    assertThat(scene.log).as("after ten quiet seconds").contains("warm-up tries 2");
  }

  @Test
  void attemptThatTheControlConnectionHasAskedForIsNotAskedForAgainByIt() {
    down(1);
    states.onControlRegained(null);
    scene.pass(10);
    states.onControlRegained(null);
    assertThat(scene.attempts).hasSize(1);
    scene.fail(LOST);
    assertThat(scene.attempts).as("before the first delay is over").isEmpty();
    scene.pass(1);
    // Nobody has asked for this one yet.
    scene.pass(9);
    states.onControlRegained(null);
    scene.fail(LOST);
    assertThat(scene.attempts).hasSize(1);
    scene.pass(10);
    states.onControlRegained(null);
    scene.fail(LOST);
    assertThat(scene.attempts).as("the one more was asked for by it too").isEmpty();
  }

  @Test
  void ignoredNodeIsUpOnlyIfItTakesTheControlConnection() {
    ClusterNode asked = StatesScene.node(1);
    ClusterNode other = StatesScene.node(2);
    List<ClusterNode> both = List.of(asked, other);
    both.forEach(node -> scene.distances.put(node, NodeDistance.IGNORED));
    states.start(both);
    both.forEach(states::onDownHint);
    states.onControlRegained(asked);
    assertThat(asked.state()).isEqualTo(NodeState.UP);
    assertThat(other.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void nodesThatCountAsUpAreLeftToTheirSessions() {
    ClusterNode node = scene.started();
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    session.connected.add(node);
    states.onControlRegained(node);
    assertThat(scene.attempts).isEmpty();
    assertThat(session.distanceChanges).isEqualTo(1);
    assertThat(scene.log).isEmpty();
  }

  @Test
  void hintThatANodeIsUpIsForSessionsThatHaveGivenItUp() {
    ClusterNode node = scene.started();
    scene.new PlayedSession("connected").connected.add(node);
    scene.new PlayedSession("resigned");
    states.onUpHint(node);
    assertThat(scene.log).containsExactly("resigned up 1");
    assertThat(scene.attempts).isEmpty();
    scene.distances.put(node, NodeDistance.IGNORED);
    states.refreshDistances();
    scene.log.clear();
    scene.new PlayedSession("another");
    states.onUpHint(node);
    assertThat(scene.log).as("ignored").isEmpty();
  }

  @Test
  void nodeThatIsFoundOrLostBeforeNodesCanBeTriedIsTriedThen() {
    StatesScene cold = new StatesScene(16, false);
    ClusterNode up = StatesScene.node(1);
    ClusterNode lost = StatesScene.node(2);
    ClusterNode found = StatesScene.node(3);
    ClusterNode ignored = StatesScene.node(4);
    cold.distances.put(ignored, NodeDistance.IGNORED);
    cold.states.start(List.of(up, lost, ignored));
    cold.states.onDownHint(lost);
    cold.states.add(found);
    // The delay is over before anybody could have made use of it.
    cold.pass(1);
    assertThat(cold.attempts).isEmpty();
    cold.log.clear();
    cold.warm();
    assertThat(cold.log).containsExactly("warm-up tries 2", "warm-up tries 3");
    cold.succeed();
    cold.succeed();
    assertThat(List.of(up, lost, found, ignored))
        .extracting(ClusterNode::state)
        .containsExactly(NodeState.UP, NodeState.UP, NodeState.UP, NodeState.UNKNOWN);
    assertThat(cold.log).contains("listener up 2", "listener up 3");
  }
}
