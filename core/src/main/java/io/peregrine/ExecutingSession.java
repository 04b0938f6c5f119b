package io.peregrine;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Session} that executes statements, in all the ways that there are. Any
 * thread may use it, unless the session belongs to one.
 */
abstract sealed class ExecutingSession permits Session {
  final RequestRouter router;
  final Patience patience;
  final StatementSender sender;
  private final StreamOpener streams;

  ExecutingSession(RequestRouter router, Patience patience) {
    this.router = router;
    this.patience = patience;
    this.streams = new StreamOpener(router);
    this.sender = new StatementSender(router, streams);
  }

  /**
   * Executes a query and waits for its result.
   *
   * @param query the text
   * @param values the values of its question marks, in order; their types are guessed, see {@link
   *     SimpleStatement}
   * @return the result
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ResultSet execute(String query, @Nullable Object... values) {
    return execute(SimpleStatement.of(query, values));
  }

  /**
   * Executes a statement and waits for its result. While the driver can take no more requests, it
   * waits for that as well, up to the statement's timeout.
   *
   * @param statement the statement; it may be changed or executed again afterwards
   * @return the result
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ResultSet execute(Statement<?> statement) {
    return execute(statement, RequestOptions.none());
  }

  /**
   * Executes a query and waits for its result.
   *
   * @param query the text
   * @param options what applies to this call
   * @param values the values of its question marks, in order; their types are guessed, see {@link
   *     SimpleStatement}
   * @return the result
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ResultSet execute(String query, RequestOptions options, @Nullable Object... values) {
    return execute(SimpleStatement.of(query, values), options);
  }

  /**
   * Executes a statement and waits for its result, as {@link #execute(Statement)} does.
   *
   * @param statement the statement; it may be changed or executed again afterwards
   * @param options what applies to this call, in the place of what is set on the statement
   * @return the result
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ResultSet execute(Statement<?> statement, RequestOptions options) {
    return patience.await(sender.sendPatiently(statement, options, null));
  }

  /**
   * Executes a statement and waits for its rows, each of them an object, as {@link
   * ResultSet#map(Class)} makes them.
   *
   * @param statement the statement; it may be changed or executed again afterwards
   * @param as the class, for which the statement's profile may have a mapper: {@link
   *     ExecutionProfile.Builder#rowMapper}; else a record
   * @param <R> that class
   * @return the rows
   * @throws io.peregrine.codec.DriverException if it fails, or its columns do not fit the class; a
   *     leaf class says how
   */
  public <R> MappedRows<R> execute(Statement<?> statement, Class<R> as) {
    return execute(statement).map(as);
  }

  /**
   * Executes a statement and waits for its rows, as {@link #execute(Statement, Class)} does.
   *
   * @param statement the statement; it may be changed or executed again afterwards
   * @param options what applies to this call, in the place of what is set on the statement
   * @param as the class, for which the call's profile may have a mapper; else a record
   * @param <R> that class
   * @return the rows
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if it fails, or its columns do not fit the class; a
   *     leaf class says how
   */
  public <R> MappedRows<R> execute(Statement<?> statement, RequestOptions options, Class<R> as) {
    return execute(statement, options).map(as);
  }

  /**
   * Binds values to a prepared statement, executes it and waits for its result.
   *
   * @param statement the prepared statement
   * @param values its values, as {@link PreparedStatement#bind(Object...)} takes them
   * @return the result
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ResultSet execute(PreparedStatement statement, @Nullable Object... values) {
    return execute(statement.bind(values));
  }

  /**
   * Executes a query.
   *
   * @param query the text
   * @param values the values of its question marks, in order; their types are guessed, see {@link
   *     SimpleStatement}
   * @return the result, when it is there
   */
  public ResponseFuture executeAsync(String query, @Nullable Object... values) {
    return executeAsync(SimpleStatement.of(query, values));
  }

  /**
   * Executes a statement. Never waits: if the driver can take no more requests, the future fails
   * with {@link BackPressureException}.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @return the result, when it is there
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public ResponseFuture executeAsync(Statement<?> statement) {
    return executeAsync(statement, RequestOptions.none());
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
   * Executes a query.
   *
   * @param query the text
   * @param options what applies to this call
   * @param values the values of its question marks, in order; their types are guessed, see {@link
   *     SimpleStatement}
   * @return the result, when it is there
   */
  public ResponseFuture executeAsync(
      String query, RequestOptions options, @Nullable Object... values) {
    return executeAsync(SimpleStatement.of(query, values), options);
  }

