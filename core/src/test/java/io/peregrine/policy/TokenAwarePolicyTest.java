package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import io.peregrine.policy.TokenAwarePolicy.ReplicaOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenAwarePolicyTest {
  private final List<Node> east = PlainNode.nodes("east", 1, 5);
  private final List<Node> west = PlainNode.nodes("west", 11, 3);
  private final PlainRequest request = new PlainRequest();

  private TokenAwarePolicy policy(ReplicaOrder order) {
    TokenAwarePolicy policy = new TokenAwarePolicy(new DcAwareRoundRobinPolicy("east", 1), order);
    List<Node> all = new ArrayList<>(east);
    all.addAll(west);
    policy.init(PlainRequest.context(all));
    return policy;
  }

  @Test
  void localReplicasComeFirstAndTheOthersAfterThem() {
    request.replicas(west.get(0), east.get(3), east.get(1));
    assertThat(request.planOf(policy(ReplicaOrder.RING))).hasToString("[n4, n2, n1, n3, n5, n11]");
    assertThat(request.planOf(policy(ReplicaOrder.RING)))
        .as("in the same order each time")
        .hasToString("[n4, n2, n3, n5, n1, n11]");
  }

  @Test
  void remoteReplicaComesWhereTheOtherPolicyHasIt() {
    request.replicas(west.get(0), west.get(1));
    assertThat(request.planOf(policy(ReplicaOrder.RING))).hasToString("[n1, n2, n3, n4, n5, n11]");
  }

  @Test
  void withoutAKeyTheOtherPolicyIsAskedAlone() {
    assertThat(request.planOf(policy(ReplicaOrder.SHUFFLED)))
        .hasToString("[n1, n2, n3, n4, n5, n11]");
  }

  @Test
  void shuffledReplicasComeInEveryOrder() {
    TokenAwarePolicy policy = policy(ReplicaOrder.SHUFFLED);
    request.replicas(east.get(4), east.get(2), east.get(0));
    Set<List<Node>> seen = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      List<Node> plan = request.planOf(policy);
      assertThat(plan.subList(0, 3))
          .containsExactlyInAnyOrder(east.get(4), east.get(2), east.get(0));
      assertThat(plan).hasSize(6).doesNotHaveDuplicates();
      seen.add(plan.subList(0, 3));
    }
    assertThat(seen).hasSize(6);
  }

  @Test
  void eachOrderIsEquallyFrequentWhateverLiesBetweenTwoRequests() {
    TokenAwarePolicy policy = policy(ReplicaOrder.SHUFFLED);
    request.replicas(east.get(4), east.get(2), east.get(0));
    for (int others = 0; others < 12; others++) {
      Map<List<Node>, Integer> seen = new HashMap<>();
      for (int i = 0; i < 1_200; i++) {
        seen.merge(request.planOf(policy).subList(0, 3), 1, Integer::sum);
        request.skip(others);
      }
      assertThat(seen).hasSize(6);
      assertThat(seen.values()).as("%d others", others).allMatch(times -> times > 170);
    }
  }

  @Test
  void shufflingLeavesTheTokenMapAsItIs() {
    TokenAwarePolicy policy = policy(ReplicaOrder.SHUFFLED);
    request.replicas(east.get(4), east.get(2), east.get(0));
    Replicas shared = request.replicas();
    for (int i = 0; i < 100; i++) {
      request.planOf(policy);
    }
    assertThat(shared.toList()).containsExactly(east.get(4), east.get(2), east.get(0));
  }

  @Test
  void conditionalRequestsGoToTheReplicasInTheOrderOfTheRing() {
    TokenAwarePolicy policy = policy(ReplicaOrder.SHUFFLED);
    request.replicas(east.get(4), east.get(2), east.get(0)).conditional();
    for (int i = 0; i < 100; i++) {
      assertThat(request.planOf(policy).subList(0, 3))
          .containsExactly(east.get(4), east.get(2), east.get(0));
    }
  }

  @Test
  void moreReplicasThanAWordHasBitsAreAllAsked() {
    List<Node> many = PlainNode.nodes("east", 1, 100);
    TokenAwarePolicy policy = new TokenAwarePolicy(new RoundRobinPolicy(), ReplicaOrder.SHUFFLED);
    policy.init(PlainRequest.context(many));
    request.replicas(many.toArray(Node[]::new));
    assertThat(request.planOf(policy)).containsExactlyInAnyOrderElementsOf(many);
  }
}
