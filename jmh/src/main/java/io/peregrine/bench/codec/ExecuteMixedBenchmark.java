package io.peregrine.bench.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.bench.DriverFlags;
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

/** Binds ten values of ten types and encodes the EXECUTE envelope of version 5. One thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ExecuteMixedBenchmark {
  private static final int ROWS = 256;

  private final Requests requests = new Requests();
  private final MixedValues[] rows = MixedValues.rows(ROWS, 11);
  private int next;

  /** Made by JMH. */
  public ExecuteMixedBenchmark() {}

  /** Sees that all three write the same bytes. */
  @Setup
  public void check() {
    peer();
    requests.learnHead();
    for (int row = 0; row < ROWS; row++) {
      next = row;
      int peer = peer();
      next = row;
      int length = peregrine();
      next = row;
      requests.check(peer, length, floor());
    }
  }

  /**
   * The driver's codecs of the values, native-protocol's of the envelope.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int peer() {
    return requests.peer(rows[next++ & ROWS - 1].encodeByPeer());
  }

  /**
   * A value writer and a template.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int peregrine() {
    rows[next++ & ROWS - 1].write(requests.begin());
    return requests.end(MixedValues.COUNT);
  }

  /**
   * A copied head, the values straight behind it, the tail, the length.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int floor() {
    MixedValues row = rows[next++ & ROWS - 1];
    UnsafeBuffer envelope = requests.floorEnvelope;
    int at = requests.floorHead();
    envelope.putInt(at, 8, BIG_ENDIAN);
    envelope.putLong(at + 4, row.bigint, BIG_ENDIAN);
    int textLength = envelope.putStringWithoutLengthAscii(at + 16, row.text);
    envelope.putInt(at + 12, textLength, BIG_ENDIAN);
    at += 16 + textLength;
    envelope.putInt(at, 4, BIG_ENDIAN);
    envelope.putInt(at + 4, row.number, BIG_ENDIAN);
    envelope.putInt(at + 8, 8, BIG_ENDIAN);
    envelope.putLong(at + 12, row.timestamp, BIG_ENDIAN);
    envelope.putInt(at + 20, 8, BIG_ENDIAN);
    envelope.putDouble(at + 24, row.price, BIG_ENDIAN);
    envelope.putInt(at + 32, 1, BIG_ENDIAN);
    envelope.putByte(at + 36, (byte) (row.flag ? 1 : 0));
    envelope.putInt(at + 37, 16, BIG_ENDIAN);
    envelope.putLong(at + 41, row.uuidHigh, BIG_ENDIAN);
    envelope.putLong(at + 49, row.uuidLow, BIG_ENDIAN);
    envelope.putInt(at + 57, 4, BIG_ENDIAN);
    envelope.putFloat(at + 61, row.ratio, BIG_ENDIAN);
    envelope.putInt(at + 65, 2, BIG_ENDIAN);
    envelope.putShort(at + 69, row.small, BIG_ENDIAN);
    byte[] blob = row.blob;
    envelope.putInt(at + 71, blob.length, BIG_ENDIAN);
    envelope.putBytes(at + 75, blob);
    at += 75 + blob.length;
    envelope.putInt(at, Requests.PAGE_SIZE, BIG_ENDIAN);
    int length = at + Requests.TAIL_LENGTH;
    envelope.putInt(5, length - 9, BIG_ENDIAN);
    return length;
  }
}
