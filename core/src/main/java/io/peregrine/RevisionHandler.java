package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to what revises continuous paging. Confined to the agent's thread.
 *
 * <p>Whether the server found something to revise does not matter: if it did not, the last page or
 * an error is on its way already. Nor does it matter if no answer comes: then no page does either,
 * and that has its own timeout.
 */
final class RevisionHandler implements ResponseHandler {
  private final Consumer<DriverException> onError;

  RevisionHandler(Consumer<DriverException> onError) {
    this.onError = onError;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    if (response.opcode() == Opcode.ERROR) {
      BodyReader body = response.body();
      new ResponsePrefix().wrap(response.flags(), body);
      onError.accept(ErrorAdapter.toException(new ErrorDecoder().wrap(response.version(), body)));
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    // The request that it was to revise is told, if it matters.
  }
}
