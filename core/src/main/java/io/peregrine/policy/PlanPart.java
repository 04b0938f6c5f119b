package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.NearReplicas;
import io.peregrine.metadata.Replicas;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that follow each other in a plan: an array of them, or replicas that are chosen from one
 * after the other. Confined to the thread of its plan, which uses it for many requests.
 *
 * <p>With G1 it takes as long to store a reference as to find a key's replicas. So a reference is
 * only stored where there was another one, and what differs from request to request are numbers.
 */
final class PlanPart {
  private static final Node[] NONE = {};

  private static final byte ARRAY = 0;
  private static final byte REPLICAS = 1;

  /** Near replicas of which none has come: as a rule no more than one is asked for. */
  private static final byte FRESH = 2;

  /** Near replicas of which one has come, and it is not reckoned yet which are left. */
  private static final byte BEGUN = 3;

  private static final byte NEAR = 4;

  private byte kind;

  /** Nodes that come all, or that the numbers of near replicas refer to. */
  private Node[] nodes = NONE;

  private Node @Nullable [] single;
  private Replicas replicas = Replicas.NONE;

  /** Near replicas as a number, or those of all replicas that count as a mask. */
  private long which;

  /** A bit for each replica that has not come yet, and for each that comes before the others. */
  private long left;

  private long preferred;

  /** Where to begin in the array, or how to choose replicas. */
  private int start;

  /** How many nodes of the array have come; or which node has, of near replicas that are begun. */
  private int position;

  /** Whether all of its nodes have come. */
  private boolean isOver;

  private int place = QueryPlan.UNKNOWN;

  PlanPart() {}

  /** Becomes one node. */
  void become(Node node) {
    Node[] single = this.single;
    if (single == null) {
      single = new Node[1];
      this.single = single;
    }
    if (single[0] != node) {
      single[0] = node;
    }
    become(single, 0);
  }

  /** Becomes an array: its nodes from one on, then those before it. */
  void become(Node[] array, int turn) {
    kind = ARRAY;
    nodes(array);
    start = turn;
    position = 0;
  }

  /** Becomes near replicas, the nearest of them first. */
  void become(NearReplicas near, long packed, int order) {
    kind = FRESH;
    nodes(near.nodes());
    which = packed;
    start = order;
  }

  /** Becomes some of all replicas, those preferred first. */
  void become(Replicas of, long mask, long preferred, int order) {
    kind = REPLICAS;
    if (replicas != of) {
      replicas = of;
    }
    which = mask;
    left = mask;
    this.preferred = preferred;
    start = order;
  }

  private void nodes(Node[] of) {
    if (nodes != of) {
      nodes = of;
    }
  }

  /** Whether all of its nodes have come: to be asked when one has. */
  boolean isOver() {
    return isOver;
  }

  /** Where the session has the node that came last, or {@link QueryPlan#UNKNOWN}. */
  int place() {
    return place;
  }

  /**
   * The next node, unless it is over.
   *
   * @param request whose plan it is; it is asked which replicas are less busy
   */
  Node next(@Nullable RoutingRequest request) {
    // What has just been stored is read first: across the question for places a compiler may not
    // keep it in registers.
    byte kind = this.kind;
    long which = this.which;
    int order = start;
    Node[] nodes = this.nodes;
    NodePlaces places = kind >= FRESH && request != null ? request.places(nodes) : null;
    if (kind == FRESH && places != null) {
      return firstNear(nodes, which, order, request, places);
    }
    place = QueryPlan.UNKNOWN;
    if (kind == ARRAY) {
      return nextOfArray();
    }
    if (kind == FRESH || kind == BEGUN) {
      reckon(kind);
    }
    int index = choose(request);
    left &= ~(1L << index);
    isOver = left == 0;
    if (places != null) {
      place = places.place(NearReplicas.index(which, index));
    }
    return replica(index);
  }

  private Node nextOfArray() {
    Node[] array = nodes;
    if (start >= array.length) {
      start %= array.length;
    }
    int index = start + position++;
    isOver = position == array.length;
    return array[index < array.length ? index : index - array.length];
  }

