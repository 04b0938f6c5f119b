package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.List;

/**
 * Many lists of nodes, all of one length, one after the other. Immutable; any thread may use it.
 *
 * <p>A node takes two bytes in them. A large cluster has hundreds of thousands of lists. They are
 * in pieces, each of so many lists that their number is a power of two, because an array of
 * megabytes would be cleared at once, while somebody who needs the core waits.
 */
final class ReplicaLists {
  /** So many lists are in a piece: those that 128 KB have room for. */
  private static final int MOST_IN_PIECE = 1 << 16;

  /** The number of a piece and a place in it are one number; the longest piece is that of all. */
  private static final int PIECE_SHIFT = 17;

  private static final int PLACE_MASK = (1 << PIECE_SHIFT) - 1;

  private final Node[] nodes;
  private final char[][] pieces;
  private final int stride;
  private final int bits;

  private ReplicaLists(Node[] nodes, char[][] pieces, int stride, int bits) {
    this.nodes = nodes;
    this.pieces = pieces;
    this.stride = stride;
    this.bits = bits;
  }

  /**
   * Lists.
   *
   * @param nodes the nodes that are in any of them; not copied
   * @param pieces the lists, as indexes into the nodes, {@code 1 << bits(size)} lists in each but
   *     the last; not copied
   * @param size how long each list is, at least 1
   */
  ReplicaLists(Node[] nodes, char[][] pieces, int size) {
    this(nodes, pieces, size, bits(size));
  }

  /**
   * A list of which others are parts, beginning at one of its nodes each.
   *
   * @param nodes the nodes; not copied
   * @param all the list, as indexes into the nodes; of up to 131072, and not copied
   * @return lists that begin at the place that is their number
   */
  static ReplicaLists partsOf(Node[] nodes, char[] all) {
    return new ReplicaLists(nodes, new char[][] {all}, 1, PIECE_SHIFT);
  }

  /**
   * One list.
   *
   * @param nodes its nodes
   * @return the list, which begins at 0 whatever its number is
   */
  static ReplicaLists of(List<? extends Node> nodes) {
    char[] indexes = new char[nodes.size()];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = (char) i;
    }
    return new ReplicaLists(
        nodes.toArray(Node[]::new), new char[][] {indexes}, 0, Integer.SIZE - 1);
  }

  /**
   * How many lists are in a piece.
   *
   * @param size how long each is, from 1 to 65536
   * @return which power of two
   */
  static int bits(int size) {
    return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(MOST_IN_PIECE / size);
  }

  /**
   * How long all lists are together.
   *
   * @return the number of places in them
   */
  long places() {
    long places = 0;
    for (char[] piece : pieces) {
      places += piece.length;
    }
    return places;
  }

  /**
   * Where a list begins.
   *
   * @param number the number of the list
   * @return its place
   */
  int start(int number) {
    return (number >>> bits << PIECE_SHIFT) + (number & (1 << bits) - 1) * stride;
  }

  /**
   * A node.
   *
   * @param place where in the lists it is
   * @return the node
   */
  Node node(int place) {
    return nodes[index(place)];
  }

  /**
   * The index of a node.
   *
   * @param place where in the lists it is
   * @return at least 0
   */
  int index(int place) {
    return pieces[place >>> PIECE_SHIFT][place & PLACE_MASK];
  }

  /**
   * The piece that a list is in, for who looks at all of it.
   *
   * @param place where the list begins
   * @return the indexes of nodes, which must not be changed
   */
  char[] piece(int place) {
    return pieces[place >>> PIECE_SHIFT];
  }

  /**
   * Where in its piece a list begins.
   *
   * @param place where the list begins
   * @return at least 0
   */
  static int placeInPiece(int place) {
    return place & PLACE_MASK;
  }

  /**
   * Whether a node is in a list.
   *
   * @param start where the list begins
   * @param size how long it is
   * @param node the node
   * @return true if it is
   */
  boolean contains(int start, int size, Node node) {
    for (int i = start; i < start + size; i++) {
      if (node(i) == node) {
        return true;
      }
    }
    return false;
  }

  /**
   * The nodes that can be in any of the lists.
   *
   * @return the nodes by their indexes, which must not be changed
   */
  Node[] nodes() {
    return nodes;
  }
}
