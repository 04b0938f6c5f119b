package io.peregrine.codec.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.AllocationMeter;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.codec.frame.CompressedFrameDecoder;
import io.peregrine.codec.frame.CompressedFrameEncoder;
import io.peregrine.codec.frame.FrameCompression;
import io.peregrine.codec.frame.FrameDecoder;
import io.peregrine.codec.frame.FrameEncoder;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.IntSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class NoAllocationTest {
  private static final int OPERATIONS = 2_000;
  private static final int LENGTH = 4000;

  private final AllocationMeter meter = new AllocationMeter(OPERATIONS);

  @Test
  void probeSeesWhatPureJavaAllocates() {
    try (Compressor compressor = Lz4Compressor.pureJava()) {
      UnsafeBuffer source = payload(3);
      UnsafeBuffer target = direct(compressor.maxCompressedLength(LENGTH));
      assertThat(meter.least(() -> compressor.compress(source, 0, LENGTH, target, 0)))
          .isGreaterThan(OPERATIONS * 100L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 256})
  void lz4FramesAllocateNothing(int letters) {
    try (FrameCompression compression = new FrameCompression(new Lz4BlockCodec())) {
      FrameEncoder encoder = new CompressedFrameEncoder(compression);
      FrameDecoder decoder = new CompressedFrameDecoder(compression);
      UnsafeBuffer payload = payload(letters);
      UnsafeBuffer frame = direct(encoder.maxFrameLength(LENGTH));
      expectNone(
          () -> {
            int length = encoder.encode(payload, 0, LENGTH, true, frame, 0);
            int needMore = decoder.decode(frame, 0, length - 1);
            return needMore
                + decoder.decode(frame, 0, length)
                + decoder.payloadBuffer(frame).getByte(decoder.payloadOffset());
          });
      expectNone(
          () -> {
            frame.putBytes(encoder.headerLength(), payload, 0, LENGTH);
            return decoder.decode(frame, 0, encoder.encode(frame, 0, LENGTH, false));
          });
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "LZ4_JAVA")
  void envelopesAllocateNothing(CompressorTest.Kind kind) {
    try (Compressor compressor = kind.open();
        EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, 1 << 20)) {
      EnvelopeCompressor envelopes = new EnvelopeCompressor(compressor);
      UnsafeBuffer envelope = payload(3);
      EnvelopeHeaderFlyweight.put(envelope, 0, ProtocolVersion.V4, 0, 1, Opcode.QUERY, LENGTH - 9);
      UnsafeBuffer target = direct(envelopes.maxCompressedLength(LENGTH));
      expectNone(
          () -> {
            int length = envelopes.compress(envelope, 0, LENGTH, target, 0);
            int back = decompressor.decompress(target, 0, length);
            decompressor.reset();
            return back;
          });
    }
  }

  private void expectNone(IntSupplier operation) {
    assertThat(meter.least(operation)).isZero();
  }

  private static UnsafeBuffer payload(int letters) {
    UnsafeBuffer payload = direct(LENGTH);
    Random random = new Random(1);
    for (int i = 0; i < LENGTH; i++) {
      boolean repeats = letters < 256 && i > 16 && random.nextInt(5) > 0;
      payload.putByte(i, repeats ? payload.getByte(i - 16) : (byte) random.nextInt(letters));
    }
    return payload;
  }

  private static UnsafeBuffer direct(int capacity) {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
  }
}
