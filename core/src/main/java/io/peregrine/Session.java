package io.peregrine;

import io.peregrine.codec.envelope.CustomPayload;
import io.peregrine.conductor.KeyspaceSwitch;
import io.peregrine.conductor.OwnerThread;
import io.peregrine.io.RequestProxy;
import io.peregrine.io.SelectorAgent;
import io.peregrine.type.CqlLiterals;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A way to execute statements: connections to each node. Any thread may use it, and a service needs
 * one of them, not one for each request; but one that is opened with {@link
 * ConnectOptions#callerRuns} belongs to the thread that opens it.
 *
 * <p>{@link #execute} and {@link #executeAsync} copy each page of an answer once and are for all
 * code. {@link #offer} is for the hot path: nothing is allocated, and the answer is read where it
 * lies.
 */
public final class Session extends ExecutingSession implements AutoCloseable {
  /** The request is on its way: its handler will be called. */
  public static final long ACCEPTED = RequestProxy.ACCEPTED;

  /** The request ring is full: try again. */
  public static final long BACK_PRESSURED = RequestProxy.BACK_PRESSURED;

  /** Every connection has as many requests in flight as it may: try again. */
  public static final long BUSY = RequestProxy.BUSY;

  /** No node is connected. */
  public static final long NOT_CONNECTED = RequestProxy.NOT_CONNECTED;

  /** The session or the cluster is closed. */
  public static final long CLOSED = RequestProxy.CLOSED;

  private final Preparer preparer;
  private final @Nullable OwnerThread owner;
  private final Runnable onClose;
  private final CqlLiterals literals;
  private final QueryTraceReader traces;

  /**
   * A session that is open.
   *
   * @param owner the thread that drives it, or null for the cluster's agents
   * @param timer is done so many ns later, on a thread of the driver's
   * @param onClose run when it is closed, perhaps more than once
   */
  Session(
      RequestRouter router,
      Preparer preparer,
      Patience patience,
      @Nullable OwnerThread owner,
      LongFunction<CompletableFuture<Void>> timer,
      Runnable onClose) {
    super(router, patience);
    this.preparer = preparer;
    this.owner = owner;
    this.onClose = onClose;
    this.traces = new QueryTraceReader(this, router, timer);
    router.traces(traces);
    this.literals = new CqlLiterals(router.defaults().codecs().literals());
  }

  /**
   * Reads what the servers have recorded of requests with {@link Statement#setTracing}.
   *
   * @return this session's reader, the same each time
   */
  public QueryTraceReader queryTraces() {
    return traces;
  }

  /**
   * How long a trace is waited for, where who reads it does not say: see {@link
   * TraceOptions#maxWait}.
   *
   * @return the time; empty for without limit
   */
  public Optional<Duration> maxTraceWait() {
    return Optional.ofNullable(traces.maxWait());
  }

  /**
   * Sets how long a trace is waited for, where who reads it does not say. It is for what is read
   * from now on, by {@link #queryTraces}, {@link ResultSet#queryTraces} and {@link
   * ExecutionInfo#queryTrace}.
   *
   * @param maxWait the time, 2 seconds at first; null to wait without limit
   * @throws IllegalArgumentException if it is not positive
   */
  public void setMaxTraceWait(@Nullable Duration maxWait) {
    traces.maxWait(maxWait);
  }

  /**
   * The keyspace of tables that are named without one.
   *
   * @return its name, as the server has it; empty if there is none
   */
  public Optional<String> keyspace() {
    return Optional.ofNullable(router.pool().keyspace());
  }

  /**
   * Makes all connections use another keyspace, and those that are opened from now on, and waits
   * for it. What is in flight meanwhile may go by the one or the other.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @throws InvalidQueryException if there is no such keyspace; the session keeps the one that it
   *     has
   * @throws SetKeyspaceException if some connections could not be made to use it, which are closed
   *     then
   * @throws io.peregrine.codec.DriverException if it fails otherwise; a leaf class says how
   */
  public void setKeyspace(String keyspace) {
    execute(use(keyspace));
  }

  /**
   * Makes all connections use another keyspace, as {@link #setKeyspace} does. Never waits.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @return done when they all do; fails as {@link #setKeyspace} does
   */
  public CompletableFuture<Void> setKeyspaceAsync(String keyspace) {
    return executeAsync(use(keyspace)).thenAccept(used -> {});
  }

  private static SimpleStatement use(String keyspace) {
    return SimpleStatement.of(KeyspaceSwitch.statement(keyspace)).setIdempotent(true);
  }

  /**
   * How {@link #format} and {@link #formatNamed} put values into text.
   *
   * @return this session's literals, to be added to at any time
   */
  public CqlLiterals literals() {
    return literals;
  }

  /**
   * A query with values put into its text as this session's {@link #literals}, in the place of each
   * {@code %s}.
   *
   * @param query the text
   * @param values the values; null for null
   * @return the statement, which has no values beside its text
   * @throws io.peregrine.codec.WrongTypeException if there is no literal for a value's class
   */
  public SimpleStatement format(String query, @Nullable Object... values) {
    return SimpleStatement.of(literals.format(query, values));
  }

  /**
   * A query with values put into its text as this session's {@link #literals}, in the place of each
   * {@code %(name)s}.
   *
   * @param query the text
   * @param values the values by name; null for null
   * @return the statement, which has no values beside its text
   * @throws io.peregrine.codec.WrongTypeException if there is no literal for a value's class
   */
  public SimpleStatement formatNamed(String query, Map<String, ? extends @Nullable Object> values) {
    return SimpleStatement.of(literals.formatNamed(query, values));
  }

  /**
   * Prepares a query and waits for it. All nodes prepare it that the session is connected to, see
   * {@link ClusterBuilder#prepareOnAllHosts}.
   *
   * <p>The same query, in the same keyspace, gives the same statement, in all sessions of the
   * cluster, and no server is asked again; see {@link ClusterBuilder#preparedCacheSize}. When what
   * the statement is of has changed in the schema, a server is asked, and if it describes the
   * variables otherwise, that gives another statement.
   *
   * @param query the text
   * @return the statement, to be kept and bound many times
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public PreparedStatement prepare(String query) {
    return prepare(query, Map.of());
  }

  /**
   * Prepares a query together with what goes to an extension of the server, which is told the same
   * when it has to prepare the query again. What it answers is {@link
   * PreparedStatement#responsePayload}.
   *
   * @param query the text
   * @param customPayload values by key; they are copied. With any, a server is asked each time, and
   *     each time gives another statement
   * @return the statement, to be kept and bound many times
   * @throws io.peregrine.codec.DriverException if it fails, or the protocol version is 3, which has
   *     no custom payload; a leaf class says how
   */
  public PreparedStatement prepare(String query, Map<String, ByteBuffer> customPayload) {
    long begin = router.begin("prepare()");
    Preparation preparation = preparation(query, customPayload);
    PreparedStatement known = preparation.known();
    if (known != null) {
      return known;
    }
    long timeout = router.defaults().timeoutNanos();
    long result = offer(preparation, timeout);
    if (result != RequestProxy.ACCEPTED) {
      router.insist(result, begin, timeout, left -> offer(preparation, left));
    }
    return patience.await(preparation.statement());
  }

  /**
   * Prepares a query, as {@link #prepare(String)} does. Never waits.
   *
   * @param query the text
   * @return the statement, when it is there
   */
  public CompletableFuture<PreparedStatement> prepareAsync(String query) {
    return prepareAsync(query, Map.of());
  }

  /**
   * Prepares a query, as {@link #prepare(String, Map)} does. Never waits.
   *
   * @param query the text
   * @param customPayload values by key; they are copied
   * @return the statement, when it is there
   * @throws io.peregrine.codec.DriverException if the protocol version is 3, which has no custom
   *     payload, and there is one
   */
  public CompletableFuture<PreparedStatement> prepareAsync(
      String query, Map<String, ByteBuffer> customPayload) {
    Preparation preparation = preparation(query, customPayload);
    PreparedStatement known = preparation.known();
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    long result = offer(preparation, router.defaults().timeoutNanos());
    if (result != RequestProxy.ACCEPTED) {
      preparation.statement().completeExceptionally(router.refusal(result));
    }
    return preparation.statement();
  }

  private Preparation preparation(String query, Map<String, ByteBuffer> customPayload) {
    return new Preparation(
        router, preparer, query, customPayload.isEmpty() ? null : CustomPayload.of(customPayload));
  }

  /**
   * One of the cluster's profiles, such as to make another of it.
   *
   * @param key the profile's key
   * @return the profile
   * @throws IllegalArgumentException if there is none of this key
   * @see Cluster#addExecutionProfile
   */
  public ExecutionProfile executionProfile(ProfileKey key) {
    return router.profiles().profile(key);
  }

  /**
   * How many rows come in one answer, where neither the call nor the statement nor the profile
   * tells.
   *
   * @return the number; 0 for all at once
   */
  public int defaultPageSize() {
    return router.profiles().pageSize();
  }

  /**
   * Sets how many rows come in one answer, where neither the call nor the statement nor the profile
   * tells. Requests that are made from now on have it.
   *
   * @param rows at least 1, or 0 for all at once; at first {@link ClusterBuilder#pageSize}
   * @throws IllegalArgumentException if it is negative
   */
  public void setDefaultPageSize(int rows) {
    Statement.checkPageSize(rows);
    router.profiles().pageSize(rows);
  }

  /**
   * The nodes that requests can go to now.
   *
   * @return those with a connection
   */
  public List<Node> connectedNodes() {
    return router.pool().routes().nodes();
  }

  /**
   * What the connections to each node carry now, of the nodes that the session means to be
   * connected to.
   *
   * @return an immutable snapshot; empty once the session is closed
   */
  public Map<Node, PoolState> poolState() {
    Map<Node, PoolState> states = new LinkedHashMap<>();
    router
        .pool()
        .ways()
        .forEach(
            (node, routes) -> {
              int inFlight = 0;
              int orphaned = 0;
              for (Route route : routes) {
                inFlight += route.connection().inFlight();
                orphaned += route.connection().orphans();
              }
              states.put(node, new PoolState(routes.size(), inFlight, orphaned));
            });
    return Collections.unmodifiableMap(states);
  }

  /**
   * Whether {@link #close} has been called.
   *
   * @return true if nothing can be executed any more
   */
  public boolean isClosed() {
    return router.isClosed();
  }

  /**
   * Runs one duty cycle of a caller-runs session: sends what was offered, and calls the handlers of
   * the answers that are there. Never waits. Keeps the connections alive while there is nothing to
   * ask.
   *
   * @return how much was done; 0 if there was nothing to do
   * @throws IllegalStateException if the session was not opened with {@link
   *     ConnectOptions#callerRuns}, or by another thread, or if a handler calls it
   */
  public int invoke() {
    OwnerThread owner = this.owner;
    if (owner == null) {
      throw new IllegalStateException(
          "the session is driven by the cluster's agents; open it with ConnectOptions.callerRuns()"
              + " to drive it yourself");
    }
    if (!router.isOwner()) {
      return 0;
    }
    router.pool().resume();
    return owner.invoke();
  }

  /**
   * Closes the connections. What is in flight fails at once. May be called more than once.
   *
   * @throws IllegalStateException if the session belongs to another thread; closing the cluster
   *     closes it too
   */
  @Override
  public void close() {
    if (!router.isOwner()) {
      return;
    }
    patience.checkMayWait("close()");
    router.close();
    try {
      patience.awaitOthers(router.pool().close());
    } finally {
      if (owner != null) {
        owner.close();
      }
      onClose.run();
    }
  }

  /**
   * Closes the connections, as {@link #close} does, and does not wait until they are closed. May be
   * called on a thread of the driver's. A caller-runs session is closed when this returns, because
   * its thread alone can do that; so its handlers cannot call this.
   *
   * @return done when they are closed, on the conductor's thread
   * @throws IllegalStateException if the session belongs to another thread
   * @throws BlockingCallException if a handler of a caller-runs session calls it
   */
  public CompletableFuture<Void> closeAsync() {
    if (owner != null) {
      patience.checkNoHandler("closeAsync()");
      close();
      return CompletableFuture.completedFuture(null);
    }
    router.close();
    return router.pool().close();
  }

  /** The agent of a caller-runs session; null if the cluster's agents drive. */
  @Nullable SelectorAgent agent() {
    return owner == null ? null : owner.agent();
  }

  /** Sends a question of the driver's own, of which no listener is told. */
  ResponseFuture sendUntold(Statement<?> statement) {
    return sender.sendUntold(statement);
  }

  /** Sends a statement as soon as the driver has room for it. */
  ResponseFuture sendWhenThereIsRoom(Statement<?> statement, RequestOptions options) {
    return sender.sendWhenThereIsRoom(statement, options, patience::idle);
  }

  Patience patience() {
    return patience;
  }

  private long offer(Preparation preparation, long timeoutNanos) {
    return router.offer(
        Itinerary.anywhere(router.defaults()),
        preparation,
        preparation,
        null,
        null,
        0,
        timeoutNanos);
  }
}
