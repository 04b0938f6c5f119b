package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.Prepared;
import io.peregrine.codec.row.PreparedDecoder;
import io.peregrine.io.Connection;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.RequestProxy;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A node answered UNPREPARED: it is told the statement again, then gets the same bytes again, on
 * the same connection (v5 specification, section 8, error 0x2500). Confined to the agent's thread.
 *
 * <p>Each statement of a request is prepared again once at most; the request's deadline stays.
 */
final class Repreparation implements RequestEncoder, ResponseHandler {
  private final Road road;
  private final Connection connection;
  private final byte[] request;
  private final long deadlineNanos;
  private final long correlationId;
  private final @Nullable Object attachment;
  private final Pinned pinned;
  private final List<PreparedStatement> prepared = new ArrayList<>(1);
  private final QueryParameters parameters = new QueryParameters();
  private byte[] query = {};
  private boolean preparing;

  Repreparation(
      Road road,
      Response response,
      long correlationId,
      @Nullable Object attachment,
      Pinned pinned) {
    this.road = road;
    this.connection = response.connection();
    this.request = new byte[response.requestLength()];
    response.requestBuffer().getBytes(response.requestOffset(), request);
    this.deadlineNanos = response.deadlineNanos();
    this.correlationId = correlationId;
    this.attachment = attachment;
    this.pinned = pinned;
  }

  boolean hasPrepared(PreparedStatement statement) {
    return prepared.contains(statement);
  }

  void begin(PreparedStatement statement) {
    prepared.add(statement);
    query = statement.query().getBytes(StandardCharsets.UTF_8);
    preparing = true;
    send();
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return preparing ? PrepareEncoder.encodedLength(version, query, parameters) : request.length;
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    if (preparing) {
      return PrepareEncoder.encode(version, query, parameters, buffer, offset);
    }
    buffer.putBytes(offset, request);
    return request.length;
  }

  @Override
  public boolean isRepeatable() {
    return !preparing;
  }

  @Override
  public void onResponse(
      Response response, long ignored, @Nullable Object nothing, @Nullable Object none) {
    if (!preparing) {
      road.onResponse(response, correlationId, attachment, pinned, this);
      return;
    }
    try {
      BodyReader body = response.body();
      new ResponsePrefix().wrap(response.flags(), body);
      if (response.opcode() == Opcode.RESULT
          && body.readInt("result kind") == ResultKind.PREPARED) {
        onPrepared(PreparedDecoder.decode(response.version(), body));
      } else if (response.opcode() == Opcode.ERROR) {
        road.onServerError(
            new ErrorDecoder().wrap(response.version(), body), correlationId, attachment);
      } else {
        fail(
            new UnexpectedAnswerException(
                connection.remoteAddress()
                    + " answered PREPARE with "
                    + Opcode.name(response.opcode()),
                null));
      }
    } catch (MalformedMessageException e) {
      fail(e);
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure, long ignored, @Nullable Object nothing, @Nullable Object none) {
    road.onFailure(failure, correlationId, attachment, pinned);
  }

  private void onPrepared(Prepared again) {
    PreparedStatement statement = prepared.get(prepared.size() - 1);
    if (!Arrays.equals(again.id(), statement.id())) {
      fail(
          new UnexpectedAnswerException(
              connection.remoteAddress()
                  + " gave \""
                  + statement.query()
                  + "\" another id than it had; prepare it anew",
              null));
      return;
    }
    preparing = false;
    send();
  }

  private void send() {
    long result = connection.offer(this, this, null, null, 0, timeLeft());
    if (result != RequestProxy.ACCEPTED) {
      fail(road.router().refusal(result));
    }
  }

  private long timeLeft() {
    return deadlineNanos == RequestProxy.NO_DEADLINE
        ? RequestProxy.NO_TIMEOUT
        : Math.max(1, deadlineNanos - road.router().nanoTime());
  }

  private void fail(DriverException error) {
    road.onFault(error, correlationId, attachment);
  }
}
