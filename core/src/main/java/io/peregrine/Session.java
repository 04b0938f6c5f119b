package io.peregrine;

import io.peregrine.conductor.KeyspaceSwitch;
import io.peregrine.conductor.OwnerThread;
import io.peregrine.io.Offer;
import io.peregrine.io.SelectorAgent;
import io.peregrine.type.CqlLiterals;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A way to execute statements: connections to each node. Any thread may use it, and a service needs
 * one of them, not one for each request; but one that is opened with {@link
 * ConnectOptions#callerRuns} belongs to the thread that opens it.
 *
 * <p>{@link #execute} and {@link #executeAsync} copy each page of an answer once and are for all
 * code. {@link #offer} is for the hot path: nothing is allocated, and the answer is read where it
 * lies. Whichever it is, the statement may be changed or executed again as soon as the call has
 * returned; what the options of a call say comes before what is set on the statement; and the types
 * of a text's values are guessed, see {@link SimpleStatement}.
 *
 * <p>What fails, fails with a {@link io.peregrine.codec.DriverException}, of which a leaf class
 * says how. A call is refused with an {@link IllegalArgumentException} if it names a profile that
 * the cluster does not know.
 */
public final class Session implements AutoCloseable {
  /** The request is on its way: its handler will be called. */
  public static final long ACCEPTED = Offer.ACCEPTED;

  /** The request ring is full: try again. */
  public static final long BACK_PRESSURED = Offer.BACK_PRESSURED;

  /** Every connection has as many requests in flight as it may: try again. */
  public static final long BUSY = Offer.BUSY;

  /** No node is connected. */
  public static final long NOT_CONNECTED = Offer.NOT_CONNECTED;

  /** The session or the cluster is closed. */
  public static final long CLOSED = Offer.CLOSED;

  private static final RequestOptions USE = RequestOptions.builder().idempotent(true).build();

  private final RequestRouter router;
  private final StreamOpener streams;
  private final StatementSender sender;
  private final StatementPreparer preparer;
  private final GraphSession graph;
  private final CqlLiterals literals;
  private final SessionLifecycle lifecycle;

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
      @Nullable OwnerThread owner,
      LongFunction<CompletableFuture<Void>> timer,
      Runnable onClose) {
    this.router = router;
    this.streams = new StreamOpener(router);
    this.sender = new StatementSender(router, streams);
    this.preparer = new StatementPreparer(router, preparer);
    this.graph = new GraphSession(router, sender, preparer::metadata);
    this.literals = new CqlLiterals(router.defaults().codecs().literals());
    this.lifecycle = new SessionLifecycle(router, owner, onClose);
    router.traces(new QueryTraceReader(sender, router, owner, timer));
  }

  /**
   * Executes a query and waits for its result.
   *
   * @param query the text
   * @param values the values of its question marks, in order
   * @return the result
   */
  public ResultSet execute(String query, @Nullable Object... values) {
    return execute(SimpleStatement.of(query, values));
  }

  /**
   * Executes a query and waits for its result.
   *
   * @param query the text
   * @param options what applies to this call
   * @param values the values of its question marks, in order
   * @return the result
   */
  public ResultSet execute(String query, RequestOptions options, @Nullable Object... values) {
    return execute(SimpleStatement.of(query, values), options);
  }

  /**
   * Binds values to a prepared statement, executes it and waits for its result.
   *
   * @param statement the prepared statement
   * @param values its values, as {@link PreparedStatement#bind(Object...)} takes them
   * @return the result
   */
  public ResultSet execute(PreparedStatement statement, @Nullable Object... values) {
    return execute(statement.bind(values));
  }

  /**
   * Executes a statement and waits for its result. While the driver can take no more requests, it
   * waits for that as well, up to the statement's timeout.
   *
   * @param statement the statement
   * @return the result
   */
  public ResultSet execute(Statement<?> statement) {
    return execute(statement, RequestOptions.none());
  }

  /**
   * Executes a statement and waits for its result, as {@link #execute(Statement)} does.
   *
   * @param statement the statement
   * @param options what applies to this call
   * @return the result
   */
  public ResultSet execute(Statement<?> statement, RequestOptions options) {
    return router.patience().await(sender.sendPatiently(statement, options, null));
  }

  /**
   * Executes a query, as {@link #executeAsync(Statement)} does.
   *
   * @param query the text
   * @param values the values of its question marks, in order
   * @return the result, when it is there
   */
  public ResponseFuture executeAsync(String query, @Nullable Object... values) {
    return executeAsync(SimpleStatement.of(query, values));
  }

  /**
   * Executes a query, as {@link #executeAsync(Statement)} does.
   *
   * @param query the text
   * @param options what applies to this call
   * @param values the values of its question marks, in order
   * @return the result, when it is there
   */
  public ResponseFuture executeAsync(
      String query, RequestOptions options, @Nullable Object... values) {
    return executeAsync(SimpleStatement.of(query, values), options);
  }

  /**
   * Binds values to a prepared statement and executes it, as {@link #executeAsync(Statement)} does.
   *
   * @param statement the prepared statement
   * @param values its values, as {@link PreparedStatement#bind(Object...)} takes them
   * @return the result, when it is there
   */
  public ResponseFuture executeAsync(PreparedStatement statement, @Nullable Object... values) {
    return executeAsync(statement.bind(values));
  }

  /**
   * Executes a statement. Never waits: if the driver can take no more requests, the future fails
   * with {@link BackPressureException}.
   *
   * @param statement the statement
   * @return the result, when it is there
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public ResponseFuture executeAsync(Statement<?> statement) {
    return executeAsync(statement, RequestOptions.none());
  }

  /**
   * Executes a statement, as {@link #executeAsync(Statement)} does.
   *
   * @param statement the statement
   * @param options what applies to this call
   * @return the result, when it is there
   */
  public ResponseFuture executeAsync(Statement<?> statement, RequestOptions options) {
    return sender.send(statement, options, null);
  }

  /**
   * Adds what is told of each request that is executed from now on, before it is sent, on the
   * thread that executes it: not of those that are offered, nor of pages behind the first. What it
   * throws is thrown by the call that executes.
   *
   * @param listener gets the future, and may attach to it
   */
  public void addRequestListener(Consumer<? super ResponseFuture> listener) {
    sender.addListener(listener);
  }

  /**
   * Removes a listener.
   *
   * @param listener one that was added
   * @return whether it was there
   */
  public boolean removeRequestListener(Consumer<? super ResponseFuture> listener) {
    return sender.removeListener(listener);
  }

  /**
   * Offers a statement, to be answered to a handler. Never waits and never allocates.
   *
   * @param statement the statement
   * @param handler is called exactly once if the result is {@link #ACCEPTED}, else never
   * @param correlationId is given back to the handler
   * @return {@link #ACCEPTED}, or a negative constant that says why not
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public long offer(Statement<?> statement, RequestHandler handler, long correlationId) {
    return router.offer(statement, Objects.requireNonNull(handler, "handler"), correlationId);
  }

  /**
   * Offers a statement, as {@link #offer(Statement, RequestHandler, long)} does. It allocates where
   * the statement is offered with these options for the first time, and not again until it is
   * offered with others; keep the options, and do not make them for each call. They may say what
   * they like of sending it again: nothing is that was offered.
   *
   * @param statement the statement
   * @param options what applies to this call
   * @param handler is called exactly once if the result is {@link #ACCEPTED}, else never
   * @param correlationId is given back to the handler
   * @return {@link #ACCEPTED}, or a negative constant that says why not
   */
  public long offer(
      Statement<?> statement, RequestOptions options, RequestHandler handler, long correlationId) {
    RequestSettings own = statement.begin(options);
    try {
      return offer(statement, handler, correlationId);
    } finally {
      statement.end(own);
    }
  }

  /**
   * This session, with another way to have rows: they are published, as a subscriber asks for them.
   *
   * @return a session for such requests, which need not be closed
   */
  public ReactiveSession reactive() {
    return new ReactiveSession(sender);
  }

  /**
   * This session in continuous paging, which DSE has: the server sends page after page, and does
   * not wait to be asked.
   *
   * @return a session for such requests, which need not be closed
   */
  public ContinuousSession continuous() {
    return new ContinuousSession(streams, router);
  }

  /**
   * This session, for the graph queries that DSE has.
   *
   * @return a session for such requests, which need not be closed; the same each time
   */
  public GraphSession graph() {
    return graph;
  }

  /**
   * This session, with another way to read answers than as rows: it has the same connections, and
   * each page is read by a decoder where it lies, before it would be copied.
   *
   * @param decoder makes something of each page
   * @param <P> what it makes
   * @return a session for such requests, which need not be closed
   */
  public <P> DecodingSession<P> decoding(PageDecoder<P> decoder) {
    return new DecodingSession<>(
        sender, router.patience(), Objects.requireNonNull(decoder, "decoder"));
  }

  /**
   * Reads what the servers have recorded of requests with {@link Statement#setTracing}.
   *
   * @return this session's reader, the same each time
   */
  public QueryTraceReader queryTraces() {
    return router.traces();
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
   * @throws InvalidQueryException if there is none; the session keeps the one that it has
   * @throws SetKeyspaceException if some connections cannot be made to use it, and were closed
   */
  public void setKeyspace(String keyspace) {
    execute(KeyspaceSwitch.statement(keyspace), USE);
  }

  /**
   * Makes all connections use another keyspace, as {@link #setKeyspace} does. Never waits.
   *
   * @param keyspace its name, as the server has it: without quotes, and case-sensitive
   * @return done when they all do; fails as {@link #setKeyspace} does
   */
  public CompletableFuture<Void> setKeyspaceAsync(String keyspace) {
    return executeAsync(KeyspaceSwitch.statement(keyspace), USE).thenAccept(used -> {});
  }

  /**
   * How values are put into the texts of this session's queries: {@code
   * session.execute(session.literals().format("... %s", value))}.
   *
   * @return this session's literals, to be added to at any time
   */
  public CqlLiterals literals() {
    return literals;
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
   *     each time gives another statement; protocol version 3 refuses it
   * @return the statement, to be kept and bound many times
   */
  public PreparedStatement prepare(String query, Map<String, ByteBuffer> customPayload) {
    return preparer.prepare(query, customPayload);
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
   * @throws io.peregrine.codec.DriverException if the protocol version is 3, and there is a payload
   */
  public CompletableFuture<PreparedStatement> prepareAsync(
      String query, Map<String, ByteBuffer> customPayload) {
    return preparer.prepareAsync(query, customPayload);
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
    RequestSettings.checkPageSize(rows);
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
    return PoolState.of(router.pool().ways());
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
    return lifecycle.invoke();
  }

  /**
   * Closes the connections. What is in flight fails at once. May be called more than once.
   *
   * @throws IllegalStateException if the session belongs to another thread; closing the cluster
   *     closes it too
   */
  @Override
  public void close() {
    lifecycle.close();
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
    return lifecycle.closeAsync();
  }

  /** The agent of a caller-runs session; null if the cluster's agents drive. */
  @Nullable SelectorAgent agent() {
    OwnerThread owner = lifecycle.owner();
    return owner == null ? null : owner.agent();
  }

  StatementSender sender() {
    return sender;
  }

  Patience patience() {
    return router.patience();
  }
}
