package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinPolicyTest {
  private final List<Node> nodes = PlainNode.nodes("dc1", 1, 4);
  private final RoundRobinPolicy policy = new RoundRobinPolicy();
  private final PlainRequest request = new PlainRequest();

  @Test
  void eachNodeIsFirstEquallyOften() {
    policy.init(PlainRequest.context(nodes));
    assertThat(request.firsts(policy, 400))
        .hasSize(4)
        .allSatisfy((n, c) -> assertThat(c).isEqualTo(100));
  }

  @Test
  void everyPlanHasAllNodesRoundAndRound() {
    policy.init(PlainRequest.context(nodes));
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3, n4]");
    assertThat(request.planOf(policy)).hasToString("[n2, n3, n4, n1]");
  }

  @Test
  void noNodesAreAnEmptyPlan() {
    policy.init(PlainRequest.context(List.of()));
    assertThat(request.planOf(policy)).isEmpty();
  }

  @Test
  void whatIsDownOrGoneIsNotAsked() {
    policy.init(PlainRequest.context(nodes));
    policy.onDown(nodes.get(1));
    policy.onRemove(nodes.get(3));
    assertThat(request.planOf(policy)).hasToString("[n1, n3]");
    policy.onUp(nodes.get(1));
    policy.onAdd(nodes.get(3));
    assertThat(request.planOf(policy)).containsExactlyInAnyOrderElementsOf(nodes);
  }

  @Test
  void newsThatIsToldTwiceChangesNothing() {
    policy.init(PlainRequest.context(nodes));
    nodes.forEach(policy::onAdd);
    nodes.forEach(policy::onUp);
    policy.onDown(nodes.get(0));
    policy.onDown(nodes.get(0));
    assertThat(request.planOf(policy)).hasToString("[n2, n3, n4]");
  }

  @Test
  void planThatIsBeingFollowedStaysAsItWas() {
    policy.init(PlainRequest.context(nodes));
    QueryPlan plan = new QueryPlan();
    policy.plan(request, plan);
    assertThat(plan.next()).isSameAs(nodes.get(0));
    policy.onRemove(nodes.get(1));
    policy.onRemove(nodes.get(3));
    assertThat(plan.next()).isSameAs(nodes.get(1));
    assertThat(plan.next()).isSameAs(nodes.get(2));
    assertThat(plan.next()).isSameAs(nodes.get(3));
  }

  @Test
  void everyNodeIsLocal() {
    policy.init(PlainRequest.context(nodes));
    assertThat(nodes).allMatch(node -> policy.distance(node) == NodeDistance.LOCAL);
  }
}
