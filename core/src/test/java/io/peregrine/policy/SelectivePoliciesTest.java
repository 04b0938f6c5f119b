package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Policies that leave out nodes, or put one in front. */
class SelectivePoliciesTest {
  private final List<Node> nodes = PlainNode.nodes("dc1", 1, 4);
  private final PlainRequest request = new PlainRequest();

  @Test
  void filteredNodesAreNeitherConnectedToNorAsked() {
    HostFilterPolicy policy =
        new HostFilterPolicy(new RoundRobinPolicy(), node -> node != nodes.get(1));
    policy.init(PlainRequest.context(nodes));
    assertThat(policy.distance(nodes.get(1))).isEqualTo(NodeDistance.IGNORED);
    assertThat(policy.distance(nodes.get(2))).isEqualTo(NodeDistance.LOCAL);
    assertThat(request.planOf(policy)).hasToString("[n1, n3, n4]");
  }

  @Test
  void filterMayChangeItsMind() {
    Set<Node> allowed = new HashSet<>(nodes.subList(0, 2));
    HostFilterPolicy policy = new HostFilterPolicy(new RoundRobinPolicy(), allowed::contains);
    policy.init(PlainRequest.context(nodes.subList(0, 2)));
    policy.onAdd(nodes.get(2));
    assertThat(request.planOf(policy)).hasToString("[n1, n2]");
    allowed.add(nodes.get(2));
    assertThat(request.planOf(policy)).containsExactlyInAnyOrderElementsOf(nodes.subList(0, 3));
  }

  @Test
  void filtersWithinFiltersAllApply() {
    LoadBalancingPolicy policy =
        new HostFilterPolicy(
            new HostFilterPolicy(new RoundRobinPolicy(), node -> node != nodes.get(0)),
            node -> node != nodes.get(3));
    policy.init(PlainRequest.context(nodes));
    assertThat(request.planOf(policy)).containsExactlyInAnyOrder(nodes.get(1), nodes.get(2));
  }

  @Test
  void filteredReplicaIsNotAsked() {
    LoadBalancingPolicy policy =
        new TokenAwarePolicy(
            new HostFilterPolicy(new RoundRobinPolicy(), node -> node != nodes.get(2)));
    policy.init(PlainRequest.context(nodes));
    request.replicas(nodes.get(2), nodes.get(3));
    assertThat(request.planOf(policy)).hasToString("[n4, n1, n2]");
  }

  @Test
  void onlyTheWhiteListIsAsked() {
    WhiteListPolicy policy = new WhiteListPolicy(List.of("127.9.0.2", "127.9.0.4"));
    policy.init(PlainRequest.context(nodes.subList(0, 3)));
    policy.onAdd(nodes.get(3));
    assertThat(policy.distance(nodes.get(0))).isEqualTo(NodeDistance.IGNORED);
    assertThat(policy.distance(nodes.get(3))).isEqualTo(NodeDistance.LOCAL);
    assertThat(request.planOf(policy)).hasToString("[n2, n4]");
    assertThat(request.planOf(policy)).hasToString("[n4, n2]");
    policy.onDown(nodes.get(1));
    assertThat(request.planOf(policy)).hasToString("[n4]");
  }

  @Test
  void emptyWhiteListHasNoNodes() {
    WhiteListPolicy policy = new WhiteListPolicy(List.of());
    policy.init(PlainRequest.context(nodes));
    assertThat(nodes).allMatch(node -> policy.distance(node) == NodeDistance.IGNORED);
    assertThat(request.planOf(policy)).isEmpty();
  }

  @Test
  void hostWithoutAnAddressIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WhiteListPolicy(List.of("127.9.0.1", "256.1.1.1.")))
        .withMessageContaining("256.1.1.1.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WhiteListPolicy(List.of("127.9.0.1", "")))
        .withMessageContaining("empty");
  }

  @Test
  void targetComesFirstAndOnce() {
    TargetHostPolicy policy = new TargetHostPolicy(new RoundRobinPolicy());
    policy.init(PlainRequest.context(nodes));
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3, n4]");
    request.target(nodes.get(2));
    assertThat(request.planOf(policy)).hasToString("[n3, n2, n4, n1]");
  }
}