  /** The first where it is known where each node is: no step has to wait for a node's object. */
  private Node firstNear(
      Node[] nodes, long packed, int order, RoutingRequest request, NodePlaces places) {
    int all = NearReplicas.count(packed);
    int nearest = NearReplicas.nearest(packed);
    int count = nearest == 0 ? all : nearest;
    int node;
    if (order < 0 || count == 1) {
      int index =
          order == QueryPlan.SHUFFLED ? ReplicaMask.chooseOne(request.turn(), all, count) : 0;
      node = NearReplicas.index(packed, index);
    } else {
      int pair = ReplicaMask.choosePairOfFew(order, count);
      int one = NearReplicas.index(packed, ReplicaMask.firstOf(pair));
      int other = NearReplicas.index(packed, ReplicaMask.secondOf(pair));
      int otherFirst = otherFirst(places.inFlight(other), places.inFlight(one));
      node = one ^ (one ^ other) & otherFirst;
    }
    kind = BEGUN;
    position = node;
    isOver = all == 1;
    place = places.place(node);
    return nodes[node];
  }

  /** Reckons which near replicas are left, which is of no account until a second one must come. */
  private void reckon(byte kind) {
    long all = ReplicaMask.first(NearReplicas.count(which));
    int index = 0;
    while (kind == BEGUN && NearReplicas.index(which, index) != position) {
      index++;
    }
    left = kind == BEGUN ? all & ~(1L << index) : all;
    this.kind = NEAR;
  }

  /**
   * All ones if the other is less busy: a branch here would be foretold wrongly half of the time.
   */
  private static int otherFirst(int others, int ones) {
    return others - ones >> Integer.SIZE - 1;
  }

  /** Those of the replicas left that come before the others. */
  private long group(long left) {
    long nearest = kind == REPLICAS ? preferred : ReplicaMask.first(NearReplicas.nearest(which));
    long first = left & nearest;
    return first == 0 ? left : first;
  }

  /** Which of the replicas that are left comes next. */
  private int choose(@Nullable RoutingRequest request) {
    long group = group(left);
    int count = Long.bitCount(group);
    int order = start;
    if (order == QueryPlan.IN_ORDER || count == 1 || request == null) {
      return first(group);
    }
    if (order == QueryPlan.SHUFFLED) {
      return nth(group, count, ReplicaMask.chooseOne(request.turn(), count(), count));
    }
    long pair = ReplicaMask.choosePair(order, count);
    int one = nth(group, count, (int) (pair >>> Integer.SIZE));
    int other = nth(group, count, (int) pair);
    int inFlight = request.inFlight(replica(one));
    int otherFirst = otherFirst(request.inFlight(replica(other)), inFlight);
    return one ^ (one ^ other) & otherFirst;
  }

  /** How many replicas there are, those that have come among them. */
  private int count() {
    return kind >= FRESH ? NearReplicas.count(which) : Long.bitCount(which);
  }

  private static int nth(long group, int count, int n) {
    return group == ReplicaMask.first(count) ? n : ReplicaMask.nth(group, n);
  }

  /** The first of a group: as a rule nothing has come yet, and what is foretold need not wait. */
  private static int first(long group) {
    return (group & 1) != 0 ? 0 : Long.numberOfTrailingZeros(group);
  }

  private Node replica(int index) {
    return kind >= FRESH ? nodes[NearReplicas.index(which, index)] : replicas.get(index);
  }

  /** Whether a node is one of its nodes, be they over or not. */
  boolean contains(Node node) {
    if (kind == ARRAY) {
      return LiveNodes.indexOf(nodes, node) >= 0;
    }
    long all = kind >= FRESH ? ReplicaMask.first(NearReplicas.count(which)) : which;
    for (long rest = all; rest != 0; rest &= rest - 1) {
      if (replica(Long.numberOfTrailingZeros(rest)) == node) {
        return true;
      }
    }
    return false;
  }
}
