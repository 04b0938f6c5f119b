package io.peregrine.conductor;

import static io.peregrine.conductor.StatesScene.LOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nodes that are ignored, move or leave, and too many at once. */
class NodeStatesTroubleTest {
  private StatesScene scene = new StatesScene(16);
  private NodeStates states = scene.states;

  private ClusterNode ignored(NodeState state) {
    ClusterNode node = StatesScene.node(1);
    scene.distances.put(node, NodeDistance.IGNORED);
    states.start(List.of(node));
    if (state == NodeState.DOWN) {
      states.onDownHint(node);
    }
    scene.log.clear();
    return node;
  }

  @Test
  void nodeThatIsNewAndIgnoredIsNotTried() {
    ClusterNode added = StatesScene.node(2);
    scene.distances.put(added, NodeDistance.IGNORED);
    states.add(added);
    assertThat(added.state()).isEqualTo(NodeState.UNKNOWN);
    assertThat(scene.log).containsExactly("policy add 2", "listener add 2");
    states.onUpHint(added);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void nodeThatIsIgnoredAndDownIsNotTriedUntilItIsSaidToBeUp() {
    ClusterNode node = ignored(NodeState.DOWN);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    scene.pass(1_000);
    assertThat(scene.attempts).isEmpty();
    states.onUpHint(node);
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(scene.log).containsExactly("policy up 1", "listener up 1");
  }

  @Test
  void nodeThatComesNearerIsTried() {
    for (NodeState state : List.of(NodeState.UNKNOWN, NodeState.DOWN)) {
      scene = new StatesScene(16);
      states = scene.states;
      ClusterNode node = ignored(state);
      StatesScene.PlayedSession session = scene.new PlayedSession("session");
      scene.distances.put(node, NodeDistance.REMOTE);
      states.refreshDistances();
      assertThat(node.distance()).isEqualTo(NodeDistance.REMOTE);
      assertThat(session.distanceChanges).isEqualTo(1);
      scene.succeed();
      assertThat(node.state()).as("from " + state).isEqualTo(NodeState.UP);
    }
  }

  @Test
  void nodeThatIsUpAndComesNearerIsMadeReadyBeforeItIsConnectedTo() {
    ClusterNode node = ignored(NodeState.DOWN);
    states.onUpHint(node);
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    scene.log.clear();
    scene.distances.put(node, NodeDistance.REMOTE);
    CompletableFuture<Void> nearer = states.refreshDistances();
    assertThat(states.isBeingTried(node)).isTrue();
    assertThat(session.distanceChanges).isEqualTo(1);
    states.onUpHint(node);
    states.onDownHint(node);
    move(node);
    assertThat(session.connected).isEmpty();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(nearer).isNotDone();
    scene.succeed();
    assertThat(session.connected).containsExactly(node);
    assertThat(nearer).isDone();
    assertThat(states.isBeingTried(node)).isFalse();
    assertThat(scene.log).containsSubsequence("warm-up tries 1", "session up 1", "session knows 1");
    assertThat(scene.log).doesNotContain("listener up 1");
  }

  @Test
  void nodeThatIsSaidToBeUpAndCannotBeReachedWhenItComesNearerIsDown() {
    ClusterNode node = ignored(NodeState.DOWN);
    states.onUpHint(node);
    scene.log.clear();
    scene.distances.put(node, NodeDistance.LOCAL);
    states.refreshDistances();
    scene.fail(LOST);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log).contains("policy down 1", "listener down 1");
    scene.pass(1);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void nodeThatIsDownAndBecomesIgnoredDoesNotComeUpByItself() {
    ClusterNode node = scene.down();
    scene.distances.put(node, NodeDistance.IGNORED);
    states.refreshDistances();
    scene.pass(1_000);
    assertThat(scene.attempts).isEmpty();
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log).isEmpty();
  }

  @Test
  void newNodeIsTriedOnceAtATime() {
    states.add(StatesScene.node(2));
    scene.fail(LOST);
    assertThat(scene.attempts).isEmpty();
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
  }

  @Test
  void soManyNodesAreTriedAtOnceAndNoMore() {
    scene = new StatesScene(2);
    for (int i = 1; i <= 5; i++) {
      scene.states.add(StatesScene.node(i));
    }
    assertThat(scene.attempts).hasSize(2);
    scene.succeed();
    assertThat(scene.attempts).hasSize(2);
    scene.fail(LOST);
    assertThat(scene.attempts).hasSize(2);
    scene.succeed();
    scene.succeed();
    scene.succeed();
    assertThat(scene.attempts).isEmpty();
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
  }

  @Test
  void silentNodesDoNotHoldUpOneThatIsBackUntilTheyAreGivenUp() {
    scene = new StatesScene(2);
    for (int i = 1; i <= 3; i++) {
      scene.states.add(StatesScene.node(i));
    }
    assertThat(scene.log).doesNotContain("warm-up tries 3");
    scene.pass(1);
    assertThat(scene.log).contains("warm-up tries 3");
    assertThat(scene.attempts).hasSize(3);
  }

  @Test
  void nodeThatHasAnsweredCountsAsTriedUntilItIsWarm() {
    scene = new StatesScene(1);
    scene.states.add(StatesScene.node(1));
    scene.states.add(StatesScene.node(2));
    scene.attempts.get(0).onConnected().run();
    scene.pass(10);
    assertThat(scene.attempts).hasSize(1);
    scene.succeed();
    assertThat(scene.log).contains("warm-up tries 2");
  }

