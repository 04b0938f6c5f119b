package io.peregrine;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.io.Nanos;
import io.peregrine.policy.RetryPolicy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was set on a statement, or is set for a call; all else is the profile's. Confined to the
 * thread of who owns it. Who shares it does not change it, but a copy.
 */
final class RequestSettings implements Cloneable {
  static final int UNSET = -1;

  /** Nothing is set. Never changed. */
  static final RequestSettings NONE = new RequestSettings();

  /** Who may change it; null if nobody may any more. */
  private @Nullable Object owner;

  private int changes;

  @Nullable ProfileChoice profile;
  @Nullable RetryPolicy retryPolicy;
  @Nullable ConsistencyLevel consistency;
  @Nullable ConsistencyLevel serialConsistency;
  int pageSize = UNSET;
  long timeoutNanos = UNSET;
  long timestamp = QueryParameters.NO_TIMESTAMP;
  @Nullable Boolean tracing;
  @Nullable Boolean idempotent;
  @Nullable Node target;
  private int nowInSeconds = QueryParameters.NO_NOW;
  private byte @Nullable [] pagingState;
  private @Nullable PagingState checkedState;
  private Map<String, ByteBuffer> payload = Map.of();
  private Map<String, ByteBuffer> underlying = Map.of();
  private @Nullable String executeAs;
  private @Nullable CustomPayload encodedPayload;
  private byte @Nullable [] routingKey;
  private @Nullable String keyspace;
  private byte @Nullable [] keyspaceUtf8;

  /** A copy that nobody owns yet. */
  RequestSettings copy() {
    return copyFor(null);
  }

  /** These settings, or a copy of them if they are somebody else's too; to be changed. */
  RequestSettings ownedBy(Object owner) {
    RequestSettings own = this.owner == owner ? this : copyFor(owner);
    own.changes++;
    return own;
  }

  /** Is another number whenever the same settings have changed. */
  int changes() {
    return changes;
  }

  private RequestSettings copyFor(@Nullable Object owner) {
    try {
      RequestSettings copy = (RequestSettings) clone();
      copy.owner = owner;
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("it can be cloned", e);
    }
  }

  /** The settings of a statement with these in their place, where these are set. */
  RequestSettings over(RequestSettings statement) {
    RequestSettings both = new RequestSettings();
    both.set(this, statement);
    both.setPayload(this, statement);
    return both;
  }

  /** Takes all but the payload from a call, and from the statement where the call says nothing. */
  void set(RequestSettings call, RequestSettings statement) {
    profile = call.profile == null ? statement.profile : call.profile;
    retryPolicy = call.retryPolicy == null ? statement.retryPolicy : call.retryPolicy;
    consistency = call.consistency == null ? statement.consistency : call.consistency;
    serialConsistency =
        call.serialConsistency == null ? statement.serialConsistency : call.serialConsistency;
    pageSize = call.pageSize == UNSET ? statement.pageSize : call.pageSize;
    timeoutNanos = call.timeoutNanos == UNSET ? statement.timeoutNanos : call.timeoutNanos;
    timestamp =
        call.timestamp == QueryParameters.NO_TIMESTAMP ? statement.timestamp : call.timestamp;
    tracing = call.tracing == null ? statement.tracing : call.tracing;
    idempotent = call.idempotent == null ? statement.idempotent : call.idempotent;
    target = call.target == null ? statement.target : call.target;
    nowInSeconds =
        call.nowInSeconds == QueryParameters.NO_NOW ? statement.nowInSeconds : call.nowInSeconds;
    routingKey = call.routingKey == null ? statement.routingKey : call.routingKey;
    RequestSettings paging = call.pagingState == null ? statement : call;
    pagingState = paging.pagingState;
    checkedState = paging.checkedState;
    RequestSettings named = call.keyspace == null ? statement : call;
    keyspace = named.keyspace;
    keyspaceUtf8 = named.keyspaceUtf8;
  }

  /** Takes the payloads of a call and of the statement, of which the call's entries win. */
  void setPayload(RequestSettings call, RequestSettings statement) {
    RequestSettings upper = call.encodedPayload == null ? statement : call;
    payload = upper.payload;
    underlying = upper.underlying;
    executeAs = upper.executeAs;
    encodedPayload = upper.encodedPayload;
    if (upper == call && statement.encodedPayload != null) {
      Map<String, ByteBuffer> union = new LinkedHashMap<>(statement.payload);
      union.putAll(call.payload);
      payload = union;
      underlying = statement.underlying;
      executeAs = call.executeAs == null ? statement.executeAs : call.executeAs;
      encodePayload();
    }
  }

