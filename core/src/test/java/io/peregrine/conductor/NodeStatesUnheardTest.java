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
    ClusterNode node = down(1).get(0);
    scene.pass(1);
    scene.fail(LOST);
    states.onControlRegained(null);
    scene.fail(LOST);
    scene.log.clear();
    for (int i = 0; i < 1_000; i++) {
      states.onControlRegained(null);
    }
    assertThat(scene.log).isEmpty();
    for (int delay = 1; delay <= 3; delay++) {
      scene.pass(delay);
      assertThat(scene.attempts).as("by its schedule").hasSize(1);
      scene.fail(LOST);
    }
    scene.log.clear();
    scene.pass(3);
    assertThat(scene.log).isEmpty();
    // What was said just now was missed all the same.
    scene.pass(1);
    assertThat(scene.log).containsExactly("warm-up tries 1");
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    scene.pass(10);
    scene.log.clear();
    states.onConnectionFailed(node, LOST);
    states.onControlRegained(null);
    assertThat(scene.log).as("after ten quiet seconds").contains("warm-up tries 1");
  }

  @Test
  void nodeThatDoesNotLetTheClientInIsNotAskedAgainForTenMinutes() {
    ClusterNode node = down(1).get(0);
    scene.pass(1);
    scene.fail(Failures.badCredentials());
    for (int i = 0; i < 59; i++) {
      scene.pass(10);
      states.onControlRegained(null);
    }
    assertThat(scene.attempts).isEmpty();
    scene.pass(10);
    states.onControlRegained(null);
    scene.fail(Failures.badCredentials());
    scene.pass(590);
    states.onControlRegained(null);
    assertThat(scene.attempts).as("refused once more").isEmpty();
    states.onUpHint(node);
    scene.succeed();
    scene.pass(10);
    states.onConnectionFailed(node, LOST);
    states.onControlRegained(null);
    assertThat(scene.attempts).as("let in meanwhile").hasSize(1);
  }

  @Test
  void nodeThatDoesNotLetTheClientInIsTriedWithOtherCredentials() {
    ClusterNode node = down(1).get(0);
    scene.pass(1);
    // Too late for the attempt that is under way.
    scene.credentialChanges++;
    scene.fail(Failures.badCredentials());
    scene.pass(10);
    scene.fail(Failures.badCredentials());
    states.onControlRegained(null);
    scene.pass(1_000);
    states.onUpHint(node);
    scene.fail(Failures.badCredentials());
    scene.credentialChanges++;
    scene.pass(10);
    assertThat(scene.attempts).hasSize(1);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    scene.credentialChanges++;
    scene.pass(1_000);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void controlConnectionThatIsBackEndsTheWaitForOtherCredentials() {
    down(1);
    scene.pass(1);
    scene.fail(Failures.badCredentials());
    scene.credentialChanges++;
    states.onControlRegained(null);
    scene.fail(LOST);
    scene.pass(1);
    scene.succeed();
    scene.pass(1_000);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void nodeThatIsUpAndRefusesOneMoreConnectionIsNotAskedForItAgain() {
    List<ClusterNode> nodes = List.of(StatesScene.node(1), StatesScene.node(2));
    states.start(nodes);
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    session.connected.addAll(nodes);
    assertThat(states.onConnectionFailed(nodes.get(0), Failures.badCredentials())).isFalse();
    assertThat(nodes.get(0).state()).isEqualTo(NodeState.UP);
    states.onControlRegained(null);
    assertThat(session.retried).containsExactly(nodes.get(1));
    scene.pass(600);
    states.onControlRegained(null);
    assertThat(session.retried).hasSize(3).contains(nodes.get(0));
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
    assertThat(other.state()).as("nobody knows").isEqualTo(NodeState.UNKNOWN);
    assertThat(scene.attempts).isEmpty();
    scene.log.clear();
    states.onDownHint(other);
    assertThat(other.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log)
        .as("listeners know that")
        .containsExactly("policy down 2", "control leaves 2");
    states.onUpHint(other);
    assertThat(other.state()).isEqualTo(NodeState.UP);
    assertThat(scene.log).contains("listener up 2");
    states.onDownHint(other);
    assertThat(scene.log).contains("listener down 2");
  }

  @Test
  void ignoredNodeThatNobodyHasTriedIsUpOnceItIsSaidToBe() {
    ClusterNode node = StatesScene.node(1);
    scene.distances.put(node, NodeDistance.IGNORED);
    states.start(List.of(node));
    states.onUpHint(node);
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void ignoredNodeThatDidNotLetTheClientInStaysDown() {
    ClusterNode node = down(1).get(0);
    scene.pass(1);
    scene.fail(Failures.badCredentials());
    scene.distances.put(node, NodeDistance.IGNORED);
    states.refreshDistances();
    states.onControlRegained(null);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
  }

  @Test
  void nodeThatIsIgnoredOnlyBecauseItIsDownIsTriedWhenTheControlConnectionIsBack() {
    ClusterNode node = StatesScene.node(1);
    scene.policy.ignoresDown = true;
    states.start(List.of(node));
    states.onConnectionFailed(node, LOST);
    assertThat(node.distance()).isEqualTo(NodeDistance.IGNORED);
    scene.pass(1_000);
    assertThat(scene.attempts).isEmpty();
    states.onControlRegained(null);
    assertThat(node.distance()).isEqualTo(NodeDistance.LOCAL);
    scene.fail(LOST);
    assertThat(scene.attempts).isEmpty();
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log).containsOnlyOnce("listener down 1");
    scene.pass(10);
    states.onControlRegained(null);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(scene.log).endsWith("listener up 1");
  }

  @Test
  void nodesThatCountAsUpAreLeftToTheirSessions() {
    ClusterNode node = scene.started();
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    session.connected.add(node);
    states.onControlRegained(node);
    assertThat(scene.attempts).isEmpty();
    assertThat(session.retried).containsExactly(node);
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
