package io.peregrine;

import io.peregrine.io.Connection;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * A node answered UNPREPARED in the place of the first page: it is told the statement again, then
 * gets the same bytes again. Confined to the thread of the connection's agent.
 */
final class StreamRepair implements ResponseHandler {
  private final PageStream stream;
  private final RequestRouter router;
  private final PrepareAgain prepare;
  private final byte[] request;

  /**
   * @param request what was asked, to be asked again
   * @throws InvalidStatementException if the node cannot be told the statement
   */
  StreamRepair(
      PageStream stream,
      RequestRouter router,
      PreparedStatement statement,
      Connection connection,
      byte[] request) {
    this.stream = stream;
    this.router = router;
    this.prepare = new PrepareAgain(statement, connection, router.pool().keyspace());
    this.request = request;
  }

  void begin(Connection connection, long timeoutNanos) {
    connection.sendDirectly(prepare, this, timeoutNanos);
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    PrepareAgain.Outcome outcome = prepare.read(response);
    byte[] error = outcome.error();
    if (outcome.fault() != null) {
      stream.onNotRepaired(outcome.fault());
    } else if (error != null) {
      stream.onNotRepaired(ErrorAdapter.toException(prepare.decode(error)));
    } else {
      prepare.statement().onPreparedAgain(response.connection().remoteAddress(), router.nanoTime());
      stream.onRepaired(response.connection(), request);
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    stream.onNotRepaired(FailureAdapter.toException(failure, router.isClosed()));
  }
}
