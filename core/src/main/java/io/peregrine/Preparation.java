package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.MalformedMessageException;
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
import java.util.concurrent.CompletableFuture;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** One PREPARE. Asked on the application's thread, answered on the agent's. */
final class Preparation implements RequestEncoder, ResponseHandler {
  private final String query;
  private final byte[] queryUtf8;
  private final QueryParameters parameters = new QueryParameters();
  private final CompletableFuture<PreparedStatement> statement = new CompletableFuture<>();

  Preparation(String query) {
    this.query = query;
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
        statement.complete(
            new PreparedStatement(query, PreparedDecoder.decode(response.version(), body)));
      } else {
        statement.completeExceptionally(
            new UnexpectedAnswerException(
                response.connection().remoteAddress()
                    + " answered PREPARE with "
                    + Opcode.name(response.opcode()),
                null));
      }
    } catch (MalformedMessageException e) {
      statement.completeExceptionally(e);
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    statement.completeExceptionally(FailureAdapter.toException(failure));
  }
}
