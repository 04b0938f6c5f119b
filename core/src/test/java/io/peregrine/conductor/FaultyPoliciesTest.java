package io.peregrine.conductor;

import static io.peregrine.conductor.StatesScene.LOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.NodeStateListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies and listeners of the application's that throw when nodes come and go. */
class FaultyPoliciesTest {
  private static final RuntimeException FAULT = new IllegalStateException("the test's own fault");

  private final StatesScene scene = new StatesScene(16);
  private final NodeStates states = scene.states;

  @Test
  void policyThatThrowsWhenItIsToldChangesNothing() {
    scene.policy.fault = FAULT;
    ClusterNode node = scene.down();
    scene.pass(1);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    states.remove(node);
    assertThat(scene.log).endsWith("listener remove 1");
  }

  @Test
  void policyThatCannotTellADistanceLeavesItAsItIs() {
    ClusterNode node = scene.started();
    scene.policy.distanceFault = FAULT;
    states.onConnectionFailed(node, LOST);
    scene.pass(1);
    scene.fail(LOST);
    scene.pass(2);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(node.distance()).isEqualTo(NodeDistance.LOCAL);
  }

  @Test
  void convictionThatThrowsIsTheSimpleOne() {
    ClusterNode node = scene.started();
    scene.convictionFault = FAULT;
    assertThat(states.onConnectionFailed(node, LOST)).isTrue();
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
  }

  @Test
  void scheduleThatThrowsIsASecond() {
    ClusterNode node = scene.started();
    scene.scheduleFault = FAULT;
    states.onConnectionFailed(node, LOST);
    for (int i = 0; i < 5; i++) {
      scene.pass(1);
      scene.fail(LOST);
    }
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
  }

  @Test
  void listenerThatThrowsKeepsTheNextFromNothing() {
    List<Node> heard = new ArrayList<>();
    scene.listeners.add(
        0,
        new NodeStateListener() {
          @Override
          public void onDown(Node node) {
            throw FAULT;
          }
        });
    scene.listeners.add(
        new NodeStateListener() {
          @Override
          public void onDown(Node node) {
            heard.add(node);
          }
        });
    ClusterNode node = scene.down();
    assertThat(heard).containsExactly(node);
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
  }
}
