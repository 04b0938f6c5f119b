package io.peregrine;

import io.peregrine.conductor.ClusterProxy;
import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.io.Nanos;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The execution profiles of a cluster, to which more can be added. Any thread may use it, as it may
 * use the cluster.
 *
 * <p>A profile that is there does not change: who wants another one makes it of this one, with
 * {@link ExecutionProfile#toBuilder}, and adds it by another key, or gives it to a statement or a
 * call.
 */
public final class ExecutionProfiles {
  private static final Duration POOL_WAIT = Duration.ofSeconds(5);

  private final ClusterProfiles profiles;
  private final ClusterProxy proxy;
  private final Patience patience;

  ExecutionProfiles(ClusterProfiles profiles, ClusterProxy proxy, Patience patience) {
    this.profiles = profiles;
    this.proxy = proxy;
    this.patience = patience;
  }

  /**
   * One of the profiles.
   *
   * @param key the profile's key
   * @return the profile
   * @throws IllegalArgumentException if there is none of this key
   */
  public ExecutionProfile get(ProfileKey key) {
    return profiles.get(key);
  }

  /**
   * One of the profiles of graph queries.
   *
   * @param key the profile's key
   * @return the profile
   * @throws IllegalArgumentException if there is none of this key
   */
  public GraphExecutionProfile getGraph(ProfileKey key) {
    return profiles.graph(key);
  }

  /**
   * Adds a profile, and waits up to 5 seconds for the connections that its load balancing policy
   * asks for.
   *
   * @param key the profile's key
   * @param profile the profile
   * @throws IllegalStateException if there is one of this key already
   * @throws PolicyException if its load balancing policy does not begin; then it is not added
   * @throws OperationTimedOutException if the connections are not all open, or failed, in time; the
   *     profile is there all the same
   */
  public void add(ProfileKey key, ExecutionProfile profile) {
    add(key, profile, POOL_WAIT);
  }

  /**
   * Adds a profile, and waits for the connections that its load balancing policy asks for. Those of
   * caller-runs sessions are not waited for.
   *
   * @param key the profile's key
   * @param profile the profile
   * @param poolWait how long to wait for connections; {@link Duration#ZERO} not to
   * @throws IllegalArgumentException if the time is negative
   * @throws IllegalStateException if there is a profile of this key already
   * @throws PolicyException if its load balancing policy does not begin; then it is not added
   * @throws OperationTimedOutException if the connections are not all open, or failed, in time; the
   *     profile is there all the same
   */
  public void add(ProfileKey key, ExecutionProfile profile, Duration poolWait) {
    patience.checkMayWait("executionProfiles().add()");
    patience.awaitOthers(addAsync(key, profile, poolWait));
  }

  /**
   * Adds a profile, as {@link #add(ProfileKey, ExecutionProfile, Duration)} does. Never waits.
   *
   * @param key the profile's key
   * @param profile the profile
   * @param poolWait how long to wait for connections; {@link Duration#ZERO} not to
   * @return done when it is there, with the connections if they are waited for; fails as {@code
   *     add} does
   * @throws IllegalArgumentException if the time is negative, or the key is one of the graph
   *     profiles'
   * @throws IllegalStateException if there is a profile of this key already
   */
  public CompletableFuture<Void> addAsync(
      ProfileKey key, ExecutionProfile profile, Duration poolWait) {
    ClusterProfiles.checkKind(key, profile);
    return add(key, profile, () -> profiles.put(key, profile), poolWait);
  }

  /**
   * Adds a profile of graph queries, as {@link #add(ProfileKey, ExecutionProfile)} does of others.
   *
   * @param key the profile's key
   * @param profile the profile
   * @throws IllegalArgumentException if it is {@link ProfileKey#DEFAULT}, which is for all else
   * @throws IllegalStateException if there is a profile of this key already
   * @throws PolicyException if its load balancing policy does not begin; then it is not added
   * @throws OperationTimedOutException if the connections are not all open, or failed, in time; the
   *     profile is there all the same
   */
  public void add(ProfileKey key, GraphExecutionProfile profile) {
    patience.checkMayWait("executionProfiles().add()");
    patience.awaitOthers(addAsync(key, profile, POOL_WAIT));
  }

  /**
   * Adds a profile of graph queries, as {@link #addAsync(ProfileKey, ExecutionProfile, Duration)}
   * does of others.
   *
   * @param key the profile's key
   * @param profile the profile
   * @param poolWait how long to wait for connections; {@link Duration#ZERO} not to
   * @return done when it is there, with the connections if they are waited for; fails as {@code
   *     add} does
   * @throws IllegalArgumentException if the time is negative, or the key is {@link
   *     ProfileKey#DEFAULT}
   * @throws IllegalStateException if there is a profile of this key already
   */
  public CompletableFuture<Void> addAsync(
      ProfileKey key, GraphExecutionProfile profile, Duration poolWait) {
    ClusterProfiles.checkKind(key, profile);
    return add(key, profile.execution(), () -> profiles.put(key, profile), poolWait);
  }

  private CompletableFuture<Void> add(
      ProfileKey key, ExecutionProfile profile, Runnable put, Duration poolWait) {
    if (poolWait.isNegative()) {
      throw new IllegalArgumentException(
          "a wait of " + poolWait + " for connections; zero is for none");
    }
    profiles.reserve(key);
    return proxy
        .join(
            profiles.loadBalancing(profile),
            put,
            Nanos.of(poolWait),
            "Not all connections that the execution profile '"
                + key.name()
                + "' asks for were open within "
                + poolWait
                + "; the profile is there all the same, and they go on being opened")
        .whenComplete((done, error) -> profiles.release(key));
  }
}
