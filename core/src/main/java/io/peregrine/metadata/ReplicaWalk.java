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

  /** To find out where a node is, is as much work as a few tokens. */
  private static final int STEPS_OF_NODE = 4;

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
      owned.pace().did(STEPS_OF_NODE);
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
   * @param sheet is written on meanwhile
   * @return the replicas of each token; of none if no node has any, and {@link
   *     ReplicaTable#TOO_LARGE} if there is no room for a list of each
   */
  ReplicaTable table(DistinctLists.Sheet sheet) {
    if (nodeCount == 0) {
      return ReplicaTable.NOWHERE;
    }
    boolean rotates = isEverybody && nodeCount > MOST_IN_ORDER;
    long tokens = owned.ring().size();
    long numbers = ReplicaTable.PLACES_OF_NUMBER * tokens;
    if (!sheet.hasRoom(numbers + (rotates ? 2L * nodeCount : tokens * replicas()))) {
      return ReplicaTable.TOO_LARGE;
    }
    return rotates ? rotations() : walk(sheet);
  }

  /** How many each token has. */
  private int replicas() {
    return Arrays.stream(datacenters).mapToInt(DatacenterWalk::most).sum();
  }

  private ReplicaTable walk(DistinctLists.Sheet sheet) {
    int size = owned.ring().size();
    Pace pace = owned.pace();
    char[] list = new char[replicas()];
    DistinctLists lists = new DistinctLists(size, list.length, sheet);
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
          merge(list);
          lists.set(at, list);
          isOther = false;
        } else {
          lists.setAsNext(at);
        }
      }
      pace.did(1);
    }
    return lists.toTable(owned);
  }

  /** Puts down the replicas of all data centres, in the order of the ring. */
  private void merge(char[] list) {
    Arrays.fill(next, 0);
    for (int i = 0; i < list.length; i++) {
      int nearest = NOWHERE;
      for (int one = 0; one < datacenters.length; one++) {
        if (next[one] < datacenters[one].most()) {
          int node = datacenters[one].replica(next[one]);
          if (nearest == NOWHERE || lastMet[node] < lastMet[nearest]) {
            nearest = node;
          }
        }
      }
      list[i] = (char) nearest;
      next[datacenterOf[nearest]]++;
    }
  }

  /** Everybody has everything: one list, and each token begins with the next owner in it. */
  private ReplicaTable rotations() {
    int size = owned.ring().size();
    Pace pace = owned.pace();
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
      pace.did(1);
    }
    IntPieces numbers = new IntPieces(size, pace);
    int place = 0;
    for (int at = size - 1; at >= 0; at--) {
      int owner = owned.owner(at);
      if (placeOf[owner] != NOWHERE) {
        place = placeOf[owner];
      }
      numbers.set(at, place);
      pace.did(1);
    }
    ReplicaLists lists = ReplicaLists.partsOf(owned.nodes(), twice);
    return new ReplicaTable(owned.ring(), lists, nodeCount, numbers);
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
