package io.peregrine.conductor;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.io.Connection;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.RequestProxy;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A PREPARE of the driver's own, of which only matters that the server has taken it. Asked on the
 * conductor's thread; its answer is read on the agent's thread, and the future completes on the
 * conductor's.
 */
final class ConductorPrepare implements RequestEncoder, ResponseHandler {
  private final ClusterConductor conductor;
  private final byte[] query;
  private final QueryParameters parameters = new QueryParameters();
  private final CompletableFuture<Void> prepared = new CompletableFuture<>();

  private ConductorPrepare(ClusterConductor conductor, String query) {
    this.conductor = conductor;
    this.query = query.getBytes(StandardCharsets.UTF_8);
  }

  /** Prepares a query on a connection that nobody else uses; fails if the server refuses it. */
  static CompletableFuture<Void> ask(
      ClusterConductor conductor, Connection connection, String query, long timeoutNanos) {
    ConductorPrepare prepare = new ConductorPrepare(conductor, query);
    long result = connection.offer(prepare, prepare, null, null, 0, timeoutNanos);
    if (result != RequestProxy.ACCEPTED) {
      prepare.fail(new DriverException(connection + " does not take a PREPARE"));
    }
    return prepare.prepared;
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return PrepareEncoder.encodedLength(version, query, parameters);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return PrepareEncoder.encode(version, query, parameters, buffer, offset);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    try {
      if (response.opcode() == Opcode.RESULT) {
        conductor.run(() -> prepared.complete(null));
      } else if (response.opcode() == Opcode.ERROR) {
        var body = response.body();
        new ResponsePrefix().wrap(response.flags(), body);
        fail(new DriverException(new ErrorDecoder().wrap(response.version(), body).message()));
      } else {
        fail(new DriverException("PREPARE was answered with " + Opcode.name(response.opcode())));
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    fail(new DriverException(failure.describe(), failure.cause()));
  }

  private void fail(RuntimeException error) {
    conductor.run(() -> prepared.completeExceptionally(error));
  }
}
