package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefaultLoadBalancingPolicyTest {
  private final List<Node> east = new ArrayList<>();
  private final List<Node> west = PlainNode.nodes("west", 11, 3);
  private final List<Node> all = new ArrayList<>();
  private final PlainRequest request = new PlainRequest();

  DefaultLoadBalancingPolicyTest() {
    for (int i = 1; i <= 6; i++) {
      east.add(new PlainNode(i, "east", "r" + (1 + i % 3)));
    }
    all.addAll(west);
    all.addAll(east);
  }

  private DefaultLoadBalancingPolicy begin(DefaultLoadBalancingPolicy policy) {
    policy.init(PlainRequest.context(all, east.get(2)));
    return policy;
  }

  private DefaultLoadBalancingPolicy begin() {
    return begin(new DefaultLoadBalancingPolicy());
  }

  @Test
  void localDatacenterIsThatOfTheContactPoint() {
    DefaultLoadBalancingPolicy policy = begin();
    assertThat(policy.localDatacenter()).isEqualTo("east");
    assertThat(east).allMatch(node -> policy.distance(node) == NodeDistance.LOCAL);
    assertThat(west).allMatch(node -> policy.distance(node) == NodeDistance.IGNORED);
  }

  @Test
  void withoutReplicasTheLocalNodesTakeTurns() {
    DefaultLoadBalancingPolicy policy = begin();
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3, n4, n5, n6]");
    assertThat(request.firsts(policy, 600))
        .hasSize(6)
        .allSatisfy((node, count) -> assertThat(count).isEqualTo(100));
  }

  @Test
  void localReplicasComeBeforeTheOtherLocalNodes() {
    DefaultLoadBalancingPolicy policy = begin();
    request.replicas(west.get(1), east.get(5), east.get(0), east.get(3));
    for (int i = 0; i < 50; i++) {
      List<Node> plan = request.planOf(policy);
      assertThat(plan.subList(0, 3))
          .containsExactlyInAnyOrder(east.get(5), east.get(0), east.get(3));
      assertThat(plan).containsExactlyInAnyOrderElementsOf(east);
    }
  }

  @Test
  void idleReplicasShareEvenly() {
    request.replicas(east.get(0), east.get(1), east.get(2));
    assertThat(request.firsts(begin(), 3_000))
        .hasSize(3)
        .allSatisfy((node, count) -> assertThat(count).isBetween(990, 1_010));
  }

  @Test
  void everyThirdRequestMeetsEachOfThreeReplicasToo() {
    DefaultLoadBalancingPolicy policy = begin();
    request.replicas(east.get(0), east.get(1), east.get(2));
    for (int every : new int[] {2, 3, 4, 6, 8, 32, 100}) {
      Map<Node, Integer> firsts = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        firsts.merge(request.planOf(policy).get(0), 1, Integer::sum);
        request.skip(every - 1);
      }
      assertThat(firsts).as("every %d.", every).hasSize(3);
      assertThat(firsts.values()).as("every %d.", every).allMatch(count -> count > 80);
    }
  }

  @Test
  void ofTwoReplicasTheLessBusyComesFirst() {
    request.replicas(east.get(0), east.get(1)).inFlight(east.get(0), 5).inFlight(east.get(1), 4);
    assertThat(request.firsts(begin(), 100)).isEqualTo(Map.of(east.get(1), 100));
  }

  @Test
  void busiestOfThreeReplicasIsNeverFirst() {
    request
        .replicas(east.get(0), east.get(1), east.get(2))
        .inFlight(east.get(1), 100)
        .inFlight(east.get(2), 1);
    Map<Node, Integer> firsts = request.firsts(begin(), 3_000);
    assertThat(firsts).doesNotContainKey(east.get(1));
    assertThat(firsts.get(east.get(0)))
        .as("the idle one is in two of three pairs")
        .isGreaterThan(1_500);
    assertThat(firsts.get(east.get(2))).as("but has not all of the load").isGreaterThan(500);
  }

  @Test
  void replicaThatIsNotConnectedComesAfterOneThatIs() {
    request.replicas(east.get(0), east.get(1)).inFlight(east.get(0), Integer.MAX_VALUE);
    assertThat(request.firsts(begin(), 100)).isEqualTo(Map.of(east.get(1), 100));
  }

  @Test
  void replicasOfTheLocalRackComeFirst() {
    // n1 and n4 are in r2.
    DefaultLoadBalancingPolicy policy = begin(new DefaultLoadBalancingPolicy().localRack("r2"));
    request.replicas(east.get(1), east.get(0), east.get(2), east.get(3));
    for (int i = 0; i < 50; i++) {
      List<Node> plan = request.planOf(policy);
      assertThat(plan.subList(0, 2)).containsExactlyInAnyOrder(east.get(0), east.get(3));
      assertThat(plan.subList(2, 4)).containsExactlyInAnyOrder(east.get(1), east.get(2));
    }
    assertThat(request.firsts(policy, 100)).containsOnlyKeys(east.get(0), east.get(3));
  }

  @Test
  void ofTheReplicasBesidesTheLocalRacksTheLessBusyComesFirst() {
    DefaultLoadBalancingPolicy policy = begin(new DefaultLoadBalancingPolicy().localRack("r2"));
    request.replicas(east.get(1), east.get(0), east.get(2)).inFlight(east.get(1), 9);
    for (int i = 0; i < 20; i++) {
      assertThat(request.planOf(policy).subList(0, 3))
          .containsExactly(east.get(0), east.get(2), east.get(1));
    }
  }

  @Test
  void nodeThatIsNowInAnotherDatacenterIsNoLocalReplicaAnyMore() {
    DefaultLoadBalancingPolicy policy = begin();
    request.replicas(east.get(5), east.get(0));
    assertThat(request.firsts(policy, 100)).containsOnlyKeys(east.get(5), east.get(0));
    policy.onDown(east.get(5));
    ((PlainNode) east.get(5)).moveTo("west");
    policy.onUp(east.get(5));
    assertThat(request.planOf(policy).get(0)).isSameAs(east.get(0));
    assertThat(request.planOf(policy)).doesNotContain(east.get(5));
  }

  @Test
  void replicasOfAnotherTokenMapAreLookedAtAnew() {
    DefaultLoadBalancingPolicy policy = begin();
    for (int i = 0; i < 3; i++) {
      request.replicas(west.get(0), east.get(0), east.get(1));
      assertThat(request.firsts(policy, 100)).containsOnlyKeys(east.get(0), east.get(1));
      request.replicas(east.get(2), west.get(1), east.get(3));
      assertThat(request.firsts(policy, 100)).containsOnlyKeys(east.get(2), east.get(3));
    }
  }

  @Test
  void conditionalRequestsGoToTheReplicasInTheOrderOfTheRing() {
    DefaultLoadBalancingPolicy policy = begin(new DefaultLoadBalancingPolicy().localRack("r2"));
    request
        .replicas(east.get(4), west.get(0), east.get(0), east.get(1))
        .inFlight(east.get(4), 100)
        .conditional();
    for (int i = 0; i < 10; i++) {
      assertThat(request.planOf(policy).subList(0, 3))
          .containsExactly(east.get(4), east.get(0), east.get(1));
    }
  }

  @Test
  void targetComesBeforeTheReplicas() {
    request.replicas(east.get(0)).target(east.get(3));
    assertThat(request.planOf(begin()).subList(0, 2)).containsExactly(east.get(3), east.get(0));
  }

  @Test
  void remoteNodesComeLastIfAtAll() {
    DefaultLoadBalancingPolicy policy =
        begin(new DefaultLoadBalancingPolicy().usedNodesPerRemoteDatacenter(2));
    assertThat(policy.distance(west.get(1))).isEqualTo(NodeDistance.REMOTE);
    assertThat(policy.distance(west.get(2))).isEqualTo(NodeDistance.IGNORED);
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3, n4, n5, n6, n11, n12]");
    east.forEach(policy::onDown);
    assertThat(request.planOf(policy)).hasToString("[n11, n12]");
  }

  @Test
  void settingsAddUp() {
    DefaultLoadBalancingPolicy policy =
        begin(
            new DefaultLoadBalancingPolicy()
                .localDatacenter("west")
                .usedNodesPerRemoteDatacenter(1)
                .localRack("r1"));
    assertThat(policy.localDatacenter()).isEqualTo("west");
    assertThat(request.planOf(policy)).hasToString("[n11, n12, n13, n1]");
  }

  @Test
  void badSettingsAreRefused() {
    DefaultLoadBalancingPolicy policy = new DefaultLoadBalancingPolicy();
    assertThatIllegalArgumentException().isThrownBy(() -> policy.localDatacenter(""));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.localRack(" "));
    assertThatIllegalArgumentException().isThrownBy(() -> policy.usedNodesPerRemoteDatacenter(-1));
  }
}
