package io.peregrine.conductor;

import static io.peregrine.conductor.StatesScene.LOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Failures;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.codec.DriverException;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Each line of the table of node states, and what must not follow. */
class NodeStatesTest {
  private static final DriverException LEFT_OUT = Failures.badCredentials();

  private final StatesScene scene = new StatesScene(16);
  private final NodeStates states = scene.states;

  @Test
  void firstNodesAreUpAndIgnoredOnesUnknown() {
    ClusterNode near = StatesScene.node(1);
    ClusterNode ignored = StatesScene.node(2);
    scene.distances.put(ignored, NodeDistance.IGNORED);
    states.start(List.of(near, ignored));
    assertThat(near.state()).isEqualTo(NodeState.UP);
    assertThat(near.distance()).isEqualTo(NodeDistance.LOCAL);
    assertThat(ignored.state()).isEqualTo(NodeState.UNKNOWN);
    assertThat(ignored.distance()).isEqualTo(NodeDistance.IGNORED);
    assertThat(scene.log).containsExactly("listener add 1", "listener add 2");
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void newNodeIsUpOnceItIsWarmAndAllSessionsAreConnected() {
    scene.started();
    StatesScene.PlayedSession one = scene.new PlayedSession("one");
    StatesScene.PlayedSession two = scene.new PlayedSession("two");
    ClusterNode added = StatesScene.node(2);
    states.add(added);
    assertThat(added.state()).isEqualTo(NodeState.UNKNOWN);
    scene.succeed();
    assertThat(added.state()).isEqualTo(NodeState.UP);
    assertThat(one.connected).containsExactly(added);
    assertThat(two.connected).containsExactly(added);
    assertThat(scene.log)
        .containsExactly(
            "policy add 2",
            "listener add 2",
            "warm-up tries 2",
            "policy up 2",
            "one up 2",
            "two up 2",
            "listener up 2",
            // Once more, as one may have lost meanwhile what it had opened first.
            "one knows 2",
            "two knows 2");
  }

  @Test
  void newNodeThatCannotBeReachedIsDownAndTriedAgain() {
    scene.started();
    ClusterNode added = StatesScene.node(2);
    states.add(added);
    scene.log.clear();
    scene.fail(LOST);
    assertThat(added.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log).containsExactly("policy down 2", "listener down 2");
    scene.pass(1);
    scene.succeed();
    assertThat(added.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void nodeThatOneSessionCannotConnectToIsDownForAll() {
    scene.started();
    StatesScene.PlayedSession one = scene.new PlayedSession("one");
    StatesScene.PlayedSession two = scene.new PlayedSession("two");
    two.refuses = true;
    ClusterNode added = StatesScene.node(2);
    states.add(added);
    scene.succeed();
    assertThat(added.state()).isEqualTo(NodeState.DOWN);
    assertThat(one.connected).isEmpty();
    assertThat(scene.log).endsWith("policy down 2", "one down 2", "two down 2", "listener down 2");
    two.refuses = false;
    scene.pass(1);
    scene.succeed();
    assertThat(one.connected).containsExactly(added);
  }

  @Test
  void nodeThatIsLostAndConvictedIsDownForEverybody() {
    ClusterNode node = scene.started();
    scene.new PlayedSession("session");
    assertThat(states.onConnectionFailed(node, LOST)).isTrue();
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log)
        .containsExactly("policy down 1", "control leaves 1", "session down 1", "listener down 1");
  }

  @Test
  void nodeThatIsNotConvictedStaysUp() {
    ClusterNode node = scene.started();
    scene.convicts = false;
    assertThat(states.onConnectionFailed(node, LOST)).isFalse();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(scene.log).isEmpty();
    scene.pass(100);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void nodeWithOtherConnectionsStaysUp() {
    ClusterNode node = scene.started();
    scene.new PlayedSession("session").connected.add(node);
    assertThat(states.onConnectionFailed(node, LOST)).isFalse();
    assertThat(node.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void failuresOfANodeThatIsDownAreNoNews() {
    ClusterNode node = scene.down();
    assertThat(states.onConnectionFailed(node, LOST)).isTrue();
    assertThat(scene.log).isEmpty();
    assertThat(scene.schedules).isEqualTo(1);
  }

  @Test
  void failureOfANodeThatHasLeftIsNobodysConcern() {
    ClusterNode node = scene.started();
    states.remove(node);
    scene.log.clear();
    assertThat(states.onConnectionFailed(node, LOST)).isTrue();
    assertThat(scene.log).isEmpty();
  }

  @Test
  void nodeThatIsSaidToBeDownAndConnectedToStaysUp() {
    ClusterNode node = scene.started();
    scene.new PlayedSession("session").connected.add(node);
    states.onDownHint(node);
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(scene.log).isEmpty();
  }

  @Test
  void nodeThatIsSaidToBeDownAndConnectedToByNobodyIsDown() {
    ClusterNode node = scene.started();
    states.onDownHint(node);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log).contains("listener down 1");
    scene.log.clear();
    states.onDownHint(node);
    assertThat(scene.log).isEmpty();
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
  }

  @Test
  void scheduleSaysWhenToTryAgain() {
    scene.down();
    scene.pass(0);
    assertThat(scene.attempts).isEmpty();
    scene.pass(1);
    scene.fail(LOST);
    scene.pass(1);
    assertThat(scene.attempts).isEmpty();
    scene.pass(1);
    scene.fail(LOST);
    scene.pass(2);
    assertThat(scene.attempts).isEmpty();
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
    assertThat(scene.schedules).isEqualTo(1);
    // Nobody is told again and again what they know.
    assertThat(scene.log).doesNotContain("listener down 1");
  }

  @Test
  void afterTheEndOfTheScheduleOnlyAHintBeginsAnew() {
    ClusterNode node = scene.down();
    for (int i = 1; i <= 3; i++) {
      scene.pass(i);
      scene.fail(LOST);
    }
    scene.pass(1_000_000);
    assertThat(scene.attempts).isEmpty();
    states.onUpHint(node);
    assertThat(scene.attempts).hasSize(1);
    scene.fail(LOST);
    assertThat(scene.schedules).isEqualTo(2);
    scene.pass(1);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void nextOutageBeginsAScheduleOfItsOwn() {
    ClusterNode node = scene.down();
    scene.pass(1);
    scene.fail(LOST);
    scene.pass(2);
    scene.succeed();
    assertThat(scene.convictionsReset).isEqualTo(1);
    states.onConnectionFailed(node, LOST);
    assertThat(scene.schedules).isEqualTo(2);
    scene.pass(1);
    assertThat(scene.attempts).hasSize(1);
  }

  @Test
  void nodeThatIsUpAgainIsToldOfInOrder() {
    scene.down();
    scene.new PlayedSession("session");
    scene.pass(1);
    scene.succeed();
    assertThat(scene.log)
        .containsExactly(
            "warm-up tries 1", "policy up 1", "session up 1", "listener up 1", "session knows 1");
  }

  @Test
  void serverThatDoesNotLetTheClientInIsLeftInPeace() {
    ClusterNode node = scene.down();
    scene.pass(1);
    scene.fail(LEFT_OUT);
    scene.pass(1_000_000);
    assertThat(scene.attempts).isEmpty();
    states.onUpHint(node);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void nodeThatIsLostBecauseItDoesNotLetTheClientInIsNotTriedAgain() {
    ClusterNode node = scene.started();
    states.onConnectionFailed(node, LEFT_OUT);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    scene.pass(1_000_000);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void hintIsActedOnAtOnce() {
    ClusterNode node = scene.down();
    states.onUpHint(node);
    assertThat(scene.attempts).hasSize(1);
    scene.succeed();
    assertThat(node.state()).isEqualTo(NodeState.UP);
    scene.pass(100);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void hintThatANodeIsUpWhichIsUpSaysNothing() {
    ClusterNode node = scene.started();
    states.onUpHint(node);
    assertThat(scene.log).isEmpty();
  }

  @Test
  void hintDuringAnAttemptIsOneMoreAttemptIfThatFails() {
    ClusterNode node = scene.down();
    scene.pass(1);
    states.onUpHint(node);
    states.onUpHint(node);
    assertThat(scene.attempts).hasSize(1);
    scene.fail(LOST);
    assertThat(scene.attempts).hasSize(1);
    scene.fail(LOST);
    assertThat(scene.attempts).isEmpty();
    assertThat(scene.schedules).isEqualTo(2);
  }

  @Test
  void hintDuringAnAttemptIsNothingIfThatSucceeds() {
    ClusterNode node = scene.down();
    scene.pass(1);
    states.onUpHint(node);
    scene.succeed();
    assertThat(scene.attempts).isEmpty();
    states.onConnectionFailed(node, LOST);
    scene.pass(1);
    scene.fail(LOST);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void nodeThatIsSaidToBeDownWhileItIsTriedHasOneSchedule() {
    scene.started();
    ClusterNode added = StatesScene.node(2);
    states.add(added);
    states.onDownHint(added);
    scene.fail(LOST);
    assertThat(scene.log).containsOnlyOnce("listener down 2");
    scene.pass(3);
    scene.fail(LOST);
    scene.pass(0);
    assertThat(scene.attempts).isEmpty();
  }

  @Test
  void sessionThatOpensDuringAnAttemptIsToldToo() {
    ClusterNode node = scene.down();
    StatesScene.PlayedSession slow = scene.new PlayedSession("slow");
    slow.pending = new CompletableFuture<>();
    scene.pass(1);
    scene.succeed();
    StatesScene.PlayedSession late = scene.new PlayedSession("late");
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    slow.pending.complete(true);
    assertThat(node.state()).isEqualTo(NodeState.UP);
    assertThat(late.connected).containsExactly(node);
  }

  @Test
  void sessionsKnowTheTokenMapWheneverTheyOpen() {
    scene.started();
    scene.new PlayedSession("early");
    assertThat(scene.log).doesNotContain("early tokens");
    states.sessions().onTokenMap(TokenMap.of(Partitioner.MURMUR3, List.of(), Map.of()));
    scene.new PlayedSession("late");
    assertThat(scene.log).containsOnlyOnce("early tokens", "late tokens");
  }

  @Test
  void sessionThatHasClosedIsNotTold() {
    ClusterNode node = scene.started();
    StatesScene.PlayedSession session = scene.new PlayedSession("session");
    states.sessions().remove(session);
    session.connected.add(node);
    states.onDownHint(node);
    assertThat(node.state()).isEqualTo(NodeState.DOWN);
    assertThat(scene.log).doesNotContain("session down 1");
  }
}
