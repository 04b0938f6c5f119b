package io.peregrine.bench.codec;

import com.datastax.oss.protocol.internal.util.Crc;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.Crc24;
import java.util.concurrent.TimeUnit;
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

/** The CRC24 of a frame's header, by the codec and by native-protocol. One thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class Crc24Benchmark {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  /** How many bytes the header has: 3, or 5 if frames are compressed. */
  @Param({"3", "5"})
  public int length;

  private long next;

  /** Made by JMH. */
  public Crc24Benchmark() {}

  /** Sees that both say the same. */
  @Setup
  public void check() {
    for (int i = 0; i < 64; i++) {
      long header = next;
      int theirs = peer();
      next = header;
      int ours = peregrine();
      Pages.checkEqual(theirs, ours, ours);
    }
  }

  /**
   * native-protocol's checksum.
   *
   * @return the CRC24
   */
  @Benchmark
  public int peer() {
    return Crc.computeCrc24(next += STEP, length);
  }

  /**
   * The codec's checksum.
   *
   * @return the CRC24
   */
  @Benchmark
  public int peregrine() {
    return Crc24.compute(next += STEP, length);
  }
}
