package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.io.Admission;
import io.peregrine.io.Way;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.NodePlaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs to know to find its way: the nodes, and the ways to each. The ways are
 * immutable and any thread may read them; the conductor publishes a new table when something
 * changes.
 *
 * @param <W> a way to a node: one of its connections
 */
public final class RoutingTable<W extends Way> {
  /** The index of no node. */
  public static final int NONE = -1;

  private final Node[] nodes;

  /** The ways to the first node, then those to the second, and so on. */
  private final Object[] ways;

  /** The first way to each node again, which most nodes have only one of. */
  private final Object[] firsts;

  /** What counts the requests on each of these; null if a node has other ways as well. */
  private final Admission @Nullable [] admissions;

  /** Where the ways to each node begin, and where the last ones end. */
  private final int[] starts;

  /**
   * The index of each node, at the place that the low bits of its number say, or the next that was
   * free. Nodes that became known together have numbers in a row, so that places do not collide.
   */
  private final int[] places;

  private final TurnCounter turns;

  /** Where the nodes of the token map are here. */
  private volatile AlignedNodes aligned;

  /**
   * A table by itself.
   *
   * @param ways the ways to each node; nodes without any are left out
   */
  public RoutingTable(Map<? extends Node, List<W>> ways) {
    this(ways, new TurnCounter());
  }

  /**
   * A table that goes on where another one was.
   *
   * @param ways the ways to each node; nodes without any are left out
   * @param turns whose turn it is
   */
  RoutingTable(Map<? extends Node, List<W>> ways, TurnCounter turns) {
    this.turns = turns;
    List<Node> nodes = new ArrayList<>();
    List<W> all = new ArrayList<>();
    List<W> firsts = new ArrayList<>();
    int[] starts = new int[ways.size() + 1];
    ways.forEach(
        (node, own) -> {
          if (!own.isEmpty()) {
            nodes.add(node);
            firsts.add(own.get(0));
            all.addAll(own);
            starts[nodes.size()] = all.size();
          }
        });
    int count = nodes.size();
    this.nodes = nodes.toArray(Node[]::new);
    this.ways = all.toArray();
    this.firsts = firsts.toArray();
    admissions =
        all.size() == count ? all.stream().map(Way::admission).toArray(Admission[]::new) : null;
    this.starts = Arrays.copyOf(starts, count + 1);
    // At least twice as many places as nodes, so that a search ends soon at an empty one.
    places = new int[Math.max(2, Integer.highestOneBit(count) << 2)];
    Arrays.fill(places, NONE);
    for (int i = 0; i < count; i++) {
      places[place(this.nodes[i])] = i;
    }
    aligned = new AlignedNodes(this, new Node[0]);
  }

  /** The place of a node, or the empty one where it would be. */
  private int place(Node node) {
    int mask = places.length - 1;
    int place = (node instanceof ClusterNode known ? known.number() : 0) & mask;
    while (places[place] != NONE && nodes[places[place]] != node) {
      place = place + 1 & mask;
    }
    return place;
  }

  /**
   * Finds a node.
   *
   * @param node any node
   * @return its index, or {@link #NONE} if it cannot be reached
   */
  public int indexOf(Node node) {
    return places[place(node)];
  }

  /**
   * Finds all nodes of a token map, so that requests need not. For the conductor's thread.
   *
   * @param tokens the newest map
   */
  public void align(TokenMap tokens) {
    aligned = new AlignedNodes(this, tokens.nodes());
  }

  /**
   * Where the nodes of a token map are.
   *
   * @param nodes what {@link TokenMap#nodes} says
   * @return the places of its nodes, which are indexes here; null if this table knows another map
   */
  public @Nullable NodePlaces places(Node[] nodes) {
    AlignedNodes aligned = this.aligned;
    return aligned.nodes() == nodes ? aligned : null;
  }

  /**
   * How many nodes can be reached.
   *
   * @return at least 0
   */
  public int size() {
    return nodes.length;
  }

  /**
   * The nodes that can be reached.
   *
   * @return an immutable list
   */
  public List<Node> nodes() {
    return List.of(nodes);
  }

  /**
   * How many ways lead to one of the nodes.
   *
   * @param node at least 0 and below {@link #size()}
   * @return at least 1
   */
  public int ways(int node) {
    return starts[node + 1] - starts[node];
  }

  /**
   * One of the ways.
   *
   * @param node at least 0 and below {@link #size()}
   * @param index at least 0 and below {@link #ways}
   * @return the way
   */
  @SuppressWarnings("unchecked")
  public W way(int node, int index) {
    return (W) (index == 0 ? firsts[node] : ways[starts[node] + index]);
  }

  /**
   * How many requests are on their way to one of the nodes.
   *
   * @param node at least 0 and below {@link #size()}
   * @return at least 0
   */
  public int inFlight(int node) {
    Admission[] admissions = this.admissions;
    if (admissions != null) {
      return admissions[node].aboutTaken();
    }
    int inFlight = 0;
    int ways = ways(node);
    for (int i = 0; i < ways; i++) {
      inFlight += way(node, i).admission().aboutTaken();
    }
    return inFlight;
  }

  /**
   * What counts the requests on the only way to one of the nodes.
   *
   * @param node at least 0 and below {@link #size()}
   * @return the same as the way has; null if a node has several ways
   */
  @Nullable Admission admission(int node) {
    return admissions == null ? null : admissions[node];
  }

  /**
   * The number of a request: where it starts to look follows from that, in turn. Threads count for
   * themselves, so that they do not get into each other's way.
   *
   * @return at least 0
   */
  public int nextTurn() {
    return ways.length == 1 ? 0 : turns.next();
  }
}
