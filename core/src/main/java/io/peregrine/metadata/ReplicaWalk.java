package io.peregrine.metadata;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Finds the replicas of all tokens in one walk, twice round the ring and backward: once to meet
 * everybody, once to write down. Confined to the thread that builds a token map.
 */
final class ReplicaWalk {
  private static final int NOWHERE = -1;

  /**
   * Up to so many nodes that all are replicas, their order is the ring's; beyond it, too many
   * orders.
   */
  private static final int MOST_IN_ORDER = 32;

  private final OwnedRing owned;
  private final int[] datacenterOf;
  private final int[] rackOf;
  private final DatacenterWalk[] datacenters;
  private final int nodeCount;
  private final boolean isEverybody;

  /**
   * Of each data centre, how many of its replicas are in the list; of each node, where it was met.
   */
  private final int[] next;

  private final int[] lastMet;

  /**
   * A walk.
   *
   * @param owned the tokens and their owners
   * @param datacenter the data centre of a node, by its index
   * @param rack the rack of a node, by its index
   * @param factors how many replicas each data centre has
   */
  ReplicaWalk(
      OwnedRing owned,
      IntFunction<String> datacenter,
      IntFunction<String> rack,
      Map<String, ReplicationFactor> factors) {
    this.owned = owned;
    boolean[] isOwner = owned.isOwner();
    datacenterOf = new int[isOwner.length];
    rackOf = new int[isOwner.length];
    Map<String, Place> places = new LinkedHashMap<>();
    for (int node = 0; node < isOwner.length; node++) {
      String name = datacenter.apply(node);
      ReplicationFactor factor = factors.get(name);
      if (!isOwner[node] || factor == null || factor.full() == 0) {
        datacenterOf[node] = NOWHERE;
      } else {
        int number = places.size();
        Place place = places.computeIfAbsent(name, unused -> new Place(number, factor));
        datacenterOf[node] = place.number;
        rackOf[node] = place.add(rack.apply(node));
      }
    }
    datacenters = places.values().stream().map(Place::walk).toArray(DatacenterWalk[]::new);
    isEverybody = places.values().stream().allMatch(Place::isEverybody);
    nodeCount = places.values().stream().mapToInt(place -> place.nodes).sum();
    next = new int[datacenters.length];
    lastMet = new int[isOwner.length];
  }

  /**
   * Walks.
   *
   * @return the replicas of each token, by its position; or an array of length 0 if no node has any
   */
  Replicas[] table() {
    if (nodeCount == 0) {
      return ReplicaPlacement.NOWHERE;
    }
    return isEverybody && nodeCount > MOST_IN_ORDER ? rotations() : walk();
  }

  private Replicas[] walk() {
    int size = owned.ring().size();
    int[] numbers = new int[size];
    DistinctLists lists = new DistinctLists();
    char[] list = new char[nodeCount];
    int number = 0;
    boolean isOther = false;
    for (int at = 2 * size - 1; at >= 0; at--) {
      int owner = owned.owner(at < size ? at : at - size);
      if (datacenterOf[owner] != NOWHERE) {
        lastMet[owner] = at;
        datacenters[datacenterOf[owner]].meet(owner, rackOf, lastMet);
        isOther = true;
      }
      if (at < size) {
        if (isOther) {
          number = lists.add(list, merge(list));
          isOther = false;
        }
        numbers[at] = number;
      }
    }
    Replicas[] distinct = lists.toReplicas(owned.nodes());
    return Arrays.stream(numbers).mapToObj(i -> distinct[i]).toArray(Replicas[]::new);
  }

  /** The replicas of all data centres, in the order of the ring. */
  private int merge(char[] list) {
    Arrays.fill(next, 0);
    int size = 0;
    while (true) {
      int nearest = NOWHERE;
      int nearestIn = NOWHERE;
      for (int i = 0; i < datacenters.length; i++) {
        if (next[i] < datacenters[i].size()) {
          int node = datacenters[i].replica(next[i]);
          if (nearest == NOWHERE || lastMet[node] < lastMet[nearest]) {
            nearest = node;
            nearestIn = i;
          }
        }
      }
      if (nearest == NOWHERE) {
        return size;
      }
      list[size++] = (char) nearest;
      next[nearestIn]++;
    }
  }

  /** Everybody has everything: one list, and each token begins with the next owner in it. */
  private Replicas[] rotations() {
    int size = owned.ring().size();
    char[] twice = new char[2 * nodeCount];
    int[] placeOf = new int[datacenterOf.length];
    Arrays.fill(placeOf, NOWHERE);
    int count = 0;
    for (int at = 0; at < size; at++) {
      int owner = owned.owner(at);
      if (datacenterOf[owner] != NOWHERE && placeOf[owner] == NOWHERE) {
        placeOf[owner] = count;
        twice[count] = (char) owner;
        twice[count + nodeCount] = (char) owner;
        count++;
      }
    }
    ReplicaLists lists = new ReplicaLists(owned.nodes(), twice);
    Replicas[] beginning = new Replicas[nodeCount];
    Arrays.setAll(beginning, i -> new Replicas(lists, i, nodeCount));
    Replicas[] table = new Replicas[size];
    int place = 0;
    for (int at = size - 1; at >= 0; at--) {
      int owner = owned.owner(at);
      if (placeOf[owner] != NOWHERE) {
        place = placeOf[owner];
      }
      table[at] = beginning[place];
    }
    return table;
  }

  /** A data centre that has replicas. */
  private static final class Place {
    private final int number;
    private final ReplicationFactor factor;
    private final Map<String, Integer> racks = new HashMap<>();
    private int nodes;

    private Place(int number, ReplicationFactor factor) {
      this.number = number;
      this.factor = factor;
    }

    private int add(String rack) {
      nodes++;
      int number = racks.size();
      return racks.computeIfAbsent(rack, unused -> number);
    }

    private DatacenterWalk walk() {
      return new DatacenterWalk(factor, nodes, racks.size());
    }

    private boolean isEverybody() {
      return factor.full() >= nodes;
    }
  }
}
