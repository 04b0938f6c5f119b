package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** One PREPARE. Asked on the application's thread, answered on the agent's. */
final class Preparation implements RequestEncoder, ResponseHandler {
  private final RequestRouter router;
  private final Preparer preparer;
  private final String query;
  private final @Nullable String keyspace;
  private final byte[] queryUtf8;
  private final QueryParameters parameters = new QueryParameters();
  private final CompletableFuture<PreparedStatement> statement = new CompletableFuture<>();

  Preparation(RequestRouter router, Preparer preparer, String query) {
    this.router = router;
    this.preparer = preparer;
    this.keyspace = router.pool().keyspace();
    this.query = Objects.requireNonNull(query, "query");
    this.queryUtf8 = query.getBytes(StandardCharsets.UTF_8);
  }

  CompletableFuture<PreparedStatement> statement() {
    return statement;
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return PrepareEncoder.encodedLength(version, queryUtf8, parameters);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return PrepareEncoder.encode(version, queryUtf8, parameters, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    try {
      BodyReader body = response.body();
      new ResponsePrefix().wrap(response.flags(), body);
      if (response.opcode() == Opcode.ERROR) {
        statement.completeExceptionally(
            ErrorAdapter.toException(new ErrorDecoder().wrap(response.version(), body)));
      } else if (response.opcode() == Opcode.RESULT
          && body.readInt("result kind") == ResultKind.PREPARED) {
        onPrepared(
            response,
            preparer.statement(query, keyspace, PreparedDecoder.decode(response.version(), body)));
      } else {
        statement.completeExceptionally(
            new UnexpectedAnswerException(
                response.connection().remoteAddress()
                    + " answered PREPARE with "
                    + Opcode.name(response.opcode()),
                null));
      }
    } catch (RuntimeException e) {
      statement.completeExceptionally(Road.fault(e));
    }
  }

  private void onPrepared(Response response, PreparedStatement prepared) {
    if (!preparer.isOnAllHosts()) {
      statement.complete(prepared);
      return;
    }
    new PreparationElsewhere(this, query, () -> statement.complete(prepared))
        .begin(
            router.pool().routes(),
            response.connection().remoteAddress(),
            router.timeLeft(response.deadlineNanos()));
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    statement.completeExceptionally(FailureAdapter.toException(failure, router.isClosed()));
  }
}
