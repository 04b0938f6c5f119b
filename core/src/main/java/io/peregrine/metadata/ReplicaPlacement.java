package io.peregrine.metadata;

import java.util.HashMap;
import java.util.Map;

/**
 * Which nodes keep replicas of a token: a replication setting. Immutable; any thread may use it.
 */
sealed interface ReplicaPlacement {
  /**
   * Computes the replicas of each token.
   *
   * @param owned the tokens and their owners
   * @param sheet is written on meanwhile
   * @return the table; an empty one if there are no replicas
   */
  ReplicaTable table(OwnedRing owned, DistinctLists.Sheet sheet);

  /**
   * How many replicas of each token have to be written down, where there are as many nodes.
   *
   * @return at least 0; 0 if they are none or all
   */
  default long replicas() {
    return 0;
  }

  /**
   * Whether it stands for settings that were not understood.
   *
   * @return true if so
   */
  default boolean isUnknown() {
    return false;
  }

  /**
   * Reads the replication settings of a keyspace.
   *
   * @param settings the settings, as the system tables have them
   * @return what they mean; no replicas, and {@link #isUnknown}, if they are not understood
   */
  static ReplicaPlacement of(Map<String, String> settings) {
    String name = settings.getOrDefault("class", "");
    try {
      return switch (name.substring(name.lastIndexOf('.') + 1)) {
        case "SimpleStrategy" ->
            new Simple(
                ReplicationFactor.parse(settings.getOrDefault("replication_factor", "none")));
        case "NetworkTopologyStrategy" -> new Network(factors(settings));
        case "EverywhereStrategy" -> new Everywhere();
        case "LocalStrategy" -> new Nowhere(false);
        default -> new Nowhere(true);
      };
    } catch (NumberFormatException e) {
      return new Nowhere(true);
    }
  }

  private static Map<String, ReplicationFactor> factors(Map<String, String> settings) {
    Map<String, ReplicationFactor> factors = new HashMap<>();
    settings.forEach(
        (key, value) -> {
          if (!key.equals("class")) {
            factors.put(key, ReplicationFactor.parse(value));
          }
        });
    return Map.copyOf(factors);
  }

  /**
   * No replicas, or none that the driver knows of.
   *
   * @param isUnknown whether the settings were not understood
   */
  record Nowhere(boolean isUnknown) implements ReplicaPlacement {
    @Override
    public ReplicaTable table(OwnedRing owned, DistinctLists.Sheet sheet) {
      return ReplicaTable.NOWHERE;
    }
  }

  /** All nodes. */
  record Everywhere() implements ReplicaPlacement {
    @Override
    public ReplicaTable table(OwnedRing owned, DistinctLists.Sheet sheet) {
      int nodes = owned.nodes().length;
      return new Simple(new ReplicationFactor(nodes, nodes)).table(owned, sheet);
    }
  }

  /**
   * The owner of the token and the next nodes on the ring, wherever they are.
   *
   * @param factor how many
   */
  record Simple(ReplicationFactor factor) implements ReplicaPlacement {
    @Override
    public ReplicaTable table(OwnedRing owned, DistinctLists.Sheet sheet) {
      return new ReplicaWalk(owned, (datacenter) -> "", (rack) -> "", Map.of("", factor))
          .table(sheet);
    }

    @Override
    public long replicas() {
      return factor.full();
    }
  }

  /**
   * The next nodes on the ring of each data centre, each in another rack if there are enough.
   *
   * @param factors how many, by the name of the data centre
   */
  record Network(Map<String, ReplicationFactor> factors) implements ReplicaPlacement {
    @Override
    public ReplicaTable table(OwnedRing owned, DistinctLists.Sheet sheet) {
      return new ReplicaWalk(owned, owned::datacenter, owned::rack, factors).table(sheet);
    }

    @Override
    public long replicas() {
      return factors.values().stream().mapToLong(ReplicationFactor::full).sum();
    }
  }
}
