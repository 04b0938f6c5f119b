package io.peregrine.metadata;

import io.peregrine.Node;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of each token of a ring. Any thread may use it; what they see of it does not change.
 *
 * <p>In a large cluster the objects would take more room than what they say. So there an object is
 * made when its tokens are first asked for, by whichever thread asks; two threads may make it
 * twice.
 */
final class ReplicaTable {
  /** Of no token. */
  static final ReplicaTable NOWHERE =
      new ReplicaTable(new ReplicaLists(new Node[0], new char[0]), 0, 0, null, 0);

  /** Up to so many objects are made at once. */
  private static final int MOST_AT_ONCE = 1 << 14;

  private final ReplicaLists lists;
  private final int stride;
  private final int size;
  private final int @Nullable [] numbers;
  private final @Nullable Replicas[] made;

  /**
   * A table.
   *
   * @param lists the lists of replicas
   * @param stride how far the beginnings of two lists are from each other
   * @param size how long each list is
   * @param numbers the number of the list of each token, not copied; null if each token has its own
   * @param count how many lists there are
   */
  ReplicaTable(ReplicaLists lists, int stride, int size, int @Nullable [] numbers, int count) {
    this.lists = lists;
    this.stride = stride;
    this.size = size;
    this.numbers = numbers;
    made = new Replicas[count];
    if (count <= MOST_AT_ONCE) {
      for (int i = 0; i < count; i++) {
        made[i] = new Replicas(lists, i * stride, size);
      }
    }
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
    int number = numbers == null ? position : numbers[position];
    Replicas replicas = made[number];
    if (replicas == null) {
      replicas = new Replicas(lists, number * stride, size);
      made[number] = replicas;
    }
    return replicas;
  }

  /**
   * Whether a node is a replica of a token.
   *
   * @param position where on the ring the token is
   * @param node the node
   * @return true if it is
   */
  boolean contains(int position, Node node) {
    int number = numbers == null ? position : numbers[position];
    return lists.contains(number * stride, size, node);
  }
}
