package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.io.RequestEncoder;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.policy.TimestampGenerator;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Something to execute. Not thread-safe: it belongs to the thread that sets and executes it, and
 * may be changed and executed again as soon as the call that executes it has returned.
 *
 * @param <S> the kind of statement, so that setters can be chained
 */
public abstract sealed class Statement<S extends Statement<S>> extends AdjustableStatement<S>
    permits SimpleStatement, BoundStatement, BatchStatement {
  /** Stands for a timestamp until the request is written. */
  private static final long TIMESTAMP_TO_COME = 0;

  private @Nullable Itinerary itinerary;
  private @Nullable TimestampGenerator timestamps;
  private final RequestEncoder encoder = new Encoder();

  Statement() {}

  /** What tells the request from another, for its pages. */
  abstract RequestDigest digest();

  /** Whether a timestamp may mean anything: to a read it does not. */
  boolean mayWrite() {
    return true;
  }

  /** Whether it certainly writes nothing, so that it may be executed twice. */
  abstract boolean isRead();

  /** Fills in the defaults and checks what can be checked: called before each offer. */
  abstract void conclude(RequestDefaults defaults);

  abstract int encodedLength(ProtocolVersion version);

  abstract int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset);

  /** Fills in the timestamp that is to be sent, after {@link #encodedLength}. */
  abstract void timestamp(long micros);

  /** What must be known when the answer comes, whatever happens to the statement until then. */
  abstract @Nullable Pinned pin();

  /**
   * Finds the partition key.
   *
   * @return false if it is not known
   */
  boolean findKey(RoutingKey key) {
    byte[] routingKey = settings().routingKey();
    if (routingKey != null) {
      key.wrap(routingKey);
    }
    return routingKey != null;
  }

  /** The keyspace that the key is of; null for the session's. */
  @Nullable String routingKeyspace() {
    return settings().keyspace();
  }

  /** Whether it is a write with conditions. It may not be known: then this is false. */
  abstract boolean isConditionalWrite();

  boolean isConditional(RequestDefaults defaults) {
    return consistency(defaults).isSerial() || isConditionalWrite();
  }

  @Nullable Node target() {
    return settings().target;
  }

  /** The keyspace to send, where it can be. */
  byte @Nullable [] keyspace(ProtocolVersion version) {
    return version.hasRequestKeyspace() ? settings().keyspaceUtf8() : null;
  }

  /** How it finds its way; the same object each time. */
  Itinerary itinerary(RequestDefaults defaults) {
    Itinerary itinerary = this.itinerary;
    if (itinerary == null) {
      itinerary = Itinerary.of(this, defaults);
      this.itinerary = itinerary;
    }
    return itinerary.by(defaults);
  }

  /** What is encoded with it, once it is concluded; null if it cannot be answered with pages. */
  @Nullable QueryParameters parameters() {
    return null;
  }

  int pageSize(RequestDefaults defaults) {
    int pageSize = settings().pageSize;
    return pageSize == UNSET ? defaults.pageSize() : pageSize;
  }

  RequestEncoder encoder() {
    return encoder;
  }

  /** What applies where nothing is set: by its profile, if it names one. */
  RequestDefaults defaults(SessionProfiles session) {
    ProfileChoice profile = settings().profile;
    return profile == null ? session.standard() : profile.in(session);
  }

  RetrySettings retries(RequestDefaults defaults) {
    RetryPolicy own = settings().retryPolicy;
    return own == null ? defaults.retries() : defaults.retries().withPolicy(own);
  }

  ConsistencyLevel consistency(RequestDefaults defaults) {
    ConsistencyLevel consistency = settings().consistency;
    return consistency == null ? defaults.consistency() : consistency;
  }

  long timeoutNanos(RequestDefaults defaults) {
    long timeoutNanos = settings().timeoutNanos;
    return timeoutNanos == UNSET ? defaults.timeoutNanos() : timeoutNanos;
  }

  void fill(QueryParameters parameters, RequestDefaults defaults) {
    RequestSettings settings = settings();
    PagingState state = settings.checkedState();
    if (state != null) {
      state.check(digest(), this);
    }
    ConsistencyLevel serial = settings.serialConsistency;
    long timestamp = settings.timestamp;
    Boolean tracing = settings.tracing;
    boolean draws = timestamp == QueryParameters.NO_TIMESTAMP && mayWrite();
    TimestampGenerator timestamps = draws ? defaults.timestamps() : null;
    this.timestamps = timestamps;
    parameters
        .consistency(consistency(defaults))
        .serialConsistency(serial == null ? defaults.serialConsistency() : serial)
        .pageSize(pageSize(defaults))
        .pagingState(settings.pagingState())
        .timestamp(timestamps == null ? timestamp : TIMESTAMP_TO_COME)
        .nowInSeconds(settings.nowInSeconds())
        .customPayload(settings.encodedPayload())
        .tracing(tracing != null && tracing);
  }

  /** Keeps the driver's inner interface out of the public one. */
  private final class Encoder implements RequestEncoder {
    @Override
    public int encodedLength(ProtocolVersion version) {
      return Statement.this.encodedLength(version);
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      // Now that there is room for the request: one that is refused must not use up a timestamp,
      // or who offers it until it is taken would get ahead of the clock.
      TimestampGenerator timestamps = Statement.this.timestamps;
      if (timestamps != null) {
        timestamp(timestamps.next());
      }
      return Statement.this.encode(version, buffer, offset);
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }
  }
}
