package io.peregrine.bench.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.internal.core.cql.DefaultRow;
import com.datastax.oss.protocol.internal.ProtocolConstants;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A RESULT of rows of four columns (int, bigint, double, text), from the envelope's header to every
 * cell. One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ReadRowsBenchmark {
  private static final int PAGES = 64;
  private static final int LONGEST_ROW = 48;
  private static final int COLUMNS = 4;
  private static final int LONGEST_TEXT = 12;

  /** How many rows a page has. */
  @Param({"1", "100"})
  public int rows;

  private final ColumnDefinitions known =
      ColumnDefinitions.of(
          "market",
          "ticks",
          List.of("size", "ts", "price", "venue"),
          List.of(Primitive.INT, Primitive.BIGINT, Primitive.DOUBLE, Primitive.VARCHAR));
  private final com.datastax.oss.driver.api.core.cql.ColumnDefinitions peerKnown =
      Peer.definitions(
          Peer.type(ProtocolConstants.DataType.INT),
          Peer.type(ProtocolConstants.DataType.BIGINT),
          Peer.type(ProtocolConstants.DataType.DOUBLE),
          Peer.type(ProtocolConstants.DataType.VARCHAR));
  private final Peer peer = new Peer();
  private final RowCursor cursor = new RowCursor();
  private final UnsafeBuffer text = new UnsafeBuffer(0, 0);
  private Pages pages = new Pages(0, 0);
  private int next;

  /** Made by JMH. */
  public ReadRowsBenchmark() {}

  /** Writes the pages, and sees that all read the same from them. */
  @Setup
  public void writePages() {
    SplittableRandom random = new SplittableRandom(7);
    pages = new Pages(PAGES, Pages.ROWS_OFFSET + rows * LONGEST_ROW);
    for (int page = 0; page < PAGES; page++) {
      pages.writeRows(
          page,
          COLUMNS,
          rows,
          writer -> {
            writer.putInt(random.nextInt());
            writer.putLong(random.nextLong());
            writer.putDouble(random.nextDouble());
            writer.putText("MERIDIAN-XYZ".substring(random.nextInt(LONGEST_TEXT)));
          });
    }
    for (int page = 0; page < PAGES; page++) {
      next = page;
      long theirs = peer();
      next = page;
      long ours = peregrine();
      next = page;
      Pages.checkEqual(theirs, ours, floor());
      next = page;
      long strings = peregrineWithStrings();
      next = page;
      Pages.checkEqual(theirs, strings, floorWithNulls());
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
      sum += row.getInt(0);
      sum += row.getLong(1);
      sum += Double.doubleToRawLongBits(row.getDouble(2));
      String text = row.getString(3);
      sum += text.length() + text.charAt(0);
    }
    return sum;
  }

  /**
   * The cursor; text as a view.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long peregrine() {
    RowCursor row = pages.rows(next++ & PAGES - 1, cursor, known);
    UnsafeBuffer text = this.text;
    long sum = 0;
    while (row.next()) {
      sum += row.getInt(0);
      sum += row.getLong(1);
      sum += Double.doubleToRawLongBits(row.getDouble(2));
      row.getBytes(3, text);
      sum += text.capacity() + text.getByte(0);
    }
    return sum;
  }

  /**
   * The cursor; text as a new string, as the peer gives it.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long peregrineWithStrings() {
    RowCursor row = pages.rows(next++ & PAGES - 1, cursor, known);
    long sum = 0;
    while (row.next()) {
      sum += row.getInt(0);
      sum += row.getLong(1);
      sum += Double.doubleToRawLongBits(row.getDouble(2));
      String text = row.getString(3);
      if (text != null) {
        sum += text.length() + text.charAt(0);
      }
    }
    return sum;
  }

  /**
   * Offsets known beforehand, all but the text's length: no cell may be null.
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
      sum += page.getInt(at + 4, BIG_ENDIAN);
      sum += page.getLong(at + 12, BIG_ENDIAN);
      sum += page.getLong(at + 24, BIG_ENDIAN);
      int textLength = page.getInt(at + 32, BIG_ENDIAN);
      sum += textLength + page.getByte(at + 36);
      at += 36 + textLength;
    }
    return sum;
  }

  /**
   * Any cell may be null; one that is not has its type's length, so that the processor can guess
   * where the next one begins.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long floorWithNulls() {
    UnsafeBuffer page = pages.buffer(next++ & PAGES - 1);
    int rows = page.getInt(Pages.ROW_COUNT_OFFSET, BIG_ENDIAN);
    int at = Pages.ROWS_OFFSET;
    long sum = 0;
    for (int row = 0; row < rows; row++) {
      if (isPresent(page, at, Integer.BYTES)) {
        sum += page.getInt(at + 4, BIG_ENDIAN);
        at += Integer.BYTES;
      }
      at += 4;
      if (isPresent(page, at, Long.BYTES)) {
        sum += page.getLong(at + 4, BIG_ENDIAN);
        at += Long.BYTES;
      }
      at += 4;
      if (isPresent(page, at, Double.BYTES)) {
        sum += page.getLong(at + 4, BIG_ENDIAN);
        at += Double.BYTES;
      }
      at += 4;
      int textLength = page.getInt(at, BIG_ENDIAN);
      if (textLength > 0) {
        sum += textLength + page.getByte(at + 4);
        at += textLength;
      }
      at += 4;
    }
    return sum;
  }

  private static boolean isPresent(UnsafeBuffer page, int at, int size) {
    int length = page.getInt(at, BIG_ENDIAN);
    if (length != size && length >= 0) {
      throw new IllegalStateException(length + " bytes instead of " + size);
    }
    return length >= 0;
  }
}
