package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;
import java.util.function.Predicate;

/**
 * The nodes that have a key, in the order of the ring. Immutable, and any thread may use it; but
 * one that is made to be filled is one thread's, and says something else after each {@link
 * TokenMap#find}.
 */
public final class Replicas {
  /** No node. */
  public static final Replicas NONE = new Replicas(List.of());

  private final boolean fillable;
  private ReplicaLists lists;
  private int start;
  private int size;

  /** No node yet: a token map fills it, as often as it is asked to. */
  public Replicas() {
    this(NONE.lists, 0, 0, true);
  }

  /**
   * A set of replicas.
   *
   * @param nodes the nodes, in the order of the ring
   */
  public Replicas(List<? extends Node> nodes) {
    this(ReplicaLists.of(nodes), 0, nodes.size(), false);
  }

  private Replicas(ReplicaLists lists, int start, int size, boolean fillable) {
    this.lists = lists;
    this.start = start;
    this.size = size;
    this.fillable = fillable;
  }

  /** Replicas that stay as they are. */
  static Replicas of(ReplicaLists lists, int start, int size) {
    return new Replicas(lists, start, size, false);
  }

  /**
   * Becomes other replicas.
   *
   * @param lists where its nodes are
   * @param start where they begin
   * @param size how many they are
   * @throws IllegalStateException if it was not made to be filled
   */
  void fill(ReplicaLists lists, int start, int size) {
    if (!fillable) {
      throw new IllegalStateException(
          "Replicas that are " + this + " cannot become others: have new Replicas() filled");
    }
    // Most are of the same keyspace, and a store would cost the collector's barrier.
    if (this.lists != lists) {
      this.lists = lists;
    }
    this.start = start;
    this.size = size;
  }

  /**
   * The same replicas, to be kept.
   *
   * @return an object that stays as it is
   */
  public Replicas copy() {
    return fillable ? of(lists, start, size) : this;
  }

  /**
   * How many there are.
   *
   * @return at least 0
   */
  public int size() {
    return size;
  }

  /**
   * One of them.
   *
   * @param index at least 0 and below {@link #size}
   * @return the node
   */
  public Node get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "Replica " + index + " was asked for, and there are " + size);
    }
    return lists.node(start + index);
  }

  /**
   * Whether a node is one of them.
   *
   * @param node the node
   * @return true if it is
   */
  public boolean contains(Node node) {
    return lists.contains(start, size, node);
  }

  /**
   * Looks at all nodes that can be replicas of the same token map, once for many keys.
   *
   * @param kind true for the nodes to be marked
   * @return marks for {@link #marked}
   */
  public NodeMarks mark(Predicate<? super Node> kind) {
    return lists.mark(kind);
  }

  /**
   * Which of them are marked.
   *
   * @param marks what {@link #mark} has returned
   * @return a bit for each that is, the lowest for the first; of more than 64, the first 64 count
   * @throws IllegalArgumentException if the marks are not {@link NodeMarks#areFor for these}
   */
  public long marked(NodeMarks marks) {
    check(marks);
    return lists.marked(start, Math.min(size, Long.SIZE), marks);
  }

  /**
   * Which of some of them are marked too.
   *
   * @param marks what {@link #mark} has returned
   * @param among a bit for each that is to be looked at
   * @return those of the bits whose nodes are marked
   * @throws IllegalArgumentException if the marks are not {@link NodeMarks#areFor for these}
   */
  public long marked(NodeMarks marks, long among) {
    check(marks);
    return lists.marked(start, marks, among);
  }

  private void check(NodeMarks marks) {
    if (!marks.areFor(this)) {
      throw new IllegalArgumentException("These are marks of another token map's nodes");
    }
  }

  /**
   * All of them.
   *
   * @return the nodes, in the order of the ring
   */
  public List<Node> toList() {
    Node[] nodes = new Node[size];
    for (int i = 0; i < size; i++) {
      nodes[i] = lists.node(start + i);
    }
    return List.of(nodes);
  }

  /** Where its nodes are. */
  ReplicaLists lists() {
    return lists;
  }

  /** Where in these they begin: the same for keys that have the same replicas. */
  int start() {
    return start;
  }

  @Override
  public String toString() {
    return toList().toString();
  }
}
