package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.TypeCodecs;
import org.jspecify.annotations.Nullable;

/**
 * What applies to a request that does not say otherwise: its profile in its session. Immutable, but
 * for the page size, which may be changed for the session.
 */
final class RequestDefaults {
  private final SessionProfiles session;
  private final LoadBalancingPolicy loadBalancing;
  private final ConsistencyLevel consistency;
  private final @Nullable ConsistencyLevel serialConsistency;
  private final int pageSize;
  private final long timeoutNanos;
  private final @Nullable TimestampGenerator timestamps;
  private final TypeCodecs codecs;
  private final RetrySettings retries;
  private final @Nullable ContinuousPagingOptions continuousPaging;

  /**
   * What a profile says, with what the session says.
   *
   * @param loadBalancing the profile's policy, or the cluster's if it has none
   */
  RequestDefaults(
      ExecutionProfile profile, LoadBalancingPolicy loadBalancing, SessionProfiles session) {
    this.session = session;
    this.loadBalancing = loadBalancing;
    this.consistency = profile.consistency();
    this.serialConsistency = profile.serial();
    this.pageSize = profile.rows();
    this.timeoutNanos = Statement.nanos(profile.requestTimeout());
    this.timestamps = session.timestamps();
    this.codecs = session.codecs();
    this.retries = profile.retries();
    this.continuousPaging = profile.continuousPaging().orElse(null);
  }

  private RequestDefaults(RequestDefaults other, RetrySettings retries) {
    this.session = other.session;
    this.loadBalancing = other.loadBalancing;
    this.consistency = other.consistency;
    this.serialConsistency = other.serialConsistency;
    this.pageSize = other.pageSize;
    this.timeoutNanos = other.timeoutNanos;
    this.timestamps = other.timestamps;
    this.codecs = other.codecs;
    this.retries = retries;
    this.continuousPaging = other.continuousPaging;
  }

  /** The same, but for when a request is sent more than once. */
  RequestDefaults with(RetrySettings retries) {
    return retries == this.retries ? this : new RequestDefaults(this, retries);
  }

  boolean isOf(SessionProfiles session) {
    return this.session == session;
  }

  /** Says which nodes to ask. */
  LoadBalancingPolicy loadBalancing() {
    return loadBalancing;
  }

  /** How many replicas have to answer. */
  ConsistencyLevel consistency() {
    return consistency;
  }

  /** The consistency of the conditional part of a write; null to leave it to the server. */
  @Nullable ConsistencyLevel serialConsistency() {
    return serialConsistency;
  }

  /** Rows in one answer; 0 for all. */
  int pageSize() {
    return pageSize == Statement.UNSET ? session.pageSize() : pageSize;
  }

  /** How long an answer may take, in ns; 0 for as long as it takes. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  /** How objects and values become each other. */
  TypeCodecs codecs() {
    return codecs;
  }

  /** When it is sent more than once. */
  RetrySettings retries() {
    return retries;
  }

  /** How the pages of reads come without being asked for; null if they do not. */
  @Nullable ContinuousPagingOptions continuousPaging() {
    return continuousPaging;
  }

  /** Gives timestamps; null if the coordinators do. */
  @Nullable TimestampGenerator timestamps() {
    return timestamps;
  }
}
