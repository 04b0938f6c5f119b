package io.peregrine.metadata;

import io.peregrine.Node;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A ring whose tokens have owners, and where these are. Immutable; any thread may use it.
 *
 * <p>Nodes have indexes in the order of their host ids, so that it does not depend on who told of
 * them first which of two gets a token that both say they own.
 */
final class OwnedRing {
  private static final int MOST_NODES = Character.MAX_VALUE + 1;

  /** Owners are in pieces of 128 KB, because a larger array would be cleared at once. */
  private static final int PIECE_BITS = 16;

  private static final int PIECE_MASK = (1 << PIECE_BITS) - 1;

  private final Ring ring;
  private final Node[] nodes;
  private final char[][] owners;
  private final String[] datacenters;
  private final String[] racks;
  private final boolean[] isOwner;
  private final List<String> skipped;
  private final Pace pace;

  private OwnedRing(Ring ring, Node[] nodes, char[][] owners, List<String> skipped, Pace pace) {
    this.ring = ring;
    this.pace = pace;
    this.nodes = nodes;
    this.owners = owners;
    this.skipped = List.copyOf(skipped);
    datacenters = new String[nodes.length];
    racks = new String[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      datacenters[i] = nodes[i].datacenter();
      racks[i] = nodes[i].rack();
    }
    isOwner = new boolean[nodes.length];
    for (int position = 0; position < ring.size(); position++) {
      isOwner[owner(position)] = true;
      pace.did(1);
    }
  }

  /**
   * Finds out who owns what.
   *
   * @param partitioner the partitioner
   * @param nodeTokens the nodes and their tokens
   * @param pace is told how far it has come
   * @return the ring
   * @throws IllegalArgumentException if there are more than 65536 nodes
   */
  static OwnedRing of(Partitioner partitioner, Collection<NodeTokens> nodeTokens, Pace pace) {
    if (nodeTokens.size() > MOST_NODES) {
      throw new IllegalArgumentException(
          "A token map takes up to "
              + MOST_NODES
              + " nodes, and these are "
              + nodeTokens.size()
              + ": switch token metadata off");
    }
    List<NodeTokens> sorted =
        PacedSort.sorted(nodeTokens, Comparator.comparing(one -> one.node().hostId()), pace);
    Node[] nodes = new Node[sorted.size()];
    List<String> skipped = new ArrayList<>();
    RawTokens raw = new RawTokens(partitioner);
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = sorted.get(i).node();
      String refused = raw.addAll(sorted.get(i).tokens());
      if (refused != null) {
        skipped.add(name(nodes[i]) + ": " + refused);
      }
      pace.did(raw.size(i));
    }
    Ring ring = raw.ring(pace);
    char[][] owners = owners(ring, raw, nodes, skipped, pace);
    return new OwnedRing(ring, nodes, owners, skipped, pace);
  }

  /** The first that claims a token has it. What the others lose is told once for each of them. */
  private static char[][] owners(
      Ring ring, RawTokens raw, Node[] nodes, List<String> skipped, Pace pace) {
    char[][] owners = new char[(ring.size() + PIECE_MASK) >>> PIECE_BITS][];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = new char[Math.min(1 << PIECE_BITS, ring.size() - (i << PIECE_BITS))];
      pace.did(owners[i].length);
    }
    BitSet isOwned = new BitSet(ring.size());
    int[] lost = new int[nodes.length];
    int[] example = new int[nodes.length];
    for (int node = 0; node < nodes.length; node++) {
      for (int i = 0; i < raw.size(node); i++) {
        int position = raw.find(ring, node, i);
        if (!isOwned.get(position)) {
          isOwned.set(position);
          owners[position >>> PIECE_BITS][position & PIECE_MASK] = (char) node;
        } else if (owner(owners, position) != node) {
          lost[node]++;
          example[node] = position;
        }
        pace.did(1);
      }
    }
    for (int i = 0; i < nodes.length; i++) {
      if (lost[i] > 0) {
        skipped.add(
            lost[i]
                + " of the tokens that "
                + name(nodes[i])
                + " says it owns are taken to be other nodes', such as "
                + ring.token(example[i])
                + ", which "
                + name(nodes[owner(owners, example[i])])
                + " has: a token has one owner, so compare nodetool ring with system.peers");
      }
    }
    return owners;
  }

  private static String name(Node node) {
    return "node " + node.hostId() + " at " + node.address();
  }

  /**
   * The tokens.
   *
   * @return the ring
   */
  Ring ring() {
    return ring;
  }

  /**
   * At what to go through the tokens again.
   *
   * @return the pace that the ring was made at
   */
  Pace pace() {
    return pace;
  }

  /**
   * What was not understood.
   *
   * @return a sentence each
   */
  List<String> skipped() {
    return skipped;
  }

  /**
   * The nodes, those without tokens among them.
   *
   * @return the nodes by their indexes, which must not be changed
   */
  Node[] nodes() {
    return nodes;
  }

  /**
   * Who owns a token.
   *
   * @param position where on the ring it is
   * @return the node's index
   */
  int owner(int position) {
    return owner(owners, position);
  }

  private static int owner(char[][] owners, int position) {
    return owners[position >>> PIECE_BITS][position & PIECE_MASK];
  }

  /**
   * The data centre of a node.
   *
   * @param node its index
   * @return the name; empty if it does not tell
   */
  String datacenter(int node) {
    return datacenters[node];
  }

  /**
   * The rack of a node.
   *
   * @param node its index
   * @return the name; empty if it does not tell
   */
  String rack(int node) {
    return racks[node];
  }

  /**
   * Which nodes own a token.
   *
   * @return whether it does, for each node by its index; must not be changed
   */
  boolean[] isOwner() {
    return isOwner;
  }
}
