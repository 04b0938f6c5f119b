package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node did for a request that was traced. Immutable; any thread may use it.
 *
 * @param description what it did, in the server's words
 * @param time when, by the node's own clock
 * @param source the node's address; null if it was not told
 * @param sourceElapsed how long the node had been at the request by then, in whole microseconds;
 *     null if it was not told
 * @param thread the name of the node's thread; null if it was not told
 */
public record TraceEvent(
    String description,
    Instant time,
    @Nullable InetAddress source,
    @Nullable Duration sourceElapsed,
    @Nullable String thread) {
  /** The beginning of 1970, in the units of 100 ns since 1582-10-15 that a timeuuid counts. */
  private static final long EPOCH = 0x01B2_1DD2_1381_4000L;

  private static final long TICKS_PER_SECOND = 10_000_000;
  private static final int NANOS_PER_TICK = 100;

  /** The event in a row of {@code system_traces.events}. */
  static TraceEvent of(Row row) {
    ColumnDefinitions columns = row.columnDefinitions();
    String activity = row.getString("activity");
    UUID id = row.get("event_id", UUID.class);
    return new TraceEvent(
        activity == null ? "" : activity,
        id == null ? Instant.EPOCH : time(id),
        row.get("source", InetAddress.class),
        micros(row, columns.requiredIndexOf("source_elapsed")),
        row.getString("thread"));
  }

  /** A number of microseconds, or null. */
  static @Nullable Duration micros(Row row, int column) {
    return row.isNull(column) ? null : Duration.of(row.getInt(column), ChronoUnit.MICROS);
  }

  /** When a timeuuid was made. Its version is not looked at: it is the column that says it. */
  static Instant time(UUID timeUuid) {
    long bits = timeUuid.getMostSignificantBits();
    long ticks = (bits & 0xFFF) << 48 | (bits >>> 16 & 0xFFFF) << 32 | bits >>> 32;
    long since1970 = ticks - EPOCH;
    return Instant.ofEpochSecond(
        Math.floorDiv(since1970, TICKS_PER_SECOND),
        NANOS_PER_TICK * Math.floorMod(since1970, TICKS_PER_SECOND));
  }
}
