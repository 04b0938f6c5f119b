package io.peregrine.bench.codec;

import com.datastax.oss.protocol.internal.util.Crc;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.FrameChecksum;
import java.nio.ByteBuffer;
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

/** The CRC32 of a frame's payload, by the codec and by native-protocol. One thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class Crc32Benchmark {
  private static final int PAYLOADS = 64;
  private static final int STEP = 8;

  /** How many bytes the payload has. */
  @Param({"64", "65536"})
  public int length;

  private final ByteBufferPrimitives primitives = new ByteBufferPrimitives();
  private final FrameChecksum checksum = new FrameChecksum();
  private ByteBuffer memory = ByteBuffer.allocate(0);
  private ByteBuffer peerMemory = memory;
  private UnsafeBuffer payloads = new UnsafeBuffer(0, 0);
  private int next;

  /** Made by JMH. */
  public Crc32Benchmark() {}

  /** Writes payloads that overlap, and sees that both say the same of them. */
  @Setup
  public void writePayloads() {
    memory = BufferUtil.allocateDirectAligned(length + PAYLOADS * STEP, 64);
    peerMemory = memory.duplicate();
    payloads = new UnsafeBuffer(memory);
    SplittableRandom random = new SplittableRandom(19);
    for (int i = 0; i < payloads.capacity(); i += STEP) {
      payloads.putLong(i, random.nextLong());
    }
    for (int i = 0; i < PAYLOADS; i++) {
      next = i;
      int theirs = peer();
      next = i;
      int ours = peregrine();
      Pages.checkEqual(theirs, ours, ours);
    }
  }

  /**
   * native-protocol's checksum.
   *
   * @return the CRC32
   */
  @Benchmark
  public int peer() {
    int offset = (next++ & PAYLOADS - 1) * STEP;
    return Crc.computeCrc32(peerMemory.limit(offset + length).position(offset), primitives);
  }

  /**
   * The codec's checksum.
   *
   * @return the CRC32
   */
  @Benchmark
  public int peregrine() {
    return checksum.compute(payloads, (next++ & PAYLOADS - 1) * STEP, length);
  }
}
