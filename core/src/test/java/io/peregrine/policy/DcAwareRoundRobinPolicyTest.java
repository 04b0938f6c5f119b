package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.peregrine.Node;
import io.peregrine.NodeDistance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DcAwareRoundRobinPolicyTest {
  private final List<Node> east = PlainNode.nodes("east", 1, 3);
  private final List<Node> west = PlainNode.nodes("west", 11, 4);
  private final List<Node> south = PlainNode.nodes("south", 21, 3);
  private final PlainRequest request = new PlainRequest();

  /** As a server tells them: in no order, so that data centres are mixed. */
  private List<Node> mixed() {
    List<Node> mixed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      for (List<Node> of : List.of(west, east, south)) {
        if (i < of.size()) {
          mixed.add(of.get(i));
        }
      }
    }
    return mixed;
  }

  private DcAwareRoundRobinPolicy policy(int used) {
    DcAwareRoundRobinPolicy policy = new DcAwareRoundRobinPolicy("east", used);
    policy.init(PlainRequest.context(mixed()));
    return policy;
  }

  private List<Node> withDistance(LoadBalancingPolicy policy, NodeDistance distance) {
    return mixed().stream().filter(node -> policy.distance(node) == distance).toList();
  }

  @Test
  void onlyLocalNodesAreAskedUnlessOthersAreWanted() {
    DcAwareRoundRobinPolicy policy = policy(0);
    assertThat(withDistance(policy, NodeDistance.LOCAL)).containsExactlyElementsOf(east);
    assertThat(withDistance(policy, NodeDistance.REMOTE)).isEmpty();
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3]");
    assertThat(request.planOf(policy)).hasToString("[n2, n3, n1]");
  }

  @Test
  void nodesOfMixedDatacentersAreAllKept() {
    assertThat(request.firsts(policy(0), 300))
        .isEqualTo(Map.of(east.get(0), 100, east.get(1), 100, east.get(2), 100));
  }

  @Test
  void asManyOfEachOtherDatacenterAreRemoteAsIsWanted() {
    DcAwareRoundRobinPolicy policy = policy(2);
    assertThat(withDistance(policy, NodeDistance.REMOTE))
        .containsExactlyInAnyOrder(west.get(0), west.get(1), south.get(0), south.get(1));
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3, n11, n12, n21, n22]");
  }

  @Test
  void remoteNodesComeWhenAllLocalOnesAreDown() {
    DcAwareRoundRobinPolicy policy = policy(1);
    east.forEach(policy::onDown);
    assertThat(request.planOf(policy)).hasToString("[n11, n21]");
  }

  @Test
  void remoteNodeThatIsDownIsReplacedByAnother() {
    DcAwareRoundRobinPolicy policy = policy(2);
    policy.onDown(west.get(0));
    assertThat(policy.distance(west.get(0))).isEqualTo(NodeDistance.IGNORED);
    assertThat(policy.distance(west.get(2))).isEqualTo(NodeDistance.REMOTE);
    policy.onDown(west.get(1));
    policy.onRemove(west.get(3));
    // So few are left that those that are down are tried again.
    assertThat(policy.distance(west.get(0))).isEqualTo(NodeDistance.REMOTE);
    assertThat(request.planOf(policy)).hasToString("[n1, n2, n3, n13, n21, n22]");
  }

  @Test
  void nodeThatDoesNotTellItsDatacenterIsLocal() {
    DcAwareRoundRobinPolicy policy = policy(0);
    Node silent = new PlainNode(30, "", "");
    policy.onAdd(silent);
    assertThat(policy.distance(silent)).isEqualTo(NodeDistance.LOCAL);
    assertThat(request.planOf(policy)).contains(silent);
  }

  @Test
  void localDatacenterIsThatOfTheContactPoint() {
    DcAwareRoundRobinPolicy policy = new DcAwareRoundRobinPolicy();
    policy.init(PlainRequest.context(mixed(), south.get(1)));
    assertThat(policy.localDatacenter()).isEqualTo("south");
    assertThat(withDistance(policy, NodeDistance.LOCAL)).containsExactlyElementsOf(south);
    assertThat(request.planOf(policy)).hasToString("[n21, n22, n23]");
  }

  @Test
  void datacenterThatTheContactPointTellsLaterIsLocalFromThenOn() {
    DcAwareRoundRobinPolicy policy = new DcAwareRoundRobinPolicy(null, 0);
    PlainNode late = new PlainNode(40, "", "");
    List<Node> nodes = mixed();
    nodes.add(late);
    policy.init(PlainRequest.context(nodes, late));
    assertThat(policy.localDatacenter()).isNull();
    assertThat(nodes).allMatch(node -> policy.distance(node) == NodeDistance.LOCAL);
    late.moveTo("west");
    policy.onUp(late);
    assertThat(policy.localDatacenter()).isEqualTo("west");
    assertThat(policy.distance(east.get(0))).isEqualTo(NodeDistance.IGNORED);
    assertThat(request.planOf(policy))
        .containsExactlyInAnyOrder(west.get(0), west.get(1), west.get(2), west.get(3), late);
  }

  @Test
  void givenDatacenterWinsOverTheContactPoints() {
    DcAwareRoundRobinPolicy policy = new DcAwareRoundRobinPolicy("west");
    policy.init(PlainRequest.context(mixed(), east.get(0)));
    assertThat(policy.localDatacenter()).isEqualTo("west");
    assertThat(request.planOf(policy)).containsExactlyElementsOf(west);
  }

  @Test
  void nodeThatMovesIsAskedWhereItIsNow() {
    DcAwareRoundRobinPolicy policy = policy(0);
    PlainNode moving = (PlainNode) west.get(0);
    moving.moveTo("east");
    policy.onUp(moving);
    assertThat(request.planOf(policy)).contains(moving).hasSize(4);
  }

  @Test
  void badSettingsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DcAwareRoundRobinPolicy(" "))
        .withMessageContaining("empty local data centre");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DcAwareRoundRobinPolicy("east", -1))
        .withMessageContaining("-1 nodes");
  }
}
