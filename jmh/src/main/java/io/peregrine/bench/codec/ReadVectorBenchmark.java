package io.peregrine.bench.codec;

import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.type.codec.ExtraTypeCodecs;
import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import com.datastax.oss.driver.internal.core.cql.DefaultRow;
import com.datastax.oss.protocol.internal.response.result.RawType;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.codec.row.VectorReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;
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
 * A RESULT of one row with one {@code vector<float, 1536>}, from the envelope's header to a {@code
 * float[]}. One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ReadVectorBenchmark {
  private static final int PAGES = 64;
  private static final int DIMENSIONS = 1536;
  private static final long FLOATS = UnsafeApi.arrayBaseOffset(float[].class);

  private final ColumnDefinitions known =
      ColumnDefinitions.of(
          "market",
          "ticks",
          List.of("embedding"),
          List.of(new DataType.VectorType(Primitive.FLOAT, DIMENSIONS)));
  private final com.datastax.oss.driver.api.core.cql.ColumnDefinitions peerKnown =
      Peer.definitions(
          new RawType.RawCustom(
              "org.apache.cassandra.db.marshal.VectorType("
                  + "org.apache.cassandra.db.marshal.FloatType,"
                  + DIMENSIONS
                  + ")"));
  private final TypeCodec<float[]> peerCodec = ExtraTypeCodecs.floatVectorToArray(DIMENSIONS);
  private final Peer peer = new Peer();
  private final RowCursor cursor = new RowCursor();
  private final VectorReader vector = new VectorReader();
  private final float[] floats = new float[DIMENSIONS];
  private final Pages pages = new Pages(PAGES, Pages.ROWS_OFFSET + 4 + DIMENSIONS * Float.BYTES);
  private int next;

  /** Made by JMH. */
  public ReadVectorBenchmark() {}

  /** Writes the pages, and sees that all read the same from them. */
  @Setup
  public void writePages() {
    SplittableRandom random = new SplittableRandom(3);
    float[] written = new float[DIMENSIONS];
    for (int page = 0; page < PAGES; page++) {
      for (int i = 0; i < DIMENSIONS; i++) {
        written[i] = (float) random.nextDouble();
      }
      pages.writeRows(page, 1, 1, writer -> writer.putVector(written));
      next = page;
      check("peer", written, peer());
      next = page;
      check("peregrine", written, peregrine());
      next = page;
      check("floor", written, floor());
    }
  }

  private void check(String anchor, float[] written, float[] read) {
    if (!Arrays.equals(written, read)) {
      throw new IllegalStateException(anchor + " read " + Arrays.toString(read));
    }
    Arrays.fill(floats, Float.NaN);
  }

  /**
   * native-protocol's row, the driver's codec for arrays: the fastest that it has.
   *
   * @return a new array
   */
  @Benchmark
  public float[] peer() {
    int page = next++ & PAGES - 1;
    Queue<List<ByteBuffer>> rows = peer.rows(pages.memory(page), pages.length(page));
    Row row = new DefaultRow(peerKnown, rows.remove());
    return row.get(0, peerCodec);
  }

  /**
   * The cursor and a vector reader.
   *
   * @return the same array each time
   */
  @Benchmark
  public float[] peregrine() {
    RowCursor row = pages.rows(next++ & PAGES - 1, cursor, known);
    row.next();
    row.getVector(0, vector);
    vector.getFloats(floats);
    return floats;
  }

  /**
   * The fastest loop that we know on JDK 17, over known offsets and without checks: eight bytes at
   * once from memory to memory, four times a round. Getting a {@code FloatBuffer} or swapping
   * memory in bulk takes longer.
   *
   * @return the same array each time
   */
  @Benchmark
  public float[] floor() {
    float[] floats = this.floats;
    long from = pages.buffer(next++ & PAGES - 1).addressOffset() + Pages.ROWS_OFFSET + 4;
    long end = from + DIMENSIONS * Float.BYTES;
    for (long to = FLOATS; from < end; from += 32, to += 32) {
      long first = UnsafeApi.getLongUnaligned(null, from, true);
      long second = UnsafeApi.getLongUnaligned(null, from + 8, true);
      long third = UnsafeApi.getLongUnaligned(null, from + 16, true);
      long fourth = UnsafeApi.getLongUnaligned(null, from + 24, true);
      UnsafeApi.putLong(floats, to, Long.rotateLeft(first, 32));
      UnsafeApi.putLong(floats, to + 8, Long.rotateLeft(second, 32));
      UnsafeApi.putLong(floats, to + 16, Long.rotateLeft(third, 32));
      UnsafeApi.putLong(floats, to + 24, Long.rotateLeft(fourth, 32));
    }
    return floats;
  }
}
