package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.io.RequestEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
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
  static final int UNSET = -1;

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private @Nullable ConsistencyLevel consistency;
  private @Nullable ConsistencyLevel serialConsistency;
  private int pageSize = UNSET;
  private byte @Nullable [] pagingState;
  private @Nullable PagingState checkedState;
  private long timeoutNanos = UNSET;
  private long timestamp = QueryParameters.NO_TIMESTAMP;
  private boolean tracing;
  private int nowInSeconds = QueryParameters.NO_NOW;
  private Map<String, ByteBuffer> payload = Map.of();
  private Map<String, ByteBuffer> underlying = Map.of();
  private @Nullable String executeAs;
  private @Nullable CustomPayload encodedPayload;
  private boolean idempotent;
  private byte @Nullable [] routingKey;
  private @Nullable String keyspace;
  private byte @Nullable [] keyspaceUtf8;
  private @Nullable Node target;
  private @Nullable Itinerary itinerary;
  private final RequestEncoder encoder = new Encoder();

  Statement() {}

  /**
   * Sets how many replicas have to answer.
   *
   * @param consistency the level, or null for the cluster's default
   * @return this
   */
  public S setConsistency(@Nullable ConsistencyLevel consistency) {
    this.consistency = consistency;
    return self();
  }

  /**
   * Sets the consistency of the conditional part of a write.
   *
   * @param consistency SERIAL or LOCAL_SERIAL, or null to leave it to the server
   * @return this
   * @throws IllegalArgumentException if it is another level
   */
  public S setSerialConsistency(@Nullable ConsistencyLevel consistency) {
    checkSerial(consistency);
    this.serialConsistency = consistency;
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
    checkPageSize(rows);
    this.pageSize = rows;
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
    this.pagingState = pagingState == null ? null : pagingState.clone();
    this.checkedState = null;
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
    this.pagingState = pagingState == null ? null : pagingState.raw();
    this.checkedState = pagingState;
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
    checkTimeout(timeout);
    this.timeoutNanos = nanos(timeout);
    return self();
  }

  /**
   * Sets when a write counts as written.
   *
   * @param micros microseconds since 1970-01-01T00:00Z
   * @return this
   */
  public S setTimestamp(long micros) {
    this.timestamp = micros;
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
    if (now == null) {
      this.nowInSeconds = QueryParameters.NO_NOW;
      return self();
    }
    long seconds = now.getEpochSecond();
    if (seconds < 0 || seconds > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          now
              + " is out of range: it is "
              + seconds
              + " s from 1970, 0 to 2147483647 are possible");
    }
    this.nowInSeconds = (int) seconds;
    return self();
  }

  /**
   * Sets what goes to an extension of the server. Protocol version 3 has no such thing; executing
   * the statement there fails.
   *
   * @param payload values by key; they are copied
   * @return this
   * @throws io.peregrine.codec.RequestTooLargeException if there are more than 65,535 entries
   */
  public S setCustomPayload(Map<String, ByteBuffer> payload) {
    Map<String, ByteBuffer> copy = new LinkedHashMap<>();
    payload.forEach((key, value) -> copy.put(key, copy(value)));
    this.payload = copy;
    makePayload();
    return self();
  }

  /**
   * What goes to an extension of the server.
   *
   * @return what was set, by key; not to be changed
   */
  public Map<String, ByteBuffer> customPayload() {
    Map<String, ByteBuffer> view = new LinkedHashMap<>();
    payload.forEach((key, value) -> view.put(key, value.duplicate()));
    return java.util.Collections.unmodifiableMap(view);
  }

  /**
   * Sets for whom DSE executes the statement, if the session's user may do that: the entry {@code
   * ProxyExecute} of the custom payload, in the place of one that was set there.
   *
   * @param user the user's name, or null for the session's own
   * @return this
   */
  public S executeAs(@Nullable String user) {
    this.executeAs = user;
    makePayload();
    return self();
  }

  /**
   * Asks the server to trace the request.
   *
   * @param tracing whether to
   * @return this
   */
  public S setTracing(boolean tracing) {
    this.tracing = tracing;
    return self();
  }

  /**
   * Sets whether it does no harm to execute it twice. The driver sends again what it does not know
   * to have been executed only if this is set.
   *
   * @param idempotent false by default
   * @return this
   */
  public S setIdempotent(boolean idempotent) {
    this.idempotent = idempotent;
    return self();
  }

  /**
   * Whether it does no harm to execute it twice.
   *
   * @return what was set, here or on the prepared statement
   */
  public boolean isIdempotent() {
    return idempotent;
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
    this.routingKey = parts.length == 0 ? null : RoutingKey.toBytes(parts);
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
    this.keyspace = name;
    this.keyspaceUtf8 = name == null ? null : name.getBytes(StandardCharsets.UTF_8);
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
    this.target = node;
    return self();
  }

  static void checkSerial(@Nullable ConsistencyLevel consistency) {
    if (consistency != null && !consistency.isSerial()) {
      throw new IllegalArgumentException(
          consistency + " is no serial consistency; use SERIAL or LOCAL_SERIAL");
    }
  }

  static void checkPageSize(int rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("a page of " + rows + " rows");
    }
  }

  static void checkTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  /** A time in ns; longer than a long can tell is as long as it takes. */
  static long nanos(Duration time) {
    return time.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : time.toNanos();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer();
  }

  /** Sets what is sent where the payload itself has no entry of the key. */
  void underlyingPayload(Map<String, ByteBuffer> underlying) {
    this.underlying = underlying;
    makePayload();
  }

  /** It is encoded here and not with each request, which then allocates nothing for it. */
  private void makePayload() {
    Map<String, ByteBuffer> all = new LinkedHashMap<>(underlying);
    all.putAll(payload);
    String user = executeAs;
    if (user != null) {
      all.put("ProxyExecute", ByteBuffer.wrap(user.getBytes(StandardCharsets.UTF_8)));
    }
    encodedPayload = all.isEmpty() ? null : CustomPayload.of(all);
  }

  abstract S self();

  /** What tells the request from another, for its pages. */
  abstract RequestDigest digest();

  /** Whether a timestamp may mean anything: to a read it does not. */
  boolean mayWrite() {
    return true;
  }

  /** Fills in the defaults and checks what can be checked: called before each offer. */
  abstract void conclude(RequestDefaults defaults);

  abstract int encodedLength(ProtocolVersion version);

  abstract int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset);

  /** What must be known when the answer comes, whatever happens to the statement until then. */
  abstract @Nullable Pinned pin();

  /**
   * Finds the partition key.
   *
   * @return false if it is not known
   */
  boolean findKey(RoutingKey key) {
    byte[] routingKey = this.routingKey;
    if (routingKey != null) {
      key.wrap(routingKey);
    }
    return routingKey != null;
  }

  /** The keyspace that the key is of; null for the session's. */
  @Nullable String routingKeyspace() {
    return keyspace;
  }

  /** Whether it is a write with conditions. It may not be known: then this is false. */
  abstract boolean isConditionalWrite();

  boolean isConditional(RequestDefaults defaults) {
    return consistency(defaults).isSerial() || isConditionalWrite();
  }

  @Nullable Node target() {
    return target;
  }

  /** The keyspace to send, where it can be. */
  byte @Nullable [] keyspace(ProtocolVersion version) {
    return version.hasRequestKeyspace() ? keyspaceUtf8 : null;
  }

  /** How it finds its way; the same object each time. */
  Itinerary itinerary() {
    Itinerary itinerary = this.itinerary;
    if (itinerary == null) {
      itinerary = new Itinerary(this);
      this.itinerary = itinerary;
    }
    return itinerary;
  }

  void inherit(StatementDefaults defaults) {
    consistency = defaults.consistency();
    serialConsistency = defaults.serialConsistency();
    pageSize = defaults.pageSize();
    timeoutNanos = defaults.timeoutNanos();
    idempotent = defaults.idempotent();
  }

  /** What is encoded with it, once it is concluded; null if it cannot be answered with pages. */
  @Nullable QueryParameters parameters() {
    return null;
  }

  int pageSize(RequestDefaults defaults) {
    return pageSize == UNSET ? defaults.pageSize() : pageSize;
  }

  RequestEncoder encoder() {
    return encoder;
  }

  ConsistencyLevel consistency(RequestDefaults defaults) {
    ConsistencyLevel consistency = this.consistency;
    return consistency == null ? defaults.consistency() : consistency;
  }

  long timeoutNanos(RequestDefaults defaults) {
    return timeoutNanos == UNSET ? defaults.timeoutNanos() : timeoutNanos;
  }

  void fill(QueryParameters parameters, RequestDefaults defaults) {
    PagingState state = checkedState;
    if (state != null) {
      state.check(digest(), this);
    }
    parameters
        .consistency(consistency(defaults))
        .serialConsistency(serialConsistency)
        .pageSize(pageSize(defaults))
        .pagingState(pagingState)
        .timestamp(
            timestamp == QueryParameters.NO_TIMESTAMP && mayWrite()
                ? defaults.nextTimestamp()
                : timestamp)
        .nowInSeconds(nowInSeconds)
        .customPayload(encodedPayload)
        .tracing(tracing);
  }

  /** Keeps the driver's inner interface out of the public one. */
  private final class Encoder implements RequestEncoder {
    @Override
    public int encodedLength(ProtocolVersion version) {
      return Statement.this.encodedLength(version);
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      return Statement.this.encode(version, buffer, offset);
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }
  }
}
