package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that is what the test says, and the plans that are made for it. One thread's. */
final class PlainRequest implements RoutingRequest {
  private final QueryPlan plan = new QueryPlan();
  private final Map<Node, Integer> inFlight = new HashMap<>();
  private Replicas replicas = Replicas.NONE;
  private @Nullable Node target;
  private boolean conditional;
  private int turn;
  private Node[] known = {};
  private int placesFound;

  PlainRequest replicas(Node... nodes) {
    return replicas(new Replicas(List.of(nodes)));
  }

  PlainRequest replicas(Replicas of) {
    replicas = of;
    return this;
  }

  PlainRequest conditional() {
    conditional = true;
    return this;
  }

  PlainRequest target(Node node) {
    target = node;
    return this;
  }

  PlainRequest inFlight(Node node, int requests) {
    inFlight.put(node, requests);
    return this;
  }

  /** It knows the places of a map's nodes, but of those that are not connected. */
  PlainRequest knowing(TokenMap tokens) {
    known = tokens.nodes();
    return this;
  }

  /** How often a plan has told where a node is. */
  int placesFound() {
    return placesFound;
  }

  /** The nodes that a policy names, in order; the next request is the next turn. */
  List<Node> planOf(LoadBalancingPolicy policy) {
    policy.plan(this, plan.clear());
    List<Node> nodes = new ArrayList<>();
    for (Node node = plan.next(); node != null; node = plan.next()) {
      nodes.add(node);
      assertPlaceOf(node);
    }
    turn++;
    return nodes;
  }

  private void assertPlaceOf(Node node) {
    int place = plan.place();
    if (place != QueryPlan.UNKNOWN) {
      placesFound++;
      if (inFlight(node) == Integer.MAX_VALUE) {
        assertThat(place).isEqualTo(-1);
      } else {
        assertThat(known[known.length - 1 - place]).isSameAs(node);
      }
    }
  }

  /** So many other requests come between. */
  void skip(int turns) {
    turn += turns;
  }

  /** How often each node was first in so many plans. */
  Map<Node, Integer> firsts(LoadBalancingPolicy policy, int plans) {
    Map<Node, Integer> firsts = new HashMap<>();
    for (int i = 0; i < plans; i++) {
      firsts.merge(planOf(policy).get(0), 1, Integer::sum);
    }
    return firsts;
  }

  static PolicyContext context(List<Node> nodes, Node... contactPoints) {
    return new PolicyContext(
        nodes, Set.copyOf(List.of(contactPoints).stream().map(Node::address).toList()));
  }

  @Override
  public Replicas replicas() {
    return replicas;
  }

  @Override
  public boolean isConditional() {
    return conditional;
  }

  @Override
  public @Nullable Node target() {
    return target;
  }

  @Override
  public int turn() {
    return turn;
  }

  @Override
  public int inFlight(Node node) {
    return inFlight.getOrDefault(node, 0);
  }

  @Override
  public @Nullable NodePlaces places(Node[] nodes) {
    return nodes != known ? null : new Backwards();
  }

  /** The last node has the first place. */
  private final class Backwards implements NodePlaces {
    @Override
    public int place(int node) {
      return inFlight(node) == Integer.MAX_VALUE ? -1 : known.length - 1 - node;
    }

    @Override
    public int inFlight(int node) {
      return PlainRequest.this.inFlight(known[node]);
    }
  }
}
