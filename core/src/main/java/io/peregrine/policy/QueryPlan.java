package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.NearReplicas;
import io.peregrine.metadata.Replicas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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

  private static final int PARTS = 6;
  private static final int NOT_CONNECTED = -1;

  /** What stands where replicas are not chosen by a turn. */
  static final int IN_ORDER = -1;

  static final int SHUFFLED = -2;

  /** One node; an array of them; near replicas; or replicas of a mask. */
  private static final byte SINGLE = 0;

  private static final byte ARRAY = 1;
  private static final byte NEAR = 2;
  private static final byte REPLICAS = 3;

  private byte[] kinds = new byte[PARTS];

  /**
   * Which of the replicas, as a mask or as a number of {@link NearReplicas}. Such numbers say all
   * that differs from request to request: with G1, to store a reference takes as long as to find a
   * key's replicas.
   */
  private long[] which = new long[PARTS];

  private Replicas[] replicas = new Replicas[PARTS];
  private Node[] singles = new Node[PARTS];

  /** Nodes that come all, or that numbers refer to. */
  private Node[][] arrays = new Node[PARTS][];

  /** Where to begin in an array, or by which turn to choose replicas. */
  private int[] starts = new int[PARTS];

  private int parts;
  private int part;
  private int position;
  private long left;
  private int place = UNKNOWN;
  private @Nullable RoutingRequest request;
  private @Nullable List<Predicate<? super Node>> filters;

  /** An empty plan. */
  public QueryPlan() {}

  /**
   * Makes it empty.
   *
   * @return this
   */
  public QueryPlan clear() {
    parts = 0;
    part = 0;
    position = 0;
    left = 0;
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
    int index = open(SINGLE);
    singles[index] = node;
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
      int index = open(ARRAY);
      array(index, nodes);
      starts[index] = turn;
    }
  }

  /**
   * Adds replicas.
   *
   * @param of the request's
   * @param mask which of them: a bit for each, the lowest for the first
   * @param order {@link #IN_ORDER}, {@link #SHUFFLED} for another order each time, or the turn
   */
  void addReplicas(Replicas of, long mask, int order) {
    if (mask != 0) {
      int index = open(REPLICAS);
      which[index] = mask;
      starts[index] = order;
      if (replicas[index] != of) {
        replicas[index] = of;
      }
    }
  }

  /**
   * Adds near replicas.
   *
   * @param near says which nodes they are
   * @param packed what it has returned, unless that is unknown
   * @param order as for other replicas
   * @param request whose plan it is; it is asked where they are when it is asked for a node
   */
  void addNear(NearReplicas near, long packed, int order, RoutingRequest request) {
    if (NearReplicas.count(packed) > 0) {
      ask(request);
      int index = open(NEAR);
      which[index] = packed;
      starts[index] = order;
      array(index, near.nodes());
    }
  }

  /**
   * Adds replicas so that of two chosen at random the one with fewer requests on their way comes
   * first. It asks the request how many these are when it is asked for a node.
   */
  void addLessBusyFirst(Replicas of, long mask, RoutingRequest request) {
    ask(request);
    addReplicas(of, mask, request.turn());
  }

  /** The same of near replicas. */
  void addLessBusyFirst(NearReplicas near, long packed, RoutingRequest request) {
    addNear(near, packed, request.turn(), request);
  }

  private void ask(RoutingRequest request) {
    if (this.request != request) {
      this.request = request;
    }
  }

  private void array(int index, Node[] nodes) {
    if (arrays[index] != nodes) {
      arrays[index] = nodes;
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
    while (part < parts) {
      int here = part;
      place = UNKNOWN;
      Node node = kinds[here] >= NEAR ? nextReplica(here) : nextNode(here);
      if (!isBefore(here, node) && passes(node)) {
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

  private Node nextNode(int here) {
    if (kinds[here] == SINGLE) {
      part = here + 1;
      return singles[here];
    }
    Node[] array = arrays[here];
    if (starts[here] >= array.length) {
      starts[here] %= array.length;
    }
    int index = starts[here] + position;
    if (++position == array.length) {
      position = 0;
      part = here + 1;
    }
    return array[index < array.length ? index : index - array.length];
  }

  private Node nextReplica(int here) {
    RoutingRequest request = this.request;
    if (kinds[here] == NEAR && request != null) {
      int[] places = request.places(arrays[here]);
      if (places != null) {
        return nextNear(here, request, places);
      }
    }
    long left = this.left == 0 ? all(here) : this.left;
    int index = choose(left, here);
    take(here, left, index);
    return replica(here, index);
  }

  /** The same where it is known where each node is: no step has to wait for a node's object. */
  private Node nextNear(int here, RoutingRequest request, int[] places) {
    long packed = which[here];
    int order = starts[here];
    boolean isFirst = this.left == 0;
    long left = isFirst ? ReplicaMask.first(NearReplicas.count(packed)) : this.left;
    int count = isFirst ? NearReplicas.count(packed) : Long.bitCount(left);
    if (order < 0 || count == 1) {
      int index = choose(left, here);
      int node = NearReplicas.index(packed, index);
      take(here, left, index);
      place = places[node];
      return arrays[here][node];
    }
    long pair = ReplicaMask.choosePair(order, count);
    int one = (int) (pair >>> Integer.SIZE);
    int other = (int) pair;
    if (!isFirst) {
      one = ReplicaMask.nth(left, one);
      other = ReplicaMask.nth(left, other);
    }
    int node = NearReplicas.index(packed, one);
    int otherNode = NearReplicas.index(packed, other);
    int placeOfOne = places[node];
    int placeOfOther = places[otherNode];
    int otherFirst = otherFirst(inFlight(request, placeOfOther), inFlight(request, placeOfOne));
    take(here, left, one ^ (one ^ other) & otherFirst);
    place = placeOfOne ^ (placeOfOne ^ placeOfOther) & otherFirst;
    return arrays[here][node ^ (node ^ otherNode) & otherFirst];
  }

  private static int inFlight(RoutingRequest request, int place) {
    return place == NOT_CONNECTED ? Integer.MAX_VALUE : request.inFlightAt(place);
  }

  /**
   * All ones if the other is less busy: a branch here would be foretold wrongly half of the time.
   */
  private static int otherFirst(int others, int ones) {
    return others - ones >> Integer.SIZE - 1;
  }

  /** One of the replicas that are left of a part is left no more. */
  private void take(int here, long left, int index) {
    long rest = left & ~(1L << index);
    this.left = rest;
    if (rest == 0) {
      part = here + 1;
    }
  }

  /** A bit for each replica of a part. */
  private long all(int here) {
    return kinds[here] == NEAR ? ReplicaMask.first(NearReplicas.count(which[here])) : which[here];
  }

  private Node replica(int here, int place) {
    return kinds[here] == NEAR
        ? arrays[here][NearReplicas.index(which[here], place)]
        : replicas[here].get(place);
  }

  /** Which of the replicas that are left comes next. */
  private int choose(long left, int here) {
    int order = starts[here];
    int count = Long.bitCount(left);
    RoutingRequest request = this.request;
    if (order == SHUFFLED && count > 1) {
      return ReplicaMask.nth(left, ThreadLocalRandom.current().nextInt(count));
    }
    if (order < 0 || count == 1 || request == null) {
      return Long.numberOfTrailingZeros(left);
    }
    long pair = ReplicaMask.choosePair(order, count);
    int one = ReplicaMask.nth(left, (int) (pair >>> Integer.SIZE));
    int other = ReplicaMask.nth(left, (int) pair);
    int inFlight = request.inFlight(replica(here, one));
    int otherFirst = otherFirst(request.inFlight(replica(here, other)), inFlight);
    return one ^ (one ^ other) & otherFirst;
  }

  /** Whether a node is in one of the parts before one. */
  private boolean isBefore(int end, Node node) {
    for (int i = 0; i < end; i++) {
      if (kinds[i] >= NEAR ? isInReplicas(i, node) : isInNodes(i, node)) {
        return true;
      }
    }
    return false;
  }

  private boolean isInReplicas(int index, Node node) {
    for (long left = all(index); left != 0; left &= left - 1) {
      if (replica(index, Long.numberOfTrailingZeros(left)) == node) {
        return true;
      }
    }
    return false;
  }

  private boolean isInNodes(int index, Node node) {
    if (kinds[index] == SINGLE) {
      return singles[index] == node;
    }
    for (Node one : arrays[index]) {
      if (one == node) {
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

  private int open(byte kind) {
    int index = parts++;
    if (index == starts.length) {
      kinds = Arrays.copyOf(kinds, 2 * index);
      which = Arrays.copyOf(which, 2 * index);
      replicas = Arrays.copyOf(replicas, 2 * index);
      singles = Arrays.copyOf(singles, 2 * index);
      arrays = Arrays.copyOf(arrays, 2 * index);
      starts = Arrays.copyOf(starts, 2 * index);
    }
    kinds[index] = kind;
    return index;
  }
}
