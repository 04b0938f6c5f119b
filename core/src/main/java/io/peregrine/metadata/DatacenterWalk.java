package io.peregrine.metadata;

import java.util.Arrays;

/**
 * The replicas in one data centre, as a walk from the end of the ring to its beginning comes by its
 * nodes. Confined to the thread that builds a token map.
 *
 * <p>Cassandra walks the other way, anew for each token: it takes the first node of each rack, and
 * as many others as there are replicas more than racks, in the order in which it meets them.
 * Whoever walks backward has met last what Cassandra meets first. So it is enough to remember the
 * racks and nodes met last, no more of them than can be replicas; the cost of a step depends on the
 * replication factor alone.
 */
final class DatacenterWalk {
  private static final int NEVER = -1;

  private final ReplicationFactor factor;
  private final int repeats;
  private final int[] firstOfRack;
  private final int[] recentRacks;
  private final int[] recentNodes;
  private final int[] replicas;
  private int rackCount;
  private int nodeCount;

  /**
   * A walk that has met nobody.
   *
   * @param factor how many replicas the data centre has
   * @param nodes how many nodes with tokens it has
   * @param racks how many racks these are in
   */
  DatacenterWalk(ReplicationFactor factor, int nodes, int racks) {
    this.factor = factor.upTo(nodes);
    repeats = Math.max(0, this.factor.all() - racks);
    firstOfRack = new int[racks];
    Arrays.fill(firstOfRack, NEVER);
    recentRacks = new int[Math.min(racks, this.factor.all())];
    recentNodes = new int[repeats == 0 ? 0 : this.factor.all()];
    replicas = new int[this.factor.all()];
  }

  /**
   * Meets a node.
   *
   * @param node the node's index
   * @param rack the rack of each node, as a number within its data centre
   * @param lastMet where each node was met last; this one here
   */
  void meet(int node, int[] rack, int[] lastMet) {
    firstOfRack[rack[node]] = node;
    rackCount = toFront(rack[node], recentRacks, rackCount);
    if (repeats > 0) {
      nodeCount = toFront(node, recentNodes, nodeCount);
    }
    choose(rack, lastMet);
  }

  /**
   * How many replicas there are, when everybody has been met.
   *
   * @return the number, without transient ones
   */
  int most() {
    return factor.full();
  }

  /**
   * One of the replicas for the place that the walk has come to.
   *
   * @param index at least 0 and below {@link #most}, in the order of the ring
   * @return the node's index
   */
  int replica(int index) {
    return replicas[index];
  }

  private void choose(int[] rack, int[] lastMet) {
    int size = 0;
    int nextRack = 0;
    int nextNode = 0;
    int repeated = 0;
    while (size < replicas.length) {
      while (nextNode < nodeCount && isFirst(recentNodes[nextNode], rack)) {
        nextNode++;
      }
      boolean hasRepeat = nextNode < nodeCount && repeated < repeats;
      if (nextRack == rackCount && !hasRepeat) {
        return;
      }
      int first = nextRack == rackCount ? NEVER : firstOfRack[recentRacks[nextRack]];
      if (first == NEVER || hasRepeat && lastMet[recentNodes[nextNode]] < lastMet[first]) {
        replicas[size++] = recentNodes[nextNode++];
        repeated++;
      } else {
        replicas[size++] = first;
        nextRack++;
      }
    }
  }

  private boolean isFirst(int node, int[] rack) {
    return firstOfRack[rack[node]] == node;
  }

  /** Puts a value in front; if it was not there before, the last one goes when there is no room. */
  private static int toFront(int value, int[] recent, int count) {
    int place = 0;
    while (place < count && recent[place] != value) {
      place++;
    }
    int newCount = count;
    if (place == count && count < recent.length) {
      newCount++;
    }
    System.arraycopy(recent, 0, recent, 1, Math.min(place, recent.length - 1));
    recent[0] = value;
    return newCount;
  }
}
