package io.peregrine.conductor;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Connection;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.RequestProxy;
import io.peregrine.io.Response;
import io.peregrine.io.ResponseHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A query of the driver's own: text in, rows as maps out. Asked on the conductor's thread; its
 * answer is read on the agent's thread, and the future completes on the conductor's.
 */
final class ConductorQuery implements RequestEncoder, ResponseHandler {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A row takes many times the bytes that it came as; no schema and no cluster has so many. */
  private static final int MOST_ROWS = 1_000_000;

  private final ClusterConductor conductor;
  private final byte[] text;
  private final QueryParameters parameters = new QueryParameters();
  private final CompletableFuture<List<Map<String, @Nullable Object>>> rows =
      new CompletableFuture<>();

  private ConductorQuery(ClusterConductor conductor, String text) {
    this.conductor = conductor;
    this.text = text.getBytes(StandardCharsets.UTF_8);
  }

  static CompletableFuture<List<Map<String, @Nullable Object>>> ask(
      ClusterConductor conductor, Connection connection, String text, long timeoutNanos) {
    ConductorQuery query = new ConductorQuery(conductor, text);
    query.send(connection, conductor.nanoTime() + timeoutNanos);
    return query.rows;
  }

  /** A connection may be full of the application's requests: it is asked again, soon. */
  private void send(Connection connection, long deadline) {
    long left = deadline - conductor.nanoTime();
    long result = connection.offer(this, this, null, null, 0, Math.max(1, left));
    if ((result == RequestProxy.BUSY || result == RequestProxy.BACK_PRESSURED) && left > 0) {
      conductor.runLater(PAUSE_NANOS, () -> send(connection, deadline));
    } else if (result != RequestProxy.ACCEPTED) {
      fail(new DriverException(connection + " does not take the driver's own queries"));
    }
  }

  @Override
  public int encodedLength(ProtocolVersion version) {
    return QueryEncoder.encodedLength(version, text, parameters);
  }

  @Override
  public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    return QueryEncoder.encode(version, text, parameters, buffer, offset);
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
      if (response.opcode() == Opcode.RESULT) {
        List<Map<String, @Nullable Object>> read = read(response.version(), body);
        conductor.run(() -> rows.complete(read));
      } else if (response.opcode() == Opcode.ERROR) {
        ErrorDecoder error = new ErrorDecoder().wrap(response.version(), body);
        fail(
            new RefusedQueryException(
                response.connection().remoteAddress() + ": " + error.message()));
      } else {
        fail(
            new DriverException(
                response.connection().remoteAddress()
                    + " answered a query with "
                    + Opcode.name(response.opcode())));
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
    conductor.run(() -> rows.completeExceptionally(error));
  }

  private static List<Map<String, @Nullable Object>> read(
      ProtocolVersion version, BodyReader body) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    if (body.readInt("result kind") == ResultKind.ROWS) {
      RowCursor cursor =
          new RowCursor().wrap(version, body.buffer(), body.position(), body.remaining(), null);
      if (cursor.rowCount() > MOST_ROWS) {
        throw new DriverException(
            cursor.rowCount()
                + " rows were answered to a query of the driver's own; at most "
                + MOST_ROWS
                + " are accepted");
      }
      ColumnDefinitions columns = cursor.columnDefinitions();
      while (cursor.next()) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          row.put(columns.name(i), cursor.getObject(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