  /** What applies where nothing is set: by the profile, if one is named. */
  RequestDefaults defaults(SessionProfiles session) {
    ProfileChoice profile = this.profile;
    return profile == null ? session.standard() : profile.in(session);
  }

  ConsistencyLevel consistency(RequestDefaults defaults) {
    ConsistencyLevel consistency = this.consistency;
    return consistency == null ? defaults.consistency() : consistency;
  }

  int pageSize(RequestDefaults defaults) {
    int pageSize = this.pageSize;
    return pageSize == UNSET ? defaults.pageSize() : pageSize;
  }

  long timeoutNanos(RequestDefaults defaults) {
    long timeoutNanos = this.timeoutNanos;
    return timeoutNanos == UNSET ? defaults.timeoutNanos() : timeoutNanos;
  }

  RetrySettings retries(RequestDefaults defaults) {
    RetryPolicy own = retryPolicy;
    return own == null ? defaults.retries() : defaults.retries().withPolicy(own);
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

  void timeout(Duration timeout) {
    checkTimeout(timeout);
    this.timeoutNanos = Nanos.of(timeout);
  }

  static void checkTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("a timeout of " + timeout);
    }
  }

  void rawPagingState(byte @Nullable [] state) {
    this.pagingState = state == null ? null : state.clone();
    this.checkedState = null;
  }

  void pagingState(@Nullable PagingState state) {
    this.pagingState = state == null ? null : state.raw();
    this.checkedState = state;
  }

  byte @Nullable [] pagingState() {
    return pagingState;
  }

  /** Where to go on, if it tells of which query. */
  @Nullable PagingState checkedState() {
    return checkedState;
  }

  void now(@Nullable Instant now) {
    if (now == null) {
      this.nowInSeconds = QueryParameters.NO_NOW;
      return;
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
  }

  int nowInSeconds() {
    return nowInSeconds;
  }

  void payload(Map<String, ByteBuffer> payload) {
    Map<String, ByteBuffer> copy = new LinkedHashMap<>();
    payload.forEach((key, value) -> copy.put(key, copy(value)));
    this.payload = copy;
    encodePayload();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer();
  }

  /** The payload, for somebody who must not change it. */
  Map<String, ByteBuffer> payloadView() {
    Map<String, ByteBuffer> view = new LinkedHashMap<>();
    payload.forEach((key, value) -> view.put(key, value.duplicate()));
    return Collections.unmodifiableMap(view);
  }

  /** Sets what is sent where the payload itself has no entry of the key. */
  void underlyingPayload(Map<String, ByteBuffer> underlying) {
    this.underlying = underlying;
    encodePayload();
  }

  void executeAs(@Nullable String user) {
    this.executeAs = user;
    encodePayload();
  }

  /** It is encoded here and not with each request, which then allocates nothing for it. */
  private void encodePayload() {
    Map<String, ByteBuffer> all = new LinkedHashMap<>(underlying);
    all.putAll(payload);
    String user = executeAs;
    if (user != null) {
      all.put("ProxyExecute", ByteBuffer.wrap(user.getBytes(StandardCharsets.UTF_8)));
    }
    encodedPayload = all.isEmpty() ? null : CustomPayload.of(all);
  }

  @Nullable CustomPayload encodedPayload() {
    return encodedPayload;
  }

  void routingKey(ByteBuffer... parts) {
    this.routingKey = parts.length == 0 ? null : RoutingKey.toBytes(parts);
  }

  byte @Nullable [] routingKey() {
    return routingKey;
  }

  void keyspace(@Nullable String name) {
    this.keyspace = name;
    this.keyspaceUtf8 = name == null ? null : name.getBytes(StandardCharsets.UTF_8);
  }

  @Nullable String keyspace() {
    return keyspace;
  }

  /** The keyspace to send in UTF-8, where it can be sent; null if there is none. */
  byte @Nullable [] keyspace(ProtocolVersion version) {
    return version.hasRequestKeyspace() ? keyspaceUtf8 : null;
  }
}
