package io.peregrine;

import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.policy.DefaultLoadBalancingPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The execution profiles that a cluster knows: those of graph queries, and those of all others. A
 * key is that of one profile. Any thread may use it.
 */
final class ClusterProfiles {
  private static final Set<ProfileKey> GRAPH_KEYS =
      Set.of(
          ProfileKey.GRAPH_DEFAULT,
          ProfileKey.GRAPH_SYSTEM_DEFAULT,
          ProfileKey.GRAPH_ANALYTICS_DEFAULT);

  private final Map<ProfileKey, ExecutionProfile> profiles;
  private final Map<ProfileKey, GraphExecutionProfile> graphProfiles;
  private final Set<ProfileKey> taken = ConcurrentHashMap.newKeySet();
  private final LoadBalancingPolicy loadBalancing;

  /**
   * The first profiles.
   *
   * @param profiles by their keys; the default profile is among them, and has a policy
   * @param graphProfiles by their keys, which are others
   */
  ClusterProfiles(
      Map<ProfileKey, ExecutionProfile> profiles,
      Map<ProfileKey, GraphExecutionProfile> graphProfiles) {
    this.profiles = new ConcurrentHashMap<>(profiles);
    this.graphProfiles = new ConcurrentHashMap<>(graphProfiles);
    taken.addAll(profiles.keySet());
    taken.addAll(graphProfiles.keySet());
    loadBalancing =
        get(ProfileKey.DEFAULT)
            .loadBalancingPolicy()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the default profile has no load balancing policy"));
  }

  /**
   * The application's profiles, and those that every cluster has.
   *
   * @param standard the default profile, which gets a load balancing policy if it has none
   * @param profiles others, by their keys
   * @param graphProfiles those of graph queries, by their keys
   */
  static ClusterProfiles of(
      ExecutionProfile standard,
      Map<ProfileKey, ExecutionProfile> profiles,
      Map<ProfileKey, GraphExecutionProfile> graphProfiles) {
    Map<ProfileKey, ExecutionProfile> all = new LinkedHashMap<>(profiles);
    all.put(
        ProfileKey.DEFAULT,
        standard.loadBalancingPolicy().isPresent()
            ? standard
            : standard.toBuilder().loadBalancingPolicy(new DefaultLoadBalancingPolicy()).build());
    Map<ProfileKey, GraphExecutionProfile> graph = new LinkedHashMap<>(graphProfiles);
    graph.putIfAbsent(ProfileKey.GRAPH_DEFAULT, GraphExecutionProfile.defaults());
    graph.putIfAbsent(ProfileKey.GRAPH_SYSTEM_DEFAULT, GraphExecutionProfile.system());
    graph.putIfAbsent(ProfileKey.GRAPH_ANALYTICS_DEFAULT, GraphExecutionProfile.analytics());
    return new ClusterProfiles(all, graph);
  }

  /**
   * Finds a profile.
   *
   * @throws IllegalArgumentException if there is none of this key, or it is for graph queries
   */
  ExecutionProfile get(ProfileKey key) {
    ExecutionProfile profile = profiles.get(key);
    if (profile != null) {
      return profile;
    }
    if (graphProfiles.containsKey(key)) {
      throw new IllegalArgumentException(
          "The execution profile '"
              + key.name()
              + "' is for graph queries: only graph().execute() goes by it");
    }
    throw unknown("execution profile", key, profiles.keySet());
  }

  /**
   * Finds a profile of graph queries.
   *
   * @throws IllegalArgumentException if there is none of this key, or it is for other requests
   */
  GraphExecutionProfile graph(ProfileKey key) {
    GraphExecutionProfile profile = graphProfiles.get(key);
    if (profile != null) {
      return profile;
    }
    if (profiles.containsKey(key)) {
      throw new IllegalArgumentException(
          "The execution profile '"
              + key.name()
              + "' is not for graph queries: they go by a GraphExecutionProfile, which has options"
              + " for graphs");
    }
    throw unknown("execution profile for graph queries", key, graphProfiles.keySet());
  }

  private static IllegalArgumentException unknown(
      String what, ProfileKey key, Set<ProfileKey> known) {
    Set<String> names = new TreeSet<>();
    known.forEach(other -> names.add("'" + other.name() + "'"));
    return new IllegalArgumentException(
        "There is no "
            + what
            + " '"
            + key.name()
            + "'; there are "
            + String.join(", ", names)
            + ". Add it to the cluster first, or give the profile itself");
  }

  /**
   * Refuses a profile under the key of one for graph queries.
   *
   * @throws IllegalArgumentException if the key is one that the driver has for those
   */
  static void checkKind(ProfileKey key, ExecutionProfile profile) {
    if (GRAPH_KEYS.contains(key)) {
      throw new IllegalArgumentException(
          "'"
              + key.name()
              + "' is the key of a profile for graph queries, which "
              + profile
              + " is not; give it a GraphExecutionProfile, or choose another key");
    }
  }

  /**
   * Refuses a profile of graph queries under the key of that of all other requests.
   *
   * @throws IllegalArgumentException if the key is that of the default profile
   */
  static void checkKind(ProfileKey key, GraphExecutionProfile profile) {
    if (key.equals(ProfileKey.DEFAULT)) {
      throw new IllegalArgumentException(
          "'"
              + key.name()
              + "' is the key of the profile for requests that are no graph queries, which "
              + profile
              + " is not for; use ProfileKey.GRAPH_DEFAULT, or choose another key");
    }
  }

  /** Takes a key for a profile that is about to come. */
  void reserve(ProfileKey key) {
    if (!taken.add(key)) {
      throw duplicate(key);
    }
  }

  /** Its profile has come, or does not after all: then others may have the key. */
  void release(ProfileKey key) {
    if (!profiles.containsKey(key) && !graphProfiles.containsKey(key)) {
      taken.remove(key);
    }
  }

  /** From now on requests can go by it. */
  void put(ProfileKey key, ExecutionProfile profile) {
    profiles.put(key, profile);
  }

  /** From now on graph queries can go by it. */
  void put(ProfileKey key, GraphExecutionProfile profile) {
    graphProfiles.put(key, profile);
  }

  static IllegalStateException duplicate(ProfileKey key) {
    return new IllegalStateException(
        "There is an execution profile '"
            + key.name()
            + "' already, and a profile that requests may go by does not change; choose another"
            + " key");
  }

  /** The policy of a profile, which may be the default one's. */
  LoadBalancingPolicy loadBalancing(ExecutionProfile profile) {
    return profile.loadBalancingPolicy().orElse(loadBalancing);
  }

  /** All policies, that of the default profile first. */
  List<LoadBalancingPolicy> policies() {
    List<LoadBalancingPolicy> policies = new ArrayList<>();
    policies.add(loadBalancing);
    profiles.values().forEach(profile -> policies.add(loadBalancing(profile)));
    graphProfiles.values().forEach(profile -> policies.add(loadBalancing(profile.execution())));
    return policies;
  }
}
