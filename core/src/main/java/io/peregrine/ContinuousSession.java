package io.peregrine;

import java.util.concurrent.Flow;

/**
 * A session in continuous paging, which DSE has: the server sends page after page, and does not
 * wait to be asked. The threads may use it that may use the session; it goes by its connections,
 * and is closed with it.
 *
 * <p>Statements are simple or bound ones with a page size, and may be changed or executed again as
 * soon as the call has returned. If the server speaks neither DSE_V1 nor DSE_V2, nothing is sent,
 * and the call fails with an {@link io.peregrine.codec.UnsupportedFeatureException}.
 *
 * @see ExecutionProfile.Builder#continuousPaging
 */
public final class ContinuousSession {
  private final StreamOpener streams;
  private final RequestRouter router;

  ContinuousSession(StreamOpener streams, RequestRouter router) {
    this.streams = streams;
    this.router = router;
  }

  /**
   * Executes a query and waits for its first page.
   *
   * <p>The statement's timeout is how long each page may take while the server may send one. A
   * result that is not read to its end has to be closed.
   *
   * @param statement the statement
   * @param options how the pages come
   * @return the result
   * @throws io.peregrine.codec.DriverException if it fails; a leaf class says how
   */
  public ContinuousResultSet execute(Statement<?> statement, ContinuousPagingOptions options) {
    long begin = router.begin("continuous().execute()");
    PageStream stream = streams.insist(statement, options, begin);
    return ContinuousResultSet.of(stream, router, router.patience());
  }

  /**
   * Executes a query as {@link #execute} does, and publishes its rows to one subscriber. Never
   * waits; rows are handed over as {@link ReactiveSession#execute(Statement)} does it.
   *
   * <p>The request goes out at once, and pages wait for the subscriber in their queue. If nobody
   * has subscribed when the queue has been full for the statement's timeout, or for ten seconds if
   * it has none, the request is cancelled, so that the server does not keep it.
   *
   * @param statement the statement
   * @param options how the pages come
   * @return the rows; a failure goes to the subscriber, who has to request all rows or cancel
   * @throws io.peregrine.codec.DriverException if the statement cannot be sent as it is
   */
  public Flow.Publisher<Row> publish(Statement<?> statement, ContinuousPagingOptions options) {
    return new ContinuousPublisher(streams.open(statement, options));
  }
}
