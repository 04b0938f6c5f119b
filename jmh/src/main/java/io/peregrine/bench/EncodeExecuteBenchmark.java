package io.peregrine.bench;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.ExecuteEncoder;
import io.peregrine.codec.envelope.QueryParameters;
import io.peregrine.codec.row.ValueWriter;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An EXECUTE envelope of version 5, values included, written into off-heap memory as an offer
 * writes it into the ring. One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class EncodeExecuteBenchmark {
  private static final int VALUES_CAPACITY = 1024;
  private static final int OFFSET = 64;

  private final byte[] id = new byte[16];
  private final UnsafeBuffer values = new UnsafeBuffer(new byte[VALUES_CAPACITY]);
  private final UnsafeBuffer envelope =
      new UnsafeBuffer(BufferUtil.allocateDirectAligned(2 * VALUES_CAPACITY, 64));
  private final ValueWriter writer = new ValueWriter();
  private final QueryParameters parameters = new QueryParameters();
  private long next;

  /** Made by JMH. */
  public EncodeExecuteBenchmark() {}

  /**
   * One bigint.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int oneBigint() {
    writer.wrap(values, 0).putLong(next++);
    return execute(1);
  }

  /**
   * A row of seven: text, int, timestamp, double, int, boolean, uuid.
   *
   * @return the envelope's length
   */
  @Benchmark
  public int sevenMixedValues() {
    long n = next++;
    ValueWriter writer = this.writer.wrap(values, 0);
    writer.putText((n & 1) == 0 ? "ACME" : "MERIDIAN");
    writer.putInt((int) n);
    writer.putLong(n);
    writer.putDouble(n * 0.01);
    writer.putInt((int) n & 0xFFF);
    writer.putBoolean((n & 2) == 0);
    writer.putUuid(n, ~n);
    return execute(7);
  }

  private int execute(int count) {
    QueryParameters parameters = this.parameters;
    parameters
        .consistency(ConsistencyLevel.LOCAL_ONE)
        .pageSize(5000)
        .skipMetadata(true)
        .values(values, 0, writer.position(), count);
    int length = ExecuteEncoder.encodedLength(ProtocolVersion.V5, id, id, parameters);
    return length + ExecuteEncoder.encode(ProtocolVersion.V5, id, id, parameters, envelope, OFFSET);
  }
}
