package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that have a key, in the order of the ring. Immutable, and any thread may use it; but
 * one that is made to be filled is one thread's, and says something else after each {@link
 * TokenMap#find}.
 */
public final class Replicas {
  /** No node. */
  public static final Replicas NONE = of(ReplicaTable.NOWHERE, 0);

  private static final int NOT_FOUND_YET = -1;

  private final boolean fillable;
  private ReplicaTable table;

  /** Of which keyspace the table is, in which token map; null as long as that does not matter. */
  private @Nullable Object map;

  private @Nullable String keyspace;
  private long token;

  /** Where the list begins. Whoever asks first finds it; two that do find the same. */
  private int start;

  /** No node yet: a token map fills it, as often as it is asked to. */
  public Replicas() {
    this(ReplicaTable.NOWHERE, 0, 0, true);
  }

  /**
   * A set of replicas.
   *
   * @param nodes the nodes, in the order of the ring
   */
  public Replicas(List<? extends Node> nodes) {
    this(ReplicaTable.of(nodes), 0, 0, false);
  }

  private Replicas(ReplicaTable table, long token, int start, boolean fillable) {
    this.table = table;
    this.token = token;
    this.start = start;
    this.fillable = fillable;
  }

  /** Replicas that stay as they are. */
  static Replicas of(ReplicaTable table, int start) {
    return new Replicas(table, 0, start, false);
  }

  /**
   * Whether they were those of a keyspace last, so that its table need not be looked up again.
   *
   * @param map stands for a token map
   * @param keyspace the name: the same object as then
   * @return true if so
   */
  boolean isLookedForIn(Object map, String keyspace) {
    return this.map == map && this.keyspace == keyspace;
  }

  /**
   * From now on they are those of a keyspace.
   *
   * @param map stands for its token map
   * @param keyspace its name
   * @param table its replicas
   * @throws IllegalStateException if it was not made to be filled
   */
  void lookIn(Object map, String keyspace, ReplicaTable table) {
    if (!fillable) {
      throw new IllegalStateException(
          "Replicas that are " + this + " cannot become others: have new Replicas() filled");
    }
    this.map = map;
    this.keyspace = keyspace;
    this.table = table;
  }

  /**
   * Becomes the replicas of a token, which are looked for when they are asked for.
   *
   * @param token a token of {@link Partitioner#MURMUR3}
   */
  void fill(long token) {
    this.token = token;
    start = NOT_FOUND_YET;
  }

  /**
   * Becomes the replicas of a place on the ring.
   *
   * @param position the place
   */
  void fillAt(int position) {
    start = table.start(position);
  }

  /**
   * The same replicas, to be kept.
   *
   * @return an object that stays as it is
   */
  public Replicas copy() {
    return fillable ? new Replicas(table, token, start, false) : this;
  }

  /**
   * How many there are.
   *
   * @return at least 0
   */
  public int size() {
    return table.size();
  }

  /**
   * One of them.
   *
   * @param index at least 0 and below {@link #size}
   * @return the node
   */
  public Node get(int index) {
    if (index < 0 || index >= table.size()) {
      throw new IndexOutOfBoundsException(
          "Replica " + index + " was asked for, and there are " + table.size());
    }
    return table.lists().node(start() + index);
  }

  /**
   * Whether a node is one of them.
   *
   * @param node the node
   * @return true if it is
   */
  public boolean contains(Node node) {
    return table.lists().contains(start(), table.size(), node);
  }

  /**
   * All of them.
   *
   * @return the nodes, in the order of the ring
   */
  public List<Node> toList() {
    Node[] nodes = new Node[table.size()];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = table.lists().node(start() + i);
    }
    return List.of(nodes);
  }

  /** Where the lists of all tokens are. */
  ReplicaTable table() {
    return table;
  }

  /** The token that they were filled for; of no account if {@link #isFound}. */
  long token() {
    return token;
  }

  /** Whether it is known where their list is. */
  boolean isFound() {
    return start != NOT_FOUND_YET;
  }

  /** Where in the lists they begin: the same for keys that have the same replicas. */
  int start() {
    int start = this.start;
    if (start == NOT_FOUND_YET) {
      start = table.start(table.ring().find(token));
      this.start = start;
    }
    return start;
  }

  @Override
  public String toString() {
    return toList().toString();
  }
}
