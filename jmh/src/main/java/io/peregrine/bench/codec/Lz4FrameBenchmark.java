package io.peregrine.bench.codec;

import io.peregrine.bench.DriverFlags;
import io.peregrine.codec.compress.Lz4BlockCodec;
import io.peregrine.codec.frame.CompressedFrameDecoder;
import io.peregrine.codec.frame.CompressedFrameEncoder;
import io.peregrine.codec.frame.FrameCompression;
import io.peregrine.codec.row.ValueWriter;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A frame of version 5 with an LZ4 block in it, checksums included, of rows of {@link MixedValues}.
 * One thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      DriverFlags.OPEN_MISC,
      DriverFlags.MISC,
      DriverFlags.BOX_CACHE,
      "--enable-native-access=ALL-UNNAMED"
    })
public class Lz4FrameBenchmark {
  private static final int PAYLOADS = 16;
  private static final int ALIGNMENT = 64;

  /** How many bytes the payload has. */
  @Param({"1024", "65536"})
  public int length;

  private final FrameCompression compression = new FrameCompression(new Lz4BlockCodec());
  private final CompressedFrameEncoder encoder = new CompressedFrameEncoder(compression);
  private final CompressedFrameDecoder decoder = new CompressedFrameDecoder(compression);
  private UnsafeBuffer payloads = new UnsafeBuffer(0, 0);
  private UnsafeBuffer frame = new UnsafeBuffer(0, 0);
  private UnsafeBuffer frames = new UnsafeBuffer(0, 0);
  private int stride;
  private int next;

  /** Made by JMH. */
  public Lz4FrameBenchmark() {}

  /** Writes payloads and their frames, and sees that they come back whole. */
  @Setup
  public void writeFrames() {
    stride = encoder.maxFrameLength(length) + ALIGNMENT & -ALIGNMENT;
    payloads = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PAYLOADS * length, ALIGNMENT));
    frame = new UnsafeBuffer(BufferUtil.allocateDirectAligned(stride, ALIGNMENT));
    frames = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PAYLOADS * stride, ALIGNMENT));
    UnsafeBuffer rows =
        new UnsafeBuffer(new byte[PAYLOADS * length + MixedValues.MAX_ENCODED_LENGTH]);
    SplittableRandom random = new SplittableRandom(13);
    ValueWriter writer = new ValueWriter().wrap(rows, 0);
    while (writer.position() < PAYLOADS * length) {
      new MixedValues(random).write(writer);
    }
    payloads.putBytes(0, rows, 0, PAYLOADS * length);
    for (int i = 0; i < PAYLOADS; i++) {
      int frameLength = encoder.encode(payloads, i * length, length, true, frames, i * stride);
      if (frameLength >= length || decoder.decode(frames, i * stride, stride) != frameLength) {
        throw new IllegalStateException("a frame of " + frameLength + " bytes");
      }
      DirectBuffer decoded = decoder.payloadBuffer(frames);
      UnsafeBuffer payload = new UnsafeBuffer(decoded, decoder.payloadOffset(), length);
      if (!payload.equals(new UnsafeBuffer(payloads, i * length, length))) {
        throw new IllegalStateException("payload " + i + " did not come back whole");
      }
    }
  }

  /** Frees the compression's memory. */
  @TearDown
  public void close() {
    compression.close();
  }

  /**
   * Compresses a payload into a frame.
   *
   * @return the frame's length
   */
  @Benchmark
  public int encode() {
    int i = next++ & PAYLOADS - 1;
    return encoder.encode(payloads, i * length, length, true, frame, 0);
  }

  /**
   * Checks and decompresses a frame.
   *
   * @return the frame's length
   */
  @Benchmark
  public int decode() {
    int i = next++ & PAYLOADS - 1;
    return decoder.decode(frames, i * stride, stride);
  }
}
