package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.policy.RetryPolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Something to execute. Not thread-safe: it belongs to the thread that sets and executes it, and
 * may be changed and executed again as soon as the call that executes it has returned.
 *
 * @param <S> the kind of statement, so that setters can be chained
 */
public abstract sealed class Statement<S extends Statement<S>>
    permits SimpleStatement, BoundStatement, BatchStatement {
  /** Shared with others until something is set. */
  private RequestSettings settings = RequestSettings.NONE;

  private @Nullable CallSettings call;
  private @Nullable Itinerary itinerary;
  private final StatementEncoder encoder = new StatementEncoder(this);

  Statement() {}

  /**
   * Sets by which of the cluster's profiles it is executed. What is set on the statement itself
   * comes before what the profile says.
   *
   * @param key the profile's key; {@link ProfileKey#DEFAULT} if this is not called. Executing the
   *     statement is refused if the cluster knows no such profile.
   * @return this
   */
  public S setExecutionProfile(ProfileKey key) {
    own().profile = ProfileChoice.of(Objects.requireNonNull(key, "key"));
    return self();
  }

  /**
   * Sets by which profile it is executed. What is set on the statement itself comes before what the
   * profile says.
   *
   * @param profile the profile, which the cluster need not know; for what that means to its load
   *     balancing policy, see {@link ExecutionProfile}
   * @return this
   */
  public S setExecutionProfile(ExecutionProfile profile) {
    own().profile = ProfileChoice.of(Objects.requireNonNull(profile, "profile"));
    return self();
  }

  /**
   * Sets what becomes of the request if a node does not answer it as asked.
   *
   * @param policy the policy, or null for the profile's
   * @return this
   */
  public S setRetryPolicy(@Nullable RetryPolicy policy) {
    own().retryPolicy = policy;
    return self();
  }

  /**
   * Sets how many replicas have to answer.
   *
   * @param consistency the level, or null for the profile's
   * @return this
   */
  public S setConsistency(@Nullable ConsistencyLevel consistency) {
    own().consistency = consistency;
    return self();
  }

  /**
   * Sets the consistency of the conditional part of a write.
   *
   * @param consistency SERIAL or LOCAL_SERIAL, or null for the profile's
   * @return this
   * @throws IllegalArgumentException if it is another level
   */
  public S setSerialConsistency(@Nullable ConsistencyLevel consistency) {
    RequestSettings.checkSerial(consistency);
    own().serialConsistency = consistency;
    return self();
  }

  /**
   * Sets how many rows come in one answer.
   *
   * @param rows at least 1, or 0 for all rows at once
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public S setPageSize(int rows) {
    RequestSettings.checkPageSize(rows);
    own().pageSize = rows;
    return self();
  }

  /**
   * Sets where to go on: after the page that an earlier result of the same query ended with. A
   * batch has no pages and ignores it.
   *
   * @param pagingState what {@link ResultSet#rawPagingState} or a cursor has given; null to begin
   *     with the first page
   * @return this
   */
  public S setRawPagingState(byte @Nullable [] pagingState) {
    own().rawPagingState(pagingState);
    return self();
  }

  /**
   * Sets where to go on, as {@link #setRawPagingState} does. Executing the statement fails if the
   * page was of another query, or of other values.
   *
   * @param pagingState what {@link ResultSet#pagingState} has given; null to begin with the first
   *     page
   * @return this
   */
  public S setPagingState(@Nullable PagingState pagingState) {
    own().pagingState(pagingState);
    return self();
  }

  /**
   * Sets how long the answer may take, from the moment of executing.
   *
   * @param timeout the time, or {@link Duration#ZERO} for as long as it takes
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public S setTimeout(Duration timeout) {
    own().timeout(timeout);
    return self();
  }

  /**
   * Sets when a write counts as written.
   *
   * @param micros microseconds since 1970-01-01T00:00Z
   * @return this
   */
  public S setTimestamp(long micros) {
    own().timestamp = micros;
    return self();
  }

  /**
   * Sets what the server takes for the present time when it counts how long values have to live;
   * for tests of that. Protocol version 5 has it; executing the statement in another one fails.
   *
   * @param now the time, of which the seconds count; null for the server's own
   * @return this
   * @throws IllegalArgumentException if it is not within 2^31 seconds from 1970 on
   */
  public S setNow(@Nullable Instant now) {
    own().now(now);
    return self();
  }

  /**
   * Sets what goes to an extension of the server, in the place of what the prepared statement may
   * have for it. Protocol version 3 has no such thing; executing the statement there fails.
   *
   * @param payload values by key; they are copied
   * @return this
   * @throws io.peregrine.codec.RequestTooLargeException if there are more than 65,535 entries
   */
  public S setCustomPayload(Map<String, ByteBuffer> payload) {
    own().payload(payload);
    return self();
  }

  /**
   * What goes to an extension of the server.
   *
   * @return what was set, here or on the prepared statement, by key; not to be changed
   */
  public Map<String, ByteBuffer> customPayload() {
    return settings.payloadView();
  }

  /**
   * Sets for whom DSE executes the statement, if the session's user may do that: the entry {@code
   * ProxyExecute} of the custom payload, in the place of one that was set there.
   *
   * @param user the user's name, or null for the session's own
   * @return this
   */
  public S executeAs(@Nullable String user) {
    own().executeAs(user);
    return self();
  }

  /**
   * Asks the server to trace the request.
   *
   * @param tracing whether to
   * @return this
   */
  public S setTracing(boolean tracing) {
    own().tracing = tracing;
    return self();
  }

  /**
   * Sets whether it does no harm to execute it twice. The word is used in two ways:
   *
   * <ul>
   *   <li>What a node may have executed is sent again, if its {@link RetryPolicy} says so, where
   *       this is set, and also where the statement is known to write nothing, as a SELECT is.
   *       {@link ExecutionProfile.Builder#retryNonIdempotent} lifts that restriction.
   *   <li>Another node is asked while the first one has not answered ({@link
   *       io.peregrine.policy.SpeculativeExecutionPolicy}) only where this is set, for a SELECT
   *       too.
   * </ul>
   *
   * @param idempotent false by default
   * @return this
   */
  public S setIdempotent(boolean idempotent) {
    own().idempotent = idempotent;
    return self();
  }

  /**
   * Whether it does no harm to execute it twice.
   *
   * @return what was set, here or on the prepared statement
   */
  public boolean isIdempotent() {
    Boolean idempotent = settings.idempotent;
    return idempotent != null && idempotent;
  }

  /**
   * Sets the partition key, so that the request goes to a node that has it. A bound statement knows
   * it by its values, and a batch by its statements; a simple statement has to be told.
   *
   * @param parts the value of each column of the key, in order, encoded as it goes over the wire,
   *     from position to limit; copied. None to forget what was set.
   * @return this
   * @throws IllegalArgumentException if there are several parts, and one is longer than 65535 bytes
   * @see #setKeyspace
   */
  public S setRoutingKey(ByteBuffer... parts) {
    own().routingKey(parts);
    return self();
  }

  /**
   * Sets the keyspace of its tables. With a partition key, it tells the driver which nodes have
   * them. From protocol version 5 on, it tells the server as well, for tables without one in a
   * simple statement or in the texts of a batch; before, the server goes by the session's.
   *
   * @param name the keyspace, as the server has it: without quotes, and case-sensitive; null for
   *     that of the prepared statement, or of the session
   * @return this
   */
  public S setKeyspace(@Nullable String name) {
    own().keyspace(name);
    return self();
  }

  /**
   * Sets the node to ask first. Others follow, as the load balancing policy says, if it does not
   * take the request. It is for policies to heed: {@link
   * io.peregrine.policy.DefaultLoadBalancingPolicy} and {@link
   * io.peregrine.policy.TargetHostPolicy} do.
   *
   * @param node the node, or null for whichever it is
   * @return this
   */
  public S setTargetNode(@Nullable Node node) {
    own().target = node;
    return self();
  }

  /** Sets what is sent where the payload itself has no entry of the key. */
  void underlyingPayload(Map<String, ByteBuffer> underlying) {
    own().underlyingPayload(underlying);
  }

  /** The settings, which are this statement's alone from then on. */
  private RequestSettings own() {
    RequestSettings own = settings.ownedBy(this);
    settings = own;
    return own;
  }

  /** Takes what is set elsewhere, until something is set here. */
  void inherit(RequestSettings shared) {
    settings = shared;
  }

  /** What is set now. Not to be changed. */
  RequestSettings settings() {
    return settings;
  }

  /**
   * Begins a call: what its options say comes before what is set here.
   *
   * @return what is set here, with which the call has to end
   */
  RequestSettings begin(RequestOptions options) {
    RequestSettings own = settings;
    if (options != RequestOptions.none()) {
      CallSettings call = this.call;
      if (call == null) {
        call = new CallSettings();
        this.call = call;
      }
      settings = call.of(options.settings(), own);
    }
    return own;
  }

  /** Ends a call: what is set here is what was set before it. */
  void end(RequestSettings own) {
    settings = own;
  }

  abstract S self();

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

  /** Writes its requests; the same object each time. */
  StatementEncoder encoder() {
    return encoder;
  }
}
