package io.peregrine.bench.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.internal.core.cql.DefaultRow;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A RESULT of 5,000 rows of ten columns of ten types ({@link MixedValues}), from the envelope's
 * header to every cell. One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ReadWideRowsBenchmark {
  private static final int PAGES = 8;
  private static final int ROWS = 5000;

  private final ColumnDefinitions known =
      ColumnDefinitions.of(
          "market",
          "ticks",
          List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"),
          MixedValues.TYPES);
  private final com.datastax.oss.driver.api.core.cql.ColumnDefinitions peerKnown =
      Peer.definitions(MixedValues.rawTypes());
  private final Peer peer = new Peer();
  private final RowCursor cursor = new RowCursor();
  private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
  private final Pages pages =
      new Pages(PAGES, Pages.ROWS_OFFSET + ROWS * MixedValues.MAX_ENCODED_LENGTH);
  private int next;

  /** Made by JMH. */
  public ReadWideRowsBenchmark() {}

  /** Writes the pages, and sees that all read the same from them. */
  @Setup
  public void writePages() {
    SplittableRandom random = new SplittableRandom(5);
    for (int page = 0; page < PAGES; page++) {
      pages.writeRows(
          page, MixedValues.COUNT, ROWS, writer -> new MixedValues(random).write(writer));
    }
    for (int page = 0; page < PAGES; page++) {
      next = page;
      long theirs = peer();
      next = page;
      long ours = peregrine();
      next = page;
      Pages.checkEqual(theirs, ours, floor());
    }
  }

  /**
   * native-protocol's rows, the driver's getters.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long peer() {
    int page = next++ & PAGES - 1;
    Queue<List<ByteBuffer>> rows = peer.rows(pages.memory(page), pages.length(page));
    long sum = 0;
    List<ByteBuffer> cells;
    while ((cells = rows.poll()) != null) {
      Row row = new DefaultRow(peerKnown, cells);
      sum += row.getLong(0);
      String text = row.getString(1);
      sum += text.length() + text.charAt(0);
      sum += row.getInt(2);
      sum += row.getInstant(3).toEpochMilli();
      sum += Double.doubleToRawLongBits(row.getDouble(4));
      sum += row.getBoolean(5) ? 1 : 0;
      UUID uuid = row.getUuid(6);
      sum += uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits();
      sum += Float.floatToRawIntBits(row.getFloat(7));
      sum += row.getShort(8);
      ByteBuffer blob = row.getByteBuffer(9);
      sum += blob.remaining() + blob.get(blob.position());
    }
    return sum;
  }

  /**
   * The cursor; text and blob as views.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long peregrine() {
    RowCursor row = pages.rows(next++ & PAGES - 1, cursor, known);
    UnsafeBuffer view = this.view;
    long sum = 0;
    while (row.next()) {
      sum += row.getLong(0);
      row.getBytes(1, view);
      sum += view.capacity() + view.getByte(0);
      sum += row.getInt(2);
      sum += row.getLong(3);
      sum += Double.doubleToRawLongBits(row.getDouble(4));
      sum += row.getBoolean(5) ? 1 : 0;
      sum += row.getUuidMostSignificantBits(6) ^ row.getUuidLeastSignificantBits(6);
      sum += Float.floatToRawIntBits(row.getFloat(7));
      sum += row.getShort(8);
      row.getBytes(9, view);
      sum += view.capacity() + view.getByte(0);
    }
    return sum;
  }

  /**
   * Offsets known beforehand, all but two lengths: no cell may be null.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long floor() {
    UnsafeBuffer page = pages.buffer(next++ & PAGES - 1);
    int rows = page.getInt(Pages.ROW_COUNT_OFFSET, BIG_ENDIAN);
    int at = Pages.ROWS_OFFSET;
    long sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += page.getLong(at + 4, BIG_ENDIAN);
      int textLength = page.getInt(at + 12, BIG_ENDIAN);
      sum += textLength + page.getByte(at + 16);
      at += 16 + textLength;
      sum += page.getInt(at + 4, BIG_ENDIAN);
      sum += page.getLong(at + 12, BIG_ENDIAN);
      sum += page.getLong(at + 24, BIG_ENDIAN);
      sum += page.getByte(at + 36);
      sum += page.getLong(at + 41, BIG_ENDIAN) ^ page.getLong(at + 49, BIG_ENDIAN);
      sum += page.getInt(at + 61, BIG_ENDIAN);
      sum += page.getShort(at + 69, BIG_ENDIAN);
      int blobLength = page.getInt(at + 71, BIG_ENDIAN);
      sum += blobLength + page.getByte(at + 75);
      at += 75 + blobLength;
    }
    return sum;
  }
}
