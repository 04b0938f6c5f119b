package io.peregrine;

import io.peregrine.policy.LoadBalancingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The execution profiles that a cluster knows. Any thread may use it. */
final class ClusterProfiles {
  private final Map<ProfileKey, ExecutionProfile> profiles;
  private final Set<ProfileKey> taken = ConcurrentHashMap.newKeySet();
  private final LoadBalancingPolicy loadBalancing;

  /**
   * The first profiles.
   *
   * @param profiles by their keys; the default profile is among them, and has a policy
   */
  ClusterProfiles(Map<ProfileKey, ExecutionProfile> profiles) {
    this.profiles = new ConcurrentHashMap<>(profiles);
    taken.addAll(profiles.keySet());
    loadBalancing =
        get(ProfileKey.DEFAULT)
            .loadBalancingPolicy()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the default profile has no load balancing policy"));
  }

  /**
   * Finds a profile.
   *
   * @throws IllegalArgumentException if there is none of this key
   */
  ExecutionProfile get(ProfileKey key) {
    ExecutionProfile profile = profiles.get(key);
    if (profile == null) {
      Set<String> names = new TreeSet<>();
      profiles.keySet().forEach(known -> names.add("'" + known.name() + "'"));
      throw new IllegalArgumentException(
          "There is no execution profile '"
              + key.name()
              + "'; there are "
              + String.join(", ", names)
              + ". Add it to the cluster first, or give the profile itself");
    }
    return profile;
  }

  /** Takes a key for a profile that is about to come. */
  void reserve(ProfileKey key) {
    if (!taken.add(key)) {
      throw duplicate(key);
    }
  }

  /** Its profile has come, or does not after all: then others may have the key. */
  void release(ProfileKey key) {
    if (!profiles.containsKey(key)) {
      taken.remove(key);
    }
  }

  /** From now on requests can go by it. */
  void put(ProfileKey key, ExecutionProfile profile) {
    profiles.put(key, profile);
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
    return policies;
  }
}
