package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.envelope.SchemaChangeDecoder;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import org.jspecify.annotations.Nullable;

/**
 * The way back to handlers that read the answer where it lies. Confined to the agent's thread.
 *
 * <p>The attachment is the user's handler.
 */
final class FlyweightRoad extends Road {
  private final RowCursor cursor = new RowCursor();
  private final ErrorView errorView = new ErrorView();

  FlyweightRoad(RequestRouter router) {
    super(router);
  }

  @Override
  void onResult(
      Response response,
      BodyReader body,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Pinned pinned) {
    RowCursor cursor = this.cursor;
    int kind = body.readInt("result kind");
    switch (kind) {
      case ResultKind.ROWS -> {
        cursor.wrap(
            response.version(),
            body.buffer(),
            body.position(),
            body.remaining(),
            pinned == null ? null : pinned.known());
        if (cursor.newResultMetadataId() != null) {
          router().onMetadataChanged(cursor, pinned);
        }
      }
      case ResultKind.SET_KEYSPACE -> {
        router().useKeyspace(body.readString("keyspace"), Offer.NO_TIMEOUT);
        cursor.wrapEmpty();
      }
      case ResultKind.VOID -> cursor.wrapEmpty();
      case ResultKind.SCHEMA_CHANGE -> {
        // The handler is not kept waiting for the nodes to agree.
        router()
            .onSchemaChange(
                response.connection(), SchemaChangeDecoder.decode(body), Offer.NO_TIMEOUT);
        cursor.wrapEmpty();
      }
      default -> throw unknownKind(kind);
    }
    delivered();
    ((RequestHandler) attachment).onRows(correlationId, cursor);
  }

  @Override
  void onServerError(
      ErrorDecoder error,
      @Nullable Response response,
      SentRequest request,
      long correlationId,
      @Nullable Object attachment) {
    deliver(errorView.wrap(error), correlationId, attachment);
  }

  @Override
  void onNotSent(
      DriverException error, SentRequest request, long correlationId, @Nullable Object attachment) {
    onFault(error, correlationId, attachment);
  }

  @Override
  void onFault(DriverException fault, long correlationId, @Nullable Object attachment) {
    deliver(errorView.wrap(fault), correlationId, attachment);
  }

  @Override
  void onUnanswered(
      RequestFailure failure,
      SentRequest request,
      long correlationId,
      @Nullable Object attachment) {
    deliver(errorView.wrap(failure, router().isClosed()), correlationId, attachment);
  }

  private void deliver(ErrorView error, long correlationId, @Nullable Object attachment) {
    delivered();
    ((RequestHandler) attachment).onError(correlationId, error);
  }
}
