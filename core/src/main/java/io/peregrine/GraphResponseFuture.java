package io.peregrine;

import io.peregrine.graph.GraphProtocol;
import io.peregrine.graph.GraphResultSet;
import io.peregrine.graph.SimpleGraphStatement;

/**
 * The results of a graph query that is under way. Any thread may use it; the results belong to one
 * thread at a time.
 *
 * <p>It completes on a thread of the driver, and runs there what was attached to it without an
 * executor: such code must not block, and so must not go on to a page that has to be asked for. It
 * fails with a {@link io.peregrine.codec.DriverException}. A thread of the driver that waited for
 * it would wait for itself, so there it refuses to be waited for with {@link
 * BlockingCallException}.
 */
public final class GraphResponseFuture extends PendingAnswer<GraphResultSet, GraphResponseFuture> {
  private final SimpleGraphStatement statement;
  private final ResponseFuture request;

  /**
   * @param request brings the rows that the results are in
   * @param protocol what those are written in
   */
  GraphResponseFuture(
      RequestRouter router,
      SimpleGraphStatement statement,
      ResponseFuture request,
      GraphProtocol protocol) {
    super(router);
    this.statement = statement;
    this.request = request;
    request.whenComplete(
        (rows, error) -> {
          if (error == null) {
            read(rows, protocol);
          } else {
            completeExceptionally(error);
          }
        });
  }

  /** Whatever goes wrong, nobody waits for ever. */
  private void read(ResultSet rows, GraphProtocol protocol) {
    GraphResultSet results;
    try {
      results = GraphResultSet.of(rows, protocol);
    } catch (Throwable e) {
      completeExceptionally(Road.fault(e));
      return;
    }
    complete(results);
  }

  /**
   * What is executed.
   *
   * @return the query that was given
   */
  public SimpleGraphStatement statement() {
    return statement;
  }

  @Override
  public ExecutionInfo executionInfo() {
    checkDone("executionInfo()");
    return request.executionInfo();
  }

  @Override
  GraphResponseFuture self() {
    return this;
  }
}
