package io.peregrine.metadata;

import io.peregrine.Node;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of each token of a ring. Immutable; any thread may use it.
 *
 * <p>In a large cluster an object for each token would take more room than what it says. So there
 * is none until somebody asks, and that one is the caller's.
 */
final class ReplicaTable {
  /** Of no token. */
  static final ReplicaTable NOWHERE = new ReplicaTable(Replicas.NONE.lists(), 0, 0, null);

  private final ReplicaLists lists;
  private final int stride;
  private final int size;
  private final int @Nullable [] numbers;

  /**
   * A table.
   *
   * @param lists the lists of replicas
   * @param stride how far the beginnings of two lists are from each other
   * @param size how long each list is
   * @param numbers the number of the list of each token, not copied; null if each token has its own
   */
  ReplicaTable(ReplicaLists lists, int stride, int size, int @Nullable [] numbers) {
    this.lists = lists;
    this.stride = stride;
    this.size = size;
    this.numbers = numbers;
  }

  /**
   * Whether no token has replicas.
   *
   * @return true if so
   */
  boolean isEmpty() {
    return size == 0;
  }

  /**
   * The replicas of a token.
   *
   * @param position where on the ring it is
   * @return its replicas
   */
  Replicas at(int position) {
    return Replicas.of(lists, start(position), size);
  }

  /**
   * The replicas of a token, without an object.
   *
   * @param position where on the ring it is; of no account if the table is empty
   * @param replicas becomes its replicas
   */
  void find(int position, Replicas replicas) {
    replicas.fill(lists, start(position), size);
  }

  /**
   * Whether a node is a replica of a token.
   *
   * @param position where on the ring the token is
   * @param node the node
   * @return true if it is
   */
  boolean contains(int position, Node node) {
    return lists.contains(start(position), size, node);
  }

  private int start(int position) {
    return stride * (numbers == null ? position : numbers[position]);
  }
}
