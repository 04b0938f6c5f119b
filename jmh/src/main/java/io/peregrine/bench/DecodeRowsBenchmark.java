package io.peregrine.bench;

import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.codec.row.ValueWriter;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
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
 * A page of rows of four columns (int, bigint, double, text), laid over the bytes of a version 5
 * answer without metadata, every cell read. One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class DecodeRowsBenchmark {
  private static final int PAGES = 64;
  private static final int LONGEST_ROW = 64;
  private static final int NO_METADATA = 0x04;
  private static final int COLUMNS = 4;
  private static final int PREFIX = 3 * Integer.BYTES;
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
  private final RowCursor cursor = new RowCursor();
  private final UnsafeBuffer text = new UnsafeBuffer(0, 0);
  private final UnsafeBuffer[] pages = new UnsafeBuffer[PAGES];
  private final int[] lengths = new int[PAGES];
  private int next;

  /** Made by JMH. */
  public DecodeRowsBenchmark() {}

  /** Writes pages that differ, so that the processor learns none of them by heart. */
  @Setup
  public void writePages() {
    SplittableRandom random = new SplittableRandom(7);
    ValueWriter writer = new ValueWriter();
    for (int i = 0; i < PAGES; i++) {
      UnsafeBuffer page =
          new UnsafeBuffer(BufferUtil.allocateDirectAligned(PREFIX + rows * LONGEST_ROW, 64));
      page.putInt(0, NO_METADATA, ByteOrder.BIG_ENDIAN);
      page.putInt(4, COLUMNS, ByteOrder.BIG_ENDIAN);
      page.putInt(8, rows, ByteOrder.BIG_ENDIAN);
      writer.wrap(page, PREFIX);
      for (int row = 0; row < rows; row++) {
        writer.putInt(random.nextInt());
        writer.putLong(random.nextLong());
        writer.putDouble(random.nextDouble());
        writer.putText("x".repeat(random.nextInt(1, LONGEST_TEXT)));
      }
      pages[i] = page;
      lengths[i] = writer.position();
    }
  }

  /**
   * Reads a page.
   *
   * @return a sum over all cells
   */
  @Benchmark
  public long readEveryCell() {
    int page = next++ & PAGES - 1;
    RowCursor cursor = this.cursor.wrap(ProtocolVersion.V5, pages[page], 0, lengths[page], known);
    UnsafeBuffer text = this.text;
    long sum = 0;
    while (cursor.next()) {
      sum += cursor.getInt(0);
      sum += cursor.getLong(1);
      sum += Double.doubleToRawLongBits(cursor.getDouble(2));
      cursor.getBytes(3, text);
      sum += text.capacity();
    }
    return sum;
  }
}
