package io.peregrine;

import static io.peregrine.testkit.server.Cells.inet;
import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.Cells.uuid;
import static io.peregrine.testkit.server.RowsBuilder.rows;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Rows of {@code system_traces}, as Cassandra 5 has them. Stateless. */
final class TraceTables {
  static final String SESSION = "SELECT * FROM system_traces.sessions WHERE session_id = ?";
  static final String EVENTS = "SELECT * FROM system_traces.events WHERE session_id = ?";
  static final UUID ID = UUID.fromString("5f2f0d10-cb5e-11f0-8de9-0242ac120002");

  /** 2025-01-02T03:04:05.678901200Z. */
  static final UUID EVENT = UUID.fromString("3a239814-c8b6-11ef-8000-000000000001");

  private static final RawType TEXT = RawType.PRIMITIVES.get(DataType.VARCHAR);
  private static final Columns SESSION_COLUMNS =
      Columns.of("system_traces", "sessions")
          .and("session_id", DataType.UUID)
          .and("client", DataType.INET)
          .and("command", DataType.VARCHAR)
          .and("coordinator", DataType.INET)
          .and("coordinator_port", DataType.INT)
          .and("duration", DataType.INT)
          .and("parameters", new RawType.RawMap(TEXT, TEXT))
          .and("request", DataType.VARCHAR)
          .and("started_at", DataType.TIMESTAMP);
  private static final Columns EVENT_COLUMNS =
      Columns.of("system_traces", "events")
          .and("session_id", DataType.UUID)
          .and("event_id", DataType.TIMEUUID)
          .and("activity", DataType.VARCHAR)
          .and("source", DataType.INET)
          .and("source_elapsed", DataType.INT)
          .and("source_port", DataType.INT)
          .and("thread", DataType.VARCHAR);

  private TraceTables() {}

  /** No session of that id. */
  static RowsBuilder nothing() {
    return rows(SESSION_COLUMNS);
  }

  /** A session that goes on. */
  static RowsBuilder unfinished() {
    return session(null);
  }

  /** A session that took 1234 µs. */
  static RowsBuilder complete() {
    return session(int32(1234));
  }

  private static RowsBuilder session(ByteBuffer duration) {
    return rows(SESSION_COLUMNS)
        .row(
            uuid(ID),
            inet(InetAddress.getLoopbackAddress()),
            text("QUERY"),
            inet(address(7)),
            int32(7000),
            duration,
            parameter("query", "SELECT 1"),
            text("Execute CQL3 query"),
            Cells.bigint(1_735_787_045_678L));
  }

  static RowsBuilder events() {
    return rows(EVENT_COLUMNS);
  }

  static RowsBuilder event(RowsBuilder rows, String activity, int elapsed) {
    return rows.row(
        uuid(ID),
        uuid(EVENT),
        text(activity),
        inet(address(8)),
        int32(elapsed),
        int32(7000),
        text("ReadStage-1"));
  }

  static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteBuffer parameter(String key, String value) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(12 + keyBytes.length + valueBytes.length)
        .putInt(1)
        .putInt(keyBytes.length)
        .put(keyBytes)
        .putInt(valueBytes.length)
        .put(valueBytes)
        .flip();
  }
}
