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
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestFailure;
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
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A request of the driver's own. Confined to the conductor's thread, but for the call that brings
 * the answer: there the agent's thread copies its bytes, and that is all, because requests wait
 * behind it.
 *
 * @param <T> what the answer comes to
 */
final class ConductorRequest<T extends @Nullable Object> implements ResponseHandler {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A row takes many times the bytes that it came as; no schema and no cluster has so many. */
  private static final int MOST_ROWS = 1_000_000;

  /** So many times what one page may take, all pages of a query may take together. */
  private static final int MOST_TIMEOUTS = 20;

  /** Seven years: so much, so many times, is still before the end of the clock. */
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 2 / MOST_TIMEOUTS;

  private static final int ROWS_PER_PAGE = 500;

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
    return query(conductor, connection, text, ROWS_PER_PAGE, RowCursor::getObject, timeoutNanos);
  }

  /** Reads a cell of a row. Called on the conductor's thread. */
  @FunctionalInterface
  interface CellReader {
    /**
     * Reads a cell.
     *
     * @param row the row, whose bytes do not change any more
     * @param column which of its cells
     * @return the value, or null for null
     */
    @Nullable Object read(RowCursor row, int column);
  }

  /**
   * The same for rows that are longer or shorter than usual.
   *
   * @param rowsPerPage so many are asked for at once: what one answer has is what a request of the
   *     application's may have to wait for
   * @param cells makes values of cells
   */
  static CompletableFuture<List<Map<String, @Nullable Object>>> query(
      ClusterConductor conductor,
      Connection connection,
      String text,
      int rowsPerPage,
      CellReader cells,
      long timeoutNanos) {
    CompletableFuture<List<Map<String, @Nullable Object>>> result = new CompletableFuture<>();
    QueryMessage first = new QueryMessage(text, rowsPerPage, cells);
    long timeout = Math.min(LONGEST_NANOS, timeoutNanos);
    long last = conductor.nanoTime() + MOST_TIMEOUTS * timeout;
    new Pages(conductor, connection, timeout, last, result).read(first);
    return result;
  }

  /** Asks for page after page; a server that never ends is left when the time of all is over. */
  private record Pages(
      ClusterConductor conductor,
      Connection connection,
      long timeoutNanos,
      long lastNanos,
      List<Map<String, @Nullable Object>> rows,
      CompletableFuture<List<Map<String, @Nullable Object>>> result) {
    private Pages(
        ClusterConductor conductor,
        Connection connection,
        long timeoutNanos,
        long lastNanos,
        CompletableFuture<List<Map<String, @Nullable Object>>> result) {
      this(conductor, connection, timeoutNanos, lastNanos, new ArrayList<>(), result);
    }

    private void read(QueryMessage query) {
      long now = conductor.nanoTime();
      long deadline = now + Math.min(lastNanos - now, timeoutNanos);
      new ConductorRequest<@Nullable QueryMessage>(
              conductor, query, (version, body) -> query.read(version, body, rows))
          .ask(connection, deadline)
          .whenComplete(
              (next, error) -> {
                if (error != null) {
                  result.completeExceptionally(error);
                } else if (next == null) {
                  result.complete(rows);
                } else {
                  read(next);
                }
              });
    }
  }

  /** Has a statement prepared, of which only matters that the server has taken it. */
  static CompletableFuture<@Nullable Void> prepare(
      ClusterConductor conductor, Connection connection, String query, long timeoutNanos) {
    return new ConductorRequest<>(conductor, new PrepareMessage(query), ConductorRequest::nothing)
        .ask(connection, conductor.nanoTime() + timeoutNanos);
  }

  /** From then on the server tells what happens to nodes and to the schema. */
  static CompletableFuture<@Nullable Void> register(
      ClusterConductor conductor, Connection connection, long timeoutNanos) {
    return new ConductorRequest<>(conductor, new RegisterMessage(), ConductorRequest::nothing)
        .ask(connection, conductor.nanoTime() + timeoutNanos);
  }

  private CompletableFuture<T> ask(Connection connection, long deadline) {
    send(connection, deadline);
    return answer;
  }

  /** A connection may be full of the application's requests: it is asked again, soon. */
  private void send(Connection connection, long deadline) {
    long left = deadline - conductor.nanoTime();
    long result = connection.offer(message, this, null, null, 0, Math.max(1, left));
    if ((result == Offer.BUSY || result == Offer.BACK_PRESSURED) && left > 0) {
      conductor.runLater(PAUSE_NANOS, () -> send(connection, deadline));
    } else if (result != Offer.ACCEPTED) {
      fail(new DriverException(connection + " does not take the driver's own requests"));
    }
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    try {
      BodyReader body = response.body();
      byte[] copy = new byte[body.remaining()];
      body.buffer().getBytes(body.position(), copy);
      Connection from = response.connection();
      int opcode = response.opcode();
      int flags = response.flags();
      conductor.run(() -> read(from, opcode, flags, copy));
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void read(Connection from, int opcode, int flags, byte[] copy) {
    try {
      BodyReader body = new BodyReader().wrap(new UnsafeBuffer(copy), 0, copy.length);
      new ResponsePrefix().wrap(flags, body);
      if (opcode == message.answeredWith()) {
        answer.complete(reader.apply(from.version(), body));
      } else if (opcode == Opcode.ERROR) {
        ErrorDecoder error = new ErrorDecoder().wrap(from.version(), body);
        answer.completeExceptionally(
            new RefusedQueryException(error.code(), from.remoteAddress() + ": " + error.message()));
      } else {
        answer.completeExceptionally(
            new DriverException(
                from.remoteAddress() + " answered " + message + " with " + Opcode.name(opcode)));
      }
    } catch (Throwable e) {
      answer.completeExceptionally(e);
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
    private final int rowsPerPage;
    private final CellReader cells;
    private final QueryParameters parameters;

    private QueryMessage(String text, int rowsPerPage, CellReader cells) {
      this(text.getBytes(StandardCharsets.UTF_8), rowsPerPage, cells, null);
    }

    private QueryMessage(
        byte[] text, int rowsPerPage, CellReader cells, byte @Nullable [] pagingState) {
      this.text = text;
      this.rowsPerPage = rowsPerPage;
      this.cells = cells;
      this.parameters = new QueryParameters().pageSize(rowsPerPage).pagingState(pagingState);
    }

    /**
     * Reads an answer.
     *
     * @param rows gets its rows
     * @return what to ask for next, or null if that was all
     */
    private @Nullable QueryMessage read(
        ProtocolVersion version, BodyReader body, List<Map<String, @Nullable Object>> rows) {
      if (body.readInt("result kind") != ResultKind.ROWS) {
        return null;
      }
      RowCursor cursor =
          new RowCursor().wrap(version, body.buffer(), body.position(), body.remaining(), null);
      if (cursor.rowCount() > MOST_ROWS - rows.size()) {
        throw new DriverException(
            (long) rows.size()
                + cursor.rowCount()
                + " rows were answered to a query of the driver's own; at most "
                + MOST_ROWS
                + " are accepted");
      }
      ColumnDefinitions columns = cursor.columnDefinitions();
      while (cursor.next()) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          row.put(columns.name(i), cells.read(cursor, i));
        }
        rows.add(row);
      }
      byte[] next = cursor.pagingState();
      return next == null ? null : new QueryMessage(text, rowsPerPage, cells, next);
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
