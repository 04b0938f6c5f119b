package io.peregrine.conductor;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.PrepareEncoder;
import io.peregrine.codec.envelope.QueryEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.envelope.RegisterEncoder;
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
import java.util.function.BiFunction;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request of the driver's own. Asked on the conductor's thread; its answer is read on the agent's
 * thread, and the future completes on the conductor's.
 *
 * @param <T> what the answer comes to
 */
final class ConductorRequest<T extends @Nullable Object> implements ResponseHandler {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A row takes many times the bytes that it came as; no schema and no cluster has so many. */
  private static final int MOST_ROWS = 1_000_000;

  private static final List<String> EVENTS =
      List.of("TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE");

  private final ClusterConductor conductor;
  private final Message message;
  private final BiFunction<ProtocolVersion, BodyReader, T> reader;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  private ConductorRequest(
      ClusterConductor conductor,
      Message message,
      BiFunction<ProtocolVersion, BodyReader, T> reader) {
    this.conductor = conductor;
    this.message = message;
    this.reader = reader;
  }

  /** Text in, rows as maps out; fails with {@link RefusedQueryException} if the server refuses. */
  static CompletableFuture<List<Map<String, @Nullable Object>>> query(
      ClusterConductor conductor, Connection connection, String text, long timeoutNanos) {
    return new ConductorRequest<>(conductor, new QueryMessage(text), ConductorRequest::rows)
        .ask(connection, timeoutNanos);
  }

  /** Has a statement prepared, of which only matters that the server has taken it. */
  static CompletableFuture<@Nullable Void> prepare(
      ClusterConductor conductor, Connection connection, String query, long timeoutNanos) {
    return new ConductorRequest<>(conductor, new PrepareMessage(query), ConductorRequest::nothing)
        .ask(connection, timeoutNanos);
  }

  /** From then on the server tells what happens to nodes and to the schema. */
  static CompletableFuture<@Nullable Void> register(
      ClusterConductor conductor, Connection connection, long timeoutNanos) {
    return new ConductorRequest<>(conductor, new RegisterMessage(), ConductorRequest::nothing)
        .ask(connection, timeoutNanos);
  }

  private CompletableFuture<T> ask(Connection connection, long timeoutNanos) {
    send(connection, conductor.nanoTime() + timeoutNanos);
    return answer;
  }

  /** A connection may be full of the application's requests: it is asked again, soon. */
  private void send(Connection connection, long deadline) {
    long left = deadline - conductor.nanoTime();
    long result = connection.offer(message, this, null, null, 0, Math.max(1, left));
    if ((result == RequestProxy.BUSY || result == RequestProxy.BACK_PRESSURED) && left > 0) {
      conductor.runLater(PAUSE_NANOS, () -> send(connection, deadline));
    } else if (result != RequestProxy.ACCEPTED) {
      fail(new DriverException(connection + " does not take the driver's own requests"));
    }
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    try {
      BodyReader body = response.body();
      new ResponsePrefix().wrap(response.flags(), body);
      if (response.opcode() == message.answeredWith()) {
        T read = reader.apply(response.version(), body);
        conductor.run(() -> answer.complete(read));
      } else if (response.opcode() == Opcode.ERROR) {
        ErrorDecoder error = new ErrorDecoder().wrap(response.version(), body);
        fail(
            new RefusedQueryException(
                response.connection().remoteAddress() + ": " + error.message()));
      } else {
        fail(
            new DriverException(
                response.connection().remoteAddress()
                    + " answered "
                    + message
                    + " with "
                    + Opcode.name(response.opcode())));
      }
    } catch (Throwable e) {
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

  private void fail(Throwable error) {
    conductor.run(() -> answer.completeExceptionally(error));
  }

  private static @Nullable Void nothing(ProtocolVersion version, BodyReader body) {
    return null;
  }

  private static List<Map<String, @Nullable Object>> rows(
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

  /** What is said to the server. Any thread may use it. */
  private abstract static class Message implements RequestEncoder {
    /** The opcode of the answer, if all goes well. */
    int answeredWith() {
      return Opcode.RESULT;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }
  }

  private static final class QueryMessage extends Message {
    private final byte[] text;
    private final QueryParameters parameters = new QueryParameters();

    private QueryMessage(String text) {
      this.text = text.getBytes(StandardCharsets.UTF_8);
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
    public String toString() {
      return "a query";
    }
  }

  private static final class PrepareMessage extends Message {
    private final byte[] query;
    private final QueryParameters parameters = new QueryParameters();

    private PrepareMessage(String query) {
      this.query = query.getBytes(StandardCharsets.UTF_8);
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
    public String toString() {
      return "PREPARE";
    }
  }

  private static final class RegisterMessage extends Message {
    @Override
    int answeredWith() {
      return Opcode.READY;
    }

    @Override
    public int encodedLength(ProtocolVersion version) {
      return RegisterEncoder.encodedLength(EVENTS);
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      return RegisterEncoder.encode(version, EVENTS, buffer, offset);
    }

    @Override
    public String toString() {
      return "REGISTER";
    }
  }
}
