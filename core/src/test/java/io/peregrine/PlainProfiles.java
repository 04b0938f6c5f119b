package io.peregrine;

import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.type.TypeCodecs;
import java.util.Map;

/** What requests go by in a session without a cluster. */
final class PlainProfiles {
  private PlainProfiles() {}

  /** One default profile with the defaults. */
  static SessionProfiles session() {
    ExecutionProfile profile =
        ExecutionProfile.builder().loadBalancingPolicy(new RoundRobinPolicy()).build();
    return new SessionProfiles(
        new ClusterProfiles(Map.of(ProfileKey.DEFAULT, profile), Map.of()),
        null,
        new TypeCodecs(),
        5_000);
  }
}
