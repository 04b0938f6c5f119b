package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryPlanTest {
  private final List<Node> nodes = PlainNode.nodes("dc1", 1, 12);
  private final QueryPlan plan = new QueryPlan();

  private Node[] array(int... numbers) {
    Node[] array = new Node[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      array[i] = nodes.get(numbers[i] - 1);
    }
    return array;
  }

  private String rest() {
    List<Node> rest = new ArrayList<>();
    for (Node node = plan.next(); node != null; node = plan.next()) {
      rest.add(node);
    }
    return rest.toString();
  }

  @Test
  void nodesComeInTheOrderInWhichTheyWereAdded() {
    plan.add(nodes.get(4));
    plan.addAll(array(1, 2, 3), 0);
    plan.add(nodes.get(3));
    assertThat(rest()).isEqualTo("[n5, n1, n2, n3, n4]");
    assertThat(plan.next()).isNull();
  }

  @Test
  void eachNodeComesOnceWhereverItWasAdded() {
    plan.add(nodes.get(1));
    plan.add(nodes.get(1));
    plan.addAll(array(1, 2, 3), 2);
    plan.addAll(array(3, 4), 0);
    plan.add(nodes.get(3));
    plan.add(nodes.get(4));
    assertThat(rest()).isEqualTo("[n2, n3, n1, n4, n5]");
  }

  @Test
  void whatIsAddedAfterTheRestComesAfterIt() {
    DatacenterNodes.View near = new DatacenterNodes.View("dc1", array(1, 2, 3), array(4), array(4));
    DatacenterNodes.View far = new DatacenterNodes.View("dc2", array(5, 6), array(1), array(1));
    plan.add(nodes.get(1));
    plan.addRest(near, 2);
    plan.add(nodes.get(7));
    plan.addRest(far, 1);
    plan.add(nodes.get(8));
    assertThat(rest()).isEqualTo("[n2, n3, n1, n4, n8, n6, n5, n9]");
    assertThat(plan.next()).isNull();
    plan.clear().addRest(far, 0);
    plan.clear().add(nodes.get(1));
    assertThat(rest()).isEqualTo("[n2]");
    plan.addRest(far, 0);
    assertThat(rest()).isEqualTo("[n5, n6, n1]");
  }

  @Test
  void arraysBeginWithTheOneWhoseTurnItIs() {
    for (int turn = 0; turn < 7; turn++) {
      plan.clear().addAll(array(1, 2, 3), turn);
      assertThat(rest())
          .isEqualTo(List.of("[n1, n2, n3]", "[n2, n3, n1]", "[n3, n1, n2]").get(turn % 3));
    }
    plan.clear().addAll(array(1, 2, 3), Integer.MAX_VALUE);
    assertThat(rest()).isEqualTo("[n2, n3, n1]");
  }

  @Test
  void noNodesAreNoPlan() {
    plan.addAll(array(), 5);
    assertThat(plan.next()).isNull();
  }

  @Test
  void filtersApplyToTheWholePlanUntilItIsCleared() {
    plan.add(nodes.get(0));
    plan.retain(node -> node != nodes.get(0));
    plan.retain(node -> node != nodes.get(2));
    plan.addAll(array(1, 2, 3, 4), 0);
    assertThat(rest()).isEqualTo("[n2, n4]");
    plan.clear().addAll(array(1, 2, 3, 4), 0);
    assertThat(rest()).isEqualTo("[n1, n2, n3, n4]");
  }

  @Test
  void clearedPlanForgetsWhereItWas() {
    plan.addAll(array(1, 2, 3), 1);
    plan.next();
    plan.clear().addAll(array(1, 2, 3), 0);
    assertThat(rest()).isEqualTo("[n1, n2, n3]");
  }

  @Test
  void planThatHasReturnedNoNodeKnowsNoPlace() {
    assertThat(plan.place()).isEqualTo(QueryPlan.UNKNOWN);
  }

  private Replicas replicas(int... numbers) {
    return new Replicas(List.of(array(numbers)));
  }

  @Test
  void maskedReplicasComeInTheOrderOfTheRing() {
    plan.addReplicas(replicas(5, 3, 9, 1), 0b1101, 0, QueryPlan.IN_ORDER, new PlainRequest());
    plan.addAll(array(1, 2, 3, 4, 5), 0);
    assertThat(rest()).isEqualTo("[n5, n9, n1, n2, n3, n4]");
    plan.clear().addReplicas(replicas(5, 3), 0b10, 0, QueryPlan.IN_ORDER, new PlainRequest());
    assertThat(rest()).isEqualTo("[n3]");
    plan.clear().addReplicas(replicas(5, 3), 0, 0, QueryPlan.IN_ORDER, new PlainRequest());
    assertThat(rest()).isEqualTo("[]");
  }

  @Test
  void replicasThatWereThereBeforeAreLeftOut() {
    plan.add(nodes.get(2));
    plan.addReplicas(replicas(5, 3, 9), 0b111, 0, QueryPlan.IN_ORDER, new PlainRequest());
    plan.addReplicas(replicas(9, 7, 3), 0b011, 0, QueryPlan.IN_ORDER, new PlainRequest());
    plan.add(nodes.get(6));
    plan.add(nodes.get(7));
    assertThat(rest()).isEqualTo("[n3, n5, n9, n7, n8]");
  }

  @Test
  void shuffledReplicasComeOnceEach() {
    for (int i = 0; i < 200; i++) {
      PlainRequest request = new PlainRequest();
      request.skip(i);
      plan.clear().addReplicas(replicas(5, 3, 9, 1), 0b1011, 0, QueryPlan.SHUFFLED, request);
      plan.addAll(array(5), 0);
      assertThat(rest().substring(1).split("[, \\]]+")).containsExactlyInAnyOrder("n5", "n3", "n1");
    }
  }

  @Test
  void lessBusyReplicaIsChosenWhenItIsAskedFor() {
    PlainRequest request = new PlainRequest();
    plan.addReplicas(replicas(1, 2, 3, 4), 0b1111, 0b0011, request.turn(), request);
    request.inFlight(nodes.get(0), 1).inFlight(nodes.get(2), 1);
    assertThat(plan.next()).isSameAs(nodes.get(1));
    assertThat(plan.next()).isSameAs(nodes.get(0));
    request.inFlight(nodes.get(2), 0).inFlight(nodes.get(3), 1);
    assertThat(plan.next()).isSameAs(nodes.get(2));
    assertThat(plan.next()).isSameAs(nodes.get(3));
    assertThat(plan.next()).isNull();
  }

  @Test
  void preferredReplicasComeBeforeTheOthers() {
    plan.addReplicas(replicas(1, 2, 3, 4), 0b1111, 0b1010, QueryPlan.IN_ORDER, new PlainRequest());
    assertThat(rest()).isEqualTo("[n2, n4, n1, n3]");
  }

  @Test
  void partOfOneKindLeavesNothingForTheNextPlanOfAnother() {
    for (int i = 0; i < 3; i++) {
      plan.clear().add(nodes.get(0));
      plan.addReplicas(replicas(2, 3), 0b11, 0, QueryPlan.IN_ORDER, new PlainRequest());
      plan.next();
      plan.next();
      plan.clear().addReplicas(replicas(4, 5), 0b11, 0, QueryPlan.IN_ORDER, new PlainRequest());
      plan.addAll(array(6, 4), 0);
      assertThat(rest()).isEqualTo("[n4, n5, n6]");
      plan.clear().addAll(array(7, 8), 1);
      plan.add(nodes.get(8));
      assertThat(rest()).isEqualTo("[n8, n7, n9]");
    }
  }

  @Test
  void planHasRoomForAnyNumberOfParts() {
    nodes.forEach(plan::add);
    plan.addAll(array(3, 1), 0);
    assertThat(rest()).isEqualTo(nodes.toString());
    plan.clear();
    for (int i = 1; i <= nodes.size(); i++) {
      plan.addReplicas(replicas(i), 1, 0, QueryPlan.IN_ORDER, new PlainRequest());
    }
    assertThat(rest()).isEqualTo(nodes.toString());
  }
}
