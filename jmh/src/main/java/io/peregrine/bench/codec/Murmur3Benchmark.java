package io.peregrine.bench.codec;

import com.datastax.oss.driver.internal.core.metadata.token.Murmur3Token;
import com.datastax.oss.driver.internal.core.metadata.token.Murmur3TokenFactory;
import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.Murmur3;
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

/** The token of a partition key, by the codec and by the Java driver. One thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class Murmur3Benchmark {
  private static final int KEYS = 64;
  private static final int STEP = 8;

  /** How many bytes the key has. */
  @Param({"8", "64", "65536"})
  public int length;

  private final Murmur3TokenFactory factory = new Murmur3TokenFactory();
  private ByteBuffer memory = ByteBuffer.allocate(0);
  private UnsafeBuffer keys = new UnsafeBuffer(0, 0);
  private int next;

  /** Made by JMH. */
  public Murmur3Benchmark() {}

  /** Writes keys that overlap, and sees that both say the same of them. */
  @Setup
  public void writeKeys() {
    memory = BufferUtil.allocateDirectAligned(length + KEYS * STEP, 64);
    keys = new UnsafeBuffer(memory);
    SplittableRandom random = new SplittableRandom(17);
    for (int i = 0; i < keys.capacity(); i += STEP) {
      keys.putLong(i, random.nextLong());
    }
    for (int i = 0; i < KEYS; i++) {
      next = i;
      long theirs = ((Murmur3Token) peer()).getValue();
      next = i;
      long ours = peregrine();
      Pages.checkEqual(theirs, ours, ours);
    }
  }

  /**
   * The driver's token factory.
   *
   * @return the token
   */
  @Benchmark
  public Object peer() {
    int offset = (next++ & KEYS - 1) * STEP;
    return factory.hash(memory.limit(offset + length).position(offset));
  }

  /**
   * The codec's hash.
   *
   * @return the token
   */
  @Benchmark
  public long peregrine() {
    return Murmur3.hash(keys, (next++ & KEYS - 1) * STEP, length);
  }
}
