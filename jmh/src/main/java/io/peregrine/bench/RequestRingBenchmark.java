package io.peregrine.bench;

import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
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
 * The ring between an offering thread and the agent: a record of 120 bytes claimed, written,
 * committed, read and copied out once, as the driver does it. One thread plays both sides, so that
 * this is what the ring costs, without what waiting for another thread costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {DriverFlags.OPEN_MISC, DriverFlags.MISC, DriverFlags.BOX_CACHE})
public class RequestRingBenchmark {
  private static final int CAPACITY = 4 << 20;
  private static final int RECORD = 120;
  private static final int DRAIN_LIMIT = 256;

  private final ManyToOneRingBuffer ring =
      new ManyToOneRingBuffer(
          new UnsafeBuffer(
              BufferUtil.allocateDirectAligned(
                  CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, 64)));
  private final UnsafeBuffer request = new UnsafeBuffer(new byte[RECORD]);
  private final UnsafeBuffer sent = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RECORD, 64));
  private final MessageHandler adapter = this::onMessage;
  private long next;

  /** Made by JMH. */
  public RequestRingBenchmark() {}

  /**
   * One record in and out.
   *
   * @return how many records were read
   */
  @Benchmark
  public int claimCommitRead() {
    ManyToOneRingBuffer ring = this.ring;
    request.putLong(0, next++);
    int index = ring.tryClaim(1, RECORD);
    ring.buffer().putBytes(index, request, 0, RECORD);
    ring.commit(index);
    return ring.read(adapter, DRAIN_LIMIT);
  }

  private void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
    sent.putBytes(0, buffer, index, length);
  }
}
