package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replicas of each token of a ring. Immutable; any thread may use it.
 *
 * <p>In a large cluster an object for each token would take more room than what it says. So there
 * is none until somebody asks, and that one is the caller's.
 */
final class ReplicaTable {
  private static final Ring NO_RING = new Murmur3Ring(List.of(), Pace.UNBROKEN);

  /** Of no token. */
  static final ReplicaTable NOWHERE = of(List.of());

  /** Of no token, because each has so many that there is no room for them. */
  static final ReplicaTable TOO_LARGE = of(List.of());

  /** The number of a list takes the room of so many nodes in one. */
  static final int PLACES_OF_NUMBER = 2;

  private final Ring ring;
  private final ReplicaLists lists;
  private final int size;
  private final @Nullable IntPieces numbers;

  /**
   * A table.
   *
   * @param ring the tokens
   * @param lists the lists of replicas
   * @param size how long each list is
   * @param numbers the number of the list of each token, not copied; null if each token has its own
   */
  ReplicaTable(Ring ring, ReplicaLists lists, int size, @Nullable IntPieces numbers) {
    this.ring = ring;
    this.lists = lists;
    this.size = size;
    this.numbers = numbers;
  }

  /**
   * A table of one list, which is at 0.
   *
   * @param nodes the nodes in it
   * @return the table
   */
  static ReplicaTable of(List<? extends Node> nodes) {
    return new ReplicaTable(NO_RING, ReplicaLists.of(nodes), nodes.size(), null);
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
   * How many replicas each token has.
   *
   * @return at least 0
   */
  int size() {
    return size;
  }

  /**
   * How much room it takes.
   *
   * @return the places in all its lists, of two bytes each, and what comes to as much
   */
  long places() {
    return lists.places() + (numbers == null ? 0 : (long) PLACES_OF_NUMBER * ring.size());
  }

  /**
   * The tokens.
   *
   * @return the ring; an empty one if there is but one list
   */
  Ring ring() {
    return ring;
  }

  /**
   * Where the nodes are.
   *
   * @return the lists
   */
  ReplicaLists lists() {
    return lists;
  }

  /**
   * The replicas of a token.
   *
   * @param position where on the ring it is
   * @return its replicas
   */
  Replicas at(int position) {
    return Replicas.of(this, start(position));
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

  /**
   * Where the list of a token begins.
   *
   * @param position where on the ring the token is
   * @return a place in the lists
   */
  int start(int position) {
    return lists.start(numbers == null ? position : numbers.get(position));
  }
}
