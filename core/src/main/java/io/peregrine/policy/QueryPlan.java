package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.NearReplicas;
import io.peregrine.metadata.Replicas;
import io.peregrine.policy.DatacenterNodes.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes to ask, the best first; each comes once. Confined to the thread that sends the request,
 * which uses one plan for many requests.
 *
 * <p>A policy adds nodes, or whole arrays of them that are only looked at when the nodes before did
 * not take the request. The same goes for replicas: which one comes next is only decided when a
 * node is asked for.
 */
public final class QueryPlan {
  /** The place of a node that has to be looked for. */
  public static final int UNKNOWN = -2;

  /** What stands where replicas are not chosen by a turn. */
  static final int IN_ORDER = -1;

  /** The order that the request's turn comes to: another one each time. */
  static final int SHUFFLED = -2;

  private static final int PARTS = 2;
  private static final int NO_REST = -1;

  /** The first part, which as a rule is the only one that is looked at, and those after it. */
  private final PlanPart front = new PlanPart();

  private PlanPart[] others = parts(new PlanPart[PARTS], 0);
  private int count;
  private int current;
  private int place = UNKNOWN;
  private @Nullable RoutingRequest request;
  private @Nullable View rest;
  private int turnOfRest = NO_REST;
  private @Nullable List<Predicate<? super Node>> filters;

  /** An empty plan. */
  public QueryPlan() {}

  /**
   * Makes it empty.
   *
   * @return this
   */
  public QueryPlan clear() {
    count = 0;
    current = 0;
    turnOfRest = NO_REST;
    List<?> filters = this.filters;
    if (filters != null) {
      filters.clear();
    }
    return this;
  }

  /**
   * Adds a node.
   *
   * @param node the node
   */
  public void add(Node node) {
    open().become(node);
  }

  /**
   * Adds nodes: those from one on, then those before it. The array is not copied and must not
   * change, nor have a node twice.
   *
   * @param nodes the nodes
   * @param turn at least 0; it is the one of this index that comes first, counted round and round
   */
  public void addAll(Node[] nodes, int turn) {
    if (nodes.length > 0) {
      open().become(nodes, turn);
    }
  }

  /**
   * Adds all nodes that may be asked: the local ones from one on, then those of other data centres.
   * As a rule the nodes before take the request, so this is only done when it is their turn.
   *
   * @param nodes the nodes
   * @param turn at least 0; it is the local one of this index that comes first
   */
  void addRest(View nodes, int turn) {
    addRest();
    if (rest != nodes) {
      rest = nodes;
    }
    turnOfRest = turn;
  }

  /** Whether there are nodes to come after all. */
  private boolean addRest() {
    View nodes = rest;
    int turn = turnOfRest;
    if (turn == NO_REST || nodes == null) {
      return false;
    }
    turnOfRest = NO_REST;
    addAll(nodes.local(), turn);
    addAll(nodes.remote(), 0);
    return current < count;
  }

  /**
   * Adds near replicas: those that come first, then the others.
   *
   * @param near says which nodes they are
   * @param packed what it has returned, unless that is unknown
   * @param order {@link #IN_ORDER}, {@link #SHUFFLED}, or the request's turn: then of two chosen by
   *     it the one with fewer requests on their way comes first
   * @param request whose plan it is; it is asked where the nodes are and how many requests are on
   *     their way when it is asked for a node
   */
  void addNear(NearReplicas near, long packed, int order, RoutingRequest request) {
    if (NearReplicas.count(packed) > 0) {
      ask(request);
      open().become(near, packed, order);
    }
  }

  /**
   * Adds replicas: those preferred, then the others.
   *
   * @param of the request's
   * @param mask which of them: a bit for each, the lowest for the first
   * @param preferred which of these come before the others
   * @param order as for near replicas
   * @param request as for near replicas
   */
  void addReplicas(Replicas of, long mask, long preferred, int order, RoutingRequest request) {
    if (mask != 0) {
      ask(request);
      open().become(of, mask, preferred, order);
    }
  }

  private void ask(RoutingRequest request) {
    if (this.request != request) {
      this.request = request;
    }
  }

  /**
   * Leaves out nodes of the whole plan. Several filters all apply.
   *
   * @param filter true for what may stay; kept until the plan is cleared
   */
  public void retain(Predicate<? super Node> filter) {
    List<Predicate<? super Node>> filters = this.filters;
    if (filters == null) {
      filters = new ArrayList<>(1);
      this.filters = filters;
    }
    filters.add(filter);
  }

  /**
   * The next node to ask.
   *
   * @return a node that has not been returned since the plan was cleared, or null if there is none
   */
  public @Nullable Node next() {
    RoutingRequest request = this.request;
    while (current < count || addRest()) {
      int here = current;
      PlanPart part = part(here);
      Node node = part.next(request);
      if (part.isOver()) {
        current = here + 1;
      }
      if (!isBefore(here, node) && passes(node)) {
        place = part.place();
        return node;
      }
    }
    return null;
  }

  /**
   * Where the session of the request has the node that was returned last, if it was found by that.
   *
   * @return what {@link RoutingRequest#places} says of it; or {@link #UNKNOWN}
   */
  public int place() {
    return place;
  }

  /** Whether a node is in one of the parts before one. */
  private boolean isBefore(int end, Node node) {
    for (int i = 0; i < end; i++) {
      if (part(i).contains(node)) {
        return true;
      }
    }
    return false;
  }

  private boolean passes(Node node) {
    List<Predicate<? super Node>> filters = this.filters;
    if (filters != null) {
      for (int i = 0; i < filters.size(); i++) {
        if (!filters.get(i).test(node)) {
          return false;
        }
      }
    }
    return true;
  }

  private PlanPart open() {
    addRest();
    int index = count++;
    if (index > others.length) {
      others = parts(Arrays.copyOf(others, 2 * others.length), others.length);
    }
    return part(index);
  }

  private PlanPart part(int index) {
    return index == 0 ? front : others[index - 1];
  }

  private static PlanPart[] parts(PlanPart[] parts, int from) {
    for (int i = from; i < parts.length; i++) {
      parts[i] = new PlanPart();
    }
    return parts;
  }
}