  /**
   * Executes a statement, as {@link #executeAsync(Statement)} does.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @param options what applies to this call, in the place of what is set on the statement
   * @return the result, when it is there
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public ResponseFuture executeAsync(Statement<?> statement, RequestOptions options) {
    return sender.send(statement, options, null);
  }

  /**
   * Binds values to a prepared statement and executes it. Never waits, as {@link
   * #executeAsync(Statement)} does not.
   *
   * @param statement the prepared statement
   * @param values its values, as {@link PreparedStatement#bind(Object...)} takes them
   * @return the result, when it is there
   * @throws io.peregrine.codec.DriverException if the values do not fit the statement
   */
  public ResponseFuture executeAsync(PreparedStatement statement, @Nullable Object... values) {
    return executeAsync(statement.bind(values));
  }

  /**
   * Offers a statement, to be answered to a handler. Never waits and never allocates.
   *
   * @param statement the statement; it may be changed or offered again at once
   * @param handler is called exactly once if the result is {@link Session#ACCEPTED}, else never
   * @param correlationId is given back to the handler
   * @return {@link Session#ACCEPTED}, or a negative constant of {@link Session} that says why not
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
   * @param statement the statement; it may be changed or offered again at once
   * @param options what applies to this call, in the place of what is set on the statement
   * @param handler is called exactly once if the result is {@link Session#ACCEPTED}, else never
   * @param correlationId is given back to the handler
   * @return {@link Session#ACCEPTED}, or a negative constant of {@link Session} that says why not
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
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
   * Executes a query and publishes its rows, to one subscriber, page by page as it asks for them.
   *
   * <p>The first page is asked for at once, each other one when the rows before it have been taken
   * and more are requested. Rows are handed over on the thread that requests them, or on the thread
   * of the driver that brings their page: the subscriber must not block.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @return the rows; a failure goes to the subscriber
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public Flow.Publisher<Row> publish(Statement<?> statement) {
    return new RowPublisher(executeAsync(statement));
  }

  /**
   * Executes a query and publishes its rows, as {@link #publish(Statement)} does.
   *
   * @param statement the statement; it may be changed or executed again at once
   * @param options what applies to this call, in the place of what is set on the statement
   * @return the rows; a failure goes to the subscriber
   * @throws IllegalArgumentException if the cluster does not know the profile
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public Flow.Publisher<Row> publish(Statement<?> statement, RequestOptions options) {
    return new RowPublisher(executeAsync(statement, options));
  }

  /**
   * Executes a query in continuous paging, which DSE has: the server sends page after page, and
   * does not wait to be asked. Waits for the first page.
   *
   * <p>The statement's timeout is how long each page may take while the server may send one. A
   * result that is not read to its end has to be closed.
   *
   * @param statement a simple or a bound statement with a page size; it may be changed or executed
   *     again afterwards
   * @param options how the pages come
   * @return the result
   * @throws io.peregrine.codec.UnsupportedFeatureException if the server speaks neither DSE_V1 nor
   *     DSE_V2; nothing was sent
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ContinuousResultSet executeContinuously(
      Statement<?> statement, ContinuousPagingOptions options) {
    long begin = router.begin("executeContinuously()");
    PageStream stream = streams.insist(statement, options, begin);
    return ContinuousResultSet.of(stream, router, patience);
  }

  /**
   * Executes a query as {@link #executeContinuously} does, and publishes its rows to one
   * subscriber. Never waits; rows are handed over as {@link #publish} does it.
   *
   * <p>The request goes out at once, and pages wait for the subscriber in their queue. If nobody
   * has subscribed when the queue has been full for the statement's timeout, or for ten seconds if
   * it has none, the request is cancelled, so that the server does not keep it.
   *
   * @param statement a simple or a bound statement with a page size; it may be changed or executed
   *     again at once
   * @param options how the pages come
   * @return the rows; a failure goes to the subscriber, who has to request all rows or cancel
   * @throws io.peregrine.codec.UnsupportedFeatureException if the server speaks neither DSE_V1 nor
   *     DSE_V2; nothing was sent
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public Flow.Publisher<Row> publishContinuously(
      Statement<?> statement, ContinuousPagingOptions options) {
    return new ContinuousPublisher(streams.open(statement, options));
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
    return new DecodingSession<>(sender, patience, Objects.requireNonNull(decoder, "decoder"));
  }
}
