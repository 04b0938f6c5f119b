package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.CapturedLog;
import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.PolicyException;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.PolicyContext;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoutingRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PolicyGroupTest {
  private final ClusterNode node =
      new ClusterNode(
          new UUID(0, 1),
          new ClusterNode.Details(new InetSocketAddress("127.0.0.1", 1), "dc", "r", "5"));
  private final Telling ignoring = new Telling(NodeDistance.IGNORED);
  private final Telling remote = new Telling(NodeDistance.REMOTE);
  private final Telling local = new Telling(NodeDistance.LOCAL);
  private final Telling failing = new Telling(null);

  /** Says one distance, and remembers what it is told; without a distance it fails. */
  private static final class Telling implements LoadBalancingPolicy {
    private final NodeDistance distance;
    private final List<String> told = new ArrayList<>();

    private Telling(NodeDistance distance) {
      this.distance = distance;
    }

    private void told(String what) {
      told.add(what);
      if (distance == null) {
        throw new IllegalStateException("told " + what);
      }
    }

    @Override
    public void init(PolicyContext context) {
      told("init");
    }

    @Override
    public NodeDistance distance(Node node) {
      if (distance == null) {
        throw new IllegalStateException("no idea");
      }
      return distance;
    }

    @Override
    public void onTokenMap(TokenMap tokens) {
      told("tokens");
    }

    @Override
    public void plan(RoutingRequest request, QueryPlan plan) {
      told("plan");
    }

    @Override
    public void onAdd(Node node) {
      told("add");
    }

    @Override
    public void onUp(Node node) {
      told("up");
    }

    @Override
    public void onDown(Node node) {
      told("down");
    }

    @Override
    public void onRemove(Node node) {
      told("remove");
    }
  }

  private NodeDistance distance(LoadBalancingPolicy... policies) {
    return new PolicyGroup(List.of(policies)).distance(node);
  }

  @Test
  void nodeIsAsNearAsAnyPolicyWantsIt() {
    assertThat(distance(ignoring)).isEqualTo(NodeDistance.IGNORED);
    assertThat(distance(ignoring, remote)).isEqualTo(NodeDistance.REMOTE);
    assertThat(distance(remote, local, ignoring)).isEqualTo(NodeDistance.LOCAL);
    assertThat(distance(failing, remote)).isEqualTo(NodeDistance.REMOTE);
    assertThat(distance(failing)).isEqualTo(NodeDistance.IGNORED);
  }

  @Test
  void eachPolicyIsToldOnceWhateverTheOthersThrow() {
    PolicyGroup group = new PolicyGroup(List.of(failing, local, remote, local));
    group.onAdd(node);
    group.onUp(node);
    group.onDown(node);
    group.onRemove(node);
    assertThat(List.of(failing.told, local.told, remote.told))
        .allMatch(told -> told.equals(List.of("add", "up", "down", "remove")));
  }

  @Test
  void whatAPolicyThrowsIsToldOnceHoweverManyNodesThereAre() {
    PolicyGroup group = new PolicyGroup(List.of(failing));
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 1_000; i++) {
        group.distance(node);
        group.onUp(node);
      }
      assertThat(log.lines("WARN")).hasSize(2);
      assertThat(log.lines("no idea")).isNotEmpty();
      assertThat(log.lines("told up")).isNotEmpty();
    }
    assertThat(failing.told).hasSize(1_000);
  }

  @Test
  void whatOnePolicyThrowsKeepsNothingUntoldOfAnother() {
    Telling other = new Telling(null);
    PolicyGroup group = new PolicyGroup(List.of(failing, other));
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 10; i++) {
        group.onUp(node);
      }
      assertThat(log.lines("WARN")).hasSize(2);
      assertThat(log.lines(failing.toString())).hasSize(1);
      assertThat(log.lines(other.toString())).hasSize(1);
    }
  }

  @Test
  void thoseThatHaveBegunAreToldWhatHasChangedWhenAllBeginAgain() {
    PolicyGroup group = new PolicyGroup(List.of(local, failing));
    ClusterNode other =
        new ClusterNode(
            new UUID(0, 2),
            new ClusterNode.Details(new InetSocketAddress("127.0.0.2", 1), "dc", "r", "5"));
    assertThatThrownBy(() -> group.init(new PolicyContext(List.of(node), Set.of())))
        .isInstanceOf(PolicyException.class)
        .hasRootCauseMessage("told init");
    assertThatThrownBy(() -> group.init(new PolicyContext(List.of(other), Set.of())))
        .isInstanceOf(PolicyException.class);
    assertThat(local.told).containsExactly("init", "remove", "add");
    assertThat(failing.told).containsExactly("init", "init");
  }

  @Test
  void policyThatJoinsBeforehandBeginsWithTheOthers() {
    PolicyGroup group = new PolicyGroup(List.of(local));
    PolicyContext context = new PolicyContext(List.of(node), Set.of());
    assertThat(group.join(remote, context)).isTrue();
    assertThat(remote.told).isEmpty();
    group.init(context);
    assertThat(remote.told).isEqualTo(local.told).containsExactly("init");
  }

  @Test
  void policyThatJoinsLaterIsToldWhatTheOthersKnow() {
    PolicyGroup group = new PolicyGroup(List.of(local));
    PolicyContext context = new PolicyContext(List.of(node), Set.of());
    group.init(context);
    assertThat(group.join(local, context)).isFalse();
    assertThat(local.told).containsExactly("init");
    node.state(NodeState.DOWN);
    assertThat(group.join(remote, context)).isTrue();
    assertThat(remote.told).containsExactly("init", "down");
    node.state(NodeState.UP);
    assertThat(group.join(ignoring, context)).isTrue();
    assertThat(ignoring.told).containsExactly("init", "up");
    assertThatThrownBy(() -> group.join(failing, context)).isInstanceOf(PolicyException.class);
    group.onUp(node);
    assertThat(failing.told).as("does not belong to the group").containsExactly("init");
  }

  @Test
  void policyThatJoinsLaterIsToldOfTheTokenMapToo() {
    PolicyGroup group = new PolicyGroup(List.of(local, failing));
    PolicyContext context = new PolicyContext(List.of(node), Set.of());
    TokenMap tokens = TokenMap.of(Partitioner.MURMUR3, List.of(), Map.of());
    assertThatThrownBy(() -> group.init(context)).isInstanceOf(PolicyException.class);
    group.onTokenMap(tokens);
    assertThat(failing.told).containsExactly("init", "tokens");
    PolicyGroup other = new PolicyGroup(List.of(local));
    other.init(context);
    other.onTokenMap(tokens);
    assertThat(local.told).containsExactly("init", "tokens", "init", "tokens");
    node.state(NodeState.UP);
    other.join(remote, context);
    assertThat(remote.told).containsExactly("init", "up", "tokens");
  }
}
