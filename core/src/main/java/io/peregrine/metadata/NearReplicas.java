package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * The near ones of each key's replicas, found in one step: up to four of them in a number, those
 * that come first in front, else in the order of the ring. Immutable; any thread may use it.
 *
 * <p>A policy has them made by {@link TokenMap#near} when it hears of a token map, so that a
 * request need not look at each of its replicas.
 */
public final class NearReplicas {
  /** What is returned for replicas whose nodes have to be looked at one by one. */
  public static final long UNKNOWN = -1;

  /** Of no token map. */
  public static final NearReplicas NONE =
      new NearReplicas(new Node[0], List.of(), node -> false, node -> false, Pace.UNBROKEN);

  private static final int MOST = 4;
  private static final int NODE_BITS = 14;
  private static final int NODE_MASK = (1 << NODE_BITS) - 1;
  private static final int COUNT_SHIFT = MOST * NODE_BITS;
  private static final int COUNT_BITS = 3;
  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
  private static final int NEAREST_SHIFT = COUNT_SHIFT + COUNT_BITS;
  private static final byte FAR = 0;
  private static final byte NEAR = 1;
  private static final byte NEAREST = 2;

  private final Node[] nodes;

  /** How near each node is. */
  private final byte[] nearness;

  private final NearTable[] tables;

  /**
   * Finds out which replicas are near.
   *
   * @param nodes the nodes by their indexes; not copied
   * @param all the replicas of each replication setting
   * @param near true for nodes that are near
   * @param nearest true for those of them that come first
   * @param pace is told how far it has come
   */
  NearReplicas(
      Node[] nodes,
      Collection<ReplicaTable> all,
      Predicate<? super Node> near,
      Predicate<? super Node> nearest,
      Pace pace) {
    this.nodes = nodes;
    nearness = new byte[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      nearness[i] = nearness(nodes[i], near, nearest);
    }
    List<NearTable> tables = new ArrayList<>();
    NearSheet sheet = new NearSheet(this, pace);
    for (ReplicaTable table : all) {
      if (NearSheet.isWorthwhile(table)) {
        tables.add(sheet.write(table, tables));
      }
    }
    this.tables = tables.toArray(NearTable[]::new);
  }

  private static byte nearness(
      Node node, Predicate<? super Node> near, Predicate<? super Node> nearest) {
    if (!near.test(node)) {
      return FAR;
    }
    return nearest.test(node) ? NEAREST : NEAR;
  }

  /**
   * Whether the same nodes are near as when they were made.
   *
   * @param near true for nodes that are near
   * @param nearest true for those of them that come first
   * @return true if so
   */
  public boolean isStill(Predicate<? super Node> near, Predicate<? super Node> nearest) {
    for (int i = 0; i < nodes.length; i++) {
      if (nearness[i] != nearness(nodes[i], near, nearest)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The near ones of some replicas.
   *
   * @param replicas what a token map has found
   * @return the nodes as a number for {@link #count} and {@link #index}; or {@link #UNKNOWN} if
   *     they are more than four, or replicas of another token map, or the partitioner is not {@link
   *     Partitioner#MURMUR3}
   */
  public long find(Replicas replicas) {
    ReplicaTable table = replicas.table();
    for (NearTable one : tables) {
      if (one.table() == table) {
        return replicas.isFound()
            ? pack(table, replicas.start())
            : one.find(replicas.token(), this);
      }
    }
    return UNKNOWN;
  }

  /**
   * Looks at the nodes of a list.
   *
   * @param table whose list it is
   * @param start where it begins
   * @return the near ones as a number, or {@link #UNKNOWN}
   */
  long pack(ReplicaTable table, int start) {
    char[] piece = table.lists().piece(start);
    int from = ReplicaLists.placeInPiece(start);
    int to = from + table.size();
    long packed = 0;
    int count = 0;
    int nearest = 0;
    for (byte kind = NEAREST; kind > FAR; kind--) {
      for (int i = from; i < to; i++) {
        int node = piece[i];
        if (nearness[node] == kind) {
          if (count == MOST || node > NODE_MASK) {
            return UNKNOWN;
          }
          packed |= (long) node << NODE_BITS * count++;
        }
      }
      nearest = kind == NEAREST ? count : nearest;
    }
    return packed | (long) count << COUNT_SHIFT | (long) nearest << NEAREST_SHIFT;
  }

  /**
   * The nodes of the token map.
   *
   * @return the nodes by their indexes, which must not be changed
   */
  public Node[] nodes() {
    return nodes;
  }

  /**
   * How many nodes a number stands for.
   *
   * @param packed what {@link #find} has returned
   * @return from 0 to 4
   */
  public static int count(long packed) {
    return (int) (packed >>> COUNT_SHIFT) & COUNT_MASK;
  }

  /**
   * One of the nodes that a number stands for.
   *
   * @param packed what {@link #find} has returned
   * @param place at least 0 and below {@link #count}
   * @return the node's index in {@link #nodes}
   */
  public static int index(long packed, int place) {
    return (int) (packed >>> NODE_BITS * place) & NODE_MASK;
  }

  /**
   * How many of the nodes that a number stands for come first: they are in front.
   *
   * @param packed what {@link #find} has returned
   * @return from 0 to {@link #count}
   */
  public static int nearest(long packed) {
    return (int) (packed >>> NEAREST_SHIFT);
  }
}
