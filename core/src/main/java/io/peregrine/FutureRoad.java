package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.envelope.SchemaChangeDecoder;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way back to futures, which get a copy of the answer. Confined to the agent's thread.
 *
 * <p>The attachment is the future.
 */
final class FutureRoad extends Road {
  private final RowCursor rows = new RowCursor();

  FutureRoad(RequestRouter router) {
    super(router);
  }

  @Override
  void onResult(
      Response response,
      BodyReader body,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Pinned pinned) {
    ResponseFuture future = (ResponseFuture) attachment;
    int kind = body.readInt("result kind");
    switch (kind) {
      case ResultKind.ROWS -> {
        RowCursor rows = this.rows;
        rows.wrap(
            response.version(),
            body.buffer(),
            body.position(),
            body.remaining(),
            pinned == null ? null : pinned.known());
        if (rows.newResultMetadataId() != null) {
          router().onMetadataChanged(rows, pinned);
        }
        ResultPage page =
            ResultPage.copy(
                rows, router().defaults().codecs(), response, pinned, future.timeoutNanos());
        delivered();
        future.complete(new ResultSet(page, router()));
      }
      case ResultKind.SET_KEYSPACE -> {
        CompletableFuture<?> everywhere = router().useKeyspace(body.readString("keyspace"));
        delivered();
        everywhere.whenComplete(
            (used, error) -> {
              if (error == null) {
                future.complete(new ResultSet(ResultPage.empty(), router()));
              } else {
                future.completeExceptionally(error);
              }
              router().wakeUp();
            });
      }
      case ResultKind.VOID -> {
        delivered();
        future.complete(new ResultSet(ResultPage.empty(), router()));
      }
      case ResultKind.SCHEMA_CHANGE -> {
        CompletableFuture<Boolean> agreed =
            router().onSchemaChange(response.connection(), SchemaChangeDecoder.decode(body));
        delivered();
        agreed.whenComplete(
            (agree, error) -> {
              future.complete(new ResultSet(ResultPage.empty(), router(), error == null && agree));
              router().wakeUp();
            });
      }
      default -> throw unknownKind(kind);
    }
  }

  @Override
  void onServerError(ErrorDecoder error, long correlationId, @Nullable Object attachment) {
    fail(attachment, ErrorAdapter.toException(error));
  }

  @Override
  void onFault(DriverException fault, long correlationId, @Nullable Object attachment) {
    fail(attachment, fault);
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    fail(attachment, FailureAdapter.toException(failure, router().isClosed()));
  }

  private void fail(@Nullable Object attachment, DriverException error) {
    delivered();
    ((ResponseFuture) attachment).completeExceptionally(error);
  }
}