  @Test
  void nodeThatLeavesWhileItWaitsForItsTurnIsNotTried() {
    scene = new StatesScene(1);
    ClusterNode leaving = StatesScene.node(2);
    scene.states.add(StatesScene.node(1));
    scene.states.add(leaving);
    scene.states.add(StatesScene.node(3));
    scene.states.remove(leaving);
    scene.succeed();
    assertThat(scene.log).doesNotContain("warm-up tries 2").contains("warm-up tries 3");
    assertThat(scene.attempts).hasSize(1);
  }

  @Test
  void nodeThatHasLeftIsGoneForEverybody() {
    ClusterNode node = scene.started();
    scene.new PlayedSession("session").connected.add(node);
    states.remove(node);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(node.distance()).isEqualTo(NodeDistance.IGNORED);
    assertThat(scene.log)
        .containsExactly(
            "policy remove 1", "control leaves 1", "session down 1", "listener remove 1");
    states.onUpHint(node);
    states.onDownHint(node);
    states.remove(node);
    assertThat(scene.log).hasSize(4);
    assertThat(states.all()).isEmpty();
  }

  @Test
  void nodeThatLeavesWhileItIsDownIsNotTriedAgain() {
    states.remove(scene.down());
    scene.pass(1_000);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void nodeThatLeavesDuringAnAttemptStaysAway() {
    ClusterNode node = scene.down();
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    scene.pass(1);
    states.remove(node);
    scene.log.clear();
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(session.connected).isEmpty();
    assertThat(scene.log).containsExactly("session down 1");
  }

  @Test
  void nodeThatIsBackUnderItsOldIdIsAnotherOne() {
    ClusterNode node = scene.down();
    scene.pass(1);
    states.remove(node);
    ClusterNode back = StatesScene.node(1);
    states.add(back);
    assertThat(scene.attempts).hasSize(2);
    scene.fail(LOST);
    scene.succeed();
    assertThat(back.state()).isEqualTo(NodeState.UP);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
  }

  private void move(ClusterNode node) {
    ClusterNode.Details moved =
        new ClusterNode.Details(
            InetSocketAddress.createUnresolved("elsewhere", 9042), "dc1", "rack1", "5.0");
    states.change(node, () -> node.details(moved), false, true);
  }

  @Test
  void connectionsFollowANodeThatIsUpToItsNewAddress() {
    ClusterNode node = scene.started();
    scene.new PlayedSession("session");
    move(node);
    assertThat(scene.log).containsExactly("policy down 1", "policy up 1", "session up 1");
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void distanceOfANodeThatHasMovedIsKnownBeforeItIsConnectedTo() {
    ClusterNode node = scene.started();
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    scene.distances.put(node, NodeDistance.IGNORED);
    move(node);
    assertThat(node.distance()).isEqualTo(NodeDistance.IGNORED);
    assertThat(session.distanceChanges).isEqualTo(1);
    assertThat(session.connected).isEmpty();
  }

  @Test
  void nodeThatIsNotIgnoredAnyMoreWhereItIsNowIsTriedOnce() {
    for (NodeState state : List.of(NodeState.UNKNOWN, NodeState.DOWN)) {
      scene = new StatesScene(16);
      states = scene.states;
      ClusterNode node = ignored(state);
      scene.distances.put(node, NodeDistance.LOCAL);
      move(node);
      assertThat(scene.attempts).as("from " + state).hasSize(1);
      scene.fail(LOST);
      assertThat(scene.attempts).as("from " + state).isEmpty();
      scene.pass(1);
      scene.succeed();
      assertThat(node.state()).isEqualTo(NodeState.UP);
    }
  }

  @Test
  void attemptAtAnOldAddressIsOneMoreIfItFails() {
    ClusterNode node = scene.down();
    scene.pass(1);
    move(node);
    assertThat(scene.attempts).hasSize(1);
    scene.fail(LOST);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void nodeThatNobodyHasTriedMayMoveToo() {
    ClusterNode node = ignored(NodeState.UNKNOWN);
    states.change(node, () -> scene.log.add("change"), true, false);
    assertThat(scene.log).containsExactly("policy down 1", "change", "policy up 1");
    assertThat(node.state()).isEqualTo(NodeState.UNKNOWN);
  }

  @Test
  void newAddressOfANodeThatIsDownBeginsItsScheduleAnew() {
    ClusterNode node = scene.down();
    move(node);
    scene.fail(LOST);
    assertThat(scene.schedules).isEqualTo(2);
    scene.pass(1);
    scene.fail(LOST);
    scene.pass(1);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void policiesAreToldThatANodeHasMovedToAnotherDataCentre() {
    ClusterNode node = scene.started();
    ClusterNode.Details moved = new ClusterNode.Details(node.address(), "dc2", "rack1", "5.0");
    states.change(
        node,
        () -> {
          node.details(moved);
          scene.log.add("change");
        },
        true,
        false);
    assertThat(scene.log).containsExactly("policy down 1", "change", "policy up 1");
    assertThat(node.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void sessionThatClosesWhileItConnectsTakesNoNodeFromTheOthers() {
    ClusterNode node = scene.down();
    StatesScene.PlayedSession closing = scene.new PlayedSession("closing");
    StatesScene.PlayedSession other = scene.new PlayedSession("other");
    closing.pending = new CompletableFuture<>();
    scene.pass(1);
    scene.succeed();
    states.sessions().remove(closing);
    closing.pending.complete(false);
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(other.connected).containsExactly(node);
  }
}
