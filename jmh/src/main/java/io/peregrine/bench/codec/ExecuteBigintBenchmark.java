package io.peregrine.bench.codec;

import static java.nio.ByteOrder.BIG_ENDIAN;

import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.oss.driver.api.core.type.codec.TypeCodecs;
import io.peregrine.bench.DriverFlags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

/** Binds one bigint and encodes the EXECUTE envelope of version 5. One thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class ExecuteBigintBenchmark {
  private final Requests requests = new Requests();
  private long next;

  /** Made by JMH. */
  public ExecuteBigintBenchmark() {}

  /** Sees that all three write the same bytes. */
  @Setup
  public void check() {
    peer();
    requests.learnHead();
    for (long value : new long[] {0, -1, Long.MIN_VALUE, 1234567890123L}) {
      next = value;
      int peer = peer();
      next = value;
      int length = peregrine();
      next = value;
      requests.check(peer, length, floor());
    }
  }

  /**
   * The driver's codec of the value, native-protocol's of the envelope.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int peer() {
    List<ByteBuffer> values = new ArrayList<>(1);
    values.add(TypeCodecs.BIGINT.encodePrimitive(next++, ProtocolVersion.V5));
    return requests.peer(values);
  }

  /**
   * A value writer and a template.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int peregrine() {
    requests.begin().putLong(next++);
    return requests.end(1);
  }

  /**
   * A copied head, the value, the tail.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int floor() {
    UnsafeBuffer envelope = requests.floorEnvelope;
    int at = requests.floorHead();
    envelope.putInt(at, 8, BIG_ENDIAN);
    envelope.putLong(at + 4, next++, BIG_ENDIAN);
    envelope.putInt(at + 12, Requests.PAGE_SIZE, BIG_ENDIAN);
    return at + 12 + Requests.TAIL_LENGTH;
  }
}
