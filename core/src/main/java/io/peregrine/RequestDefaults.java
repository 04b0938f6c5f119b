package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.io.Nanos;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.TimestampGenerator;
import io.peregrine.type.RowMapper;
import io.peregrine.type.TypeCodecs;
import org.jspecify.annotations.Nullable;

/**
 * What applies to a request that does not say otherwise: its profile in its session. Immutable, but
 * for the page size, which may be changed for the session.
 */
final class RequestDefaults {
  private final SessionProfiles session;
  private final ExecutionProfile profile;
  private final LoadBalancingPolicy loadBalancing;
  private final ConsistencyLevel consistency;
  private final @Nullable ConsistencyLevel serialConsistency;
  private final int pageSize;
  private final long timeoutNanos;
  private final @Nullable TimestampGenerator timestamps;
  private final TypeCodecs codecs;
  private final RetrySettings retries;
  private final @Nullable Node target;
  private final @Nullable PageDecoder<?> decoder;
  private final @Nullable ContinuousPagingOptions continuousPaging;

  /**
   * What a profile says, with what the session says.
   *
   * @param loadBalancing the profile's policy, or the cluster's if it has none
   */
  RequestDefaults(
      ExecutionProfile profile, LoadBalancingPolicy loadBalancing, SessionProfiles session) {
    this.session = session;
    this.profile = profile;
    this.loadBalancing = loadBalancing;
    this.consistency = profile.consistency();
    this.serialConsistency = profile.serialConsistency().orElse(null);
    this.pageSize = profile.pageSize().orElse(RequestSettings.UNSET);
    this.timeoutNanos = Nanos.of(profile.requestTimeout());
    this.timestamps = session.timestamps();
    this.codecs = session.codecs();
    this.retries = profile.retries();
    this.target = null;
    this.decoder = null;
    this.continuousPaging = profile.continuousPaging().orElse(null);
  }

  private RequestDefaults(
      RequestDefaults other,
      RetrySettings retries,
      @Nullable Node target,
      @Nullable PageDecoder<?> decoder) {
    this.session = other.session;
    this.profile = other.profile;
    this.loadBalancing = other.loadBalancing;
    this.consistency = other.consistency;
    this.serialConsistency = other.serialConsistency;
    this.pageSize = other.pageSize;
    this.timeoutNanos = other.timeoutNanos;
    this.timestamps = other.timestamps;
    this.codecs = other.codecs;
    this.retries = retries;
    this.target = target;
    this.decoder = decoder;
    this.continuousPaging = other.continuousPaging;
  }

  /** The same for one request, of which it is known when it is sent again, and where to first. */
  RequestDefaults with(RetrySettings retries, @Nullable Node target) {
    return retries == this.retries && target == this.target
        ? this
        : new RequestDefaults(this, retries, target, decoder);
  }

  /** The same, but for what reads the pages of the answer. */
  RequestDefaults with(@Nullable PageDecoder<?> decoder) {
    return decoder == this.decoder ? this : new RequestDefaults(this, retries, target, decoder);
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
    return pageSize == RequestSettings.UNSET ? session.pageSize() : pageSize;
  }

  /** How long an answer may take, in ns; 0 for as long as it takes. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  /** How objects and values become each other. */
  TypeCodecs codecs() {
    return codecs;
  }

  /**
   * How rows become objects of a class.
   *
   * @throws io.peregrine.type.MappingException if nobody has said, and it is no record
   */
  <R> RowMapper<R> rowMapper(Class<R> javaClass) {
    return profile.rowMapper(javaClass);
  }

  /** When it is sent more than once. */
  RetrySettings retries() {
    return retries;
  }

  /** The node that one request was to go to first; null if it is not one request's. */
  @Nullable Node target() {
    return target;
  }

  /** Reads the pages of the answer where they lie; null to have rows. */
  @Nullable PageDecoder<?> decoder() {
    return decoder;
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
