package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
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
  void planHasRoomForAnyNumberOfParts() {
    nodes.forEach(plan::add);
    plan.addAll(array(3, 1), 0);
    assertThat(rest()).isEqualTo(nodes.toString());
  }
}
