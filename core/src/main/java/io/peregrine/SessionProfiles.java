package io.peregrine;

import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.TypeCodecs;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What applies to the requests of one session, by the profile that they name. Any thread may use
 * it.
 */
final class SessionProfiles {
  private final ClusterProfiles cluster;
  private final @Nullable TimestampGenerator timestamps;
  private final TypeCodecs codecs;
  private final RequestDefaults standard;

  /** Those that were asked for, because a profile that is known never changes. */
  private final Map<ProfileKey, RequestDefaults> found = new ConcurrentHashMap<>();

  private volatile int pageSize;

  /**
   * The profiles of a cluster, as one session sees them.
   *
   * @param timestamps gives timestamps; null if the coordinators do
   * @param pageSize rows in one answer; 0 for all
   */
  SessionProfiles(
      ClusterProfiles cluster,
      @Nullable TimestampGenerator timestamps,
      TypeCodecs codecs,
      int pageSize) {
    this.cluster = cluster;
    this.timestamps = timestamps;
    this.codecs = codecs;
    this.pageSize = pageSize;
    this.standard = of(cluster.get(ProfileKey.DEFAULT));
  }

  /** What applies to requests that name no profile; the same object each time. */
  RequestDefaults standard() {
    return standard;
  }

  /**
   * What applies to requests of a profile that the cluster knows; the same object each time.
   *
   * @throws IllegalArgumentException if it knows none of this key
   */
  RequestDefaults of(ProfileKey key) {
    RequestDefaults defaults = found.get(key);
    if (defaults == null) {
      defaults = of(cluster.get(key));
      RequestDefaults first = found.putIfAbsent(key, defaults);
      defaults = first == null ? defaults : first;
    }
    return defaults;
  }

  /** What applies to requests of a profile that the cluster need not know. */
  RequestDefaults of(ExecutionProfile profile) {
    return new RequestDefaults(profile, cluster.loadBalancing(profile), this);
  }

  ExecutionProfile profile(ProfileKey key) {
    return cluster.get(key);
  }

  /**
   * What graph queries of a profile go by.
   *
   * @throws IllegalArgumentException if the cluster knows no graph profile of this key
   */
  GraphExecutionProfile graph(ProfileKey key) {
    return cluster.graph(key);
  }

  /** The policy of a profile, which may be the default one's. */
  LoadBalancingPolicy loadBalancing(ExecutionProfile profile) {
    return cluster.loadBalancing(profile);
  }

  @Nullable TimestampGenerator timestamps() {
    return timestamps;
  }

  TypeCodecs codecs() {
    return codecs;
  }

  /** Rows in one answer to a request whose profile does not tell; 0 for all. */
  int pageSize() {
    return pageSize;
  }

  void pageSize(int rows) {
    pageSize = rows;
  }
}
