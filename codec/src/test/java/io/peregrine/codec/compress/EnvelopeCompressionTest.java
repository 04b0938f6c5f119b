package io.peregrine.codec.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeCompressionTest {
  private static final int MOST = 1 << 22;

  @ParameterizedTest
  @EnumSource
  void envelopeComesBackWithItsOwnHeader(CompressorTest.Kind kind) {
    try (Compressor compressor = kind.open();
        EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, MOST)) {
      EnvelopeCompressor envelopes = new EnvelopeCompressor(compressor);
      for (int bodyLength : new int[] {40, 1000, 16_384, 70_000, 262_144, 1_000_000}) {
        UnsafeBuffer envelope = envelope(bodyLength, 3);
        UnsafeBuffer target = direct(2 + envelopes.maxCompressedLength(bodyLength + 9));
        int sent = envelopes.compress(envelope, 0, bodyLength + 9, target, 2);
        assertThat(sent).isLessThan(bodyLength + 9);
        assertThat(EnvelopeHeaderFlyweight.flags(target, 2)).isEqualTo(0x07);
        assertThat(EnvelopeHeaderFlyweight.bodyLength(target, 2)).isEqualTo(sent - 9);
        assertThat(EnvelopeHeaderFlyweight.streamId(target, 2)).isEqualTo(4711);

        assertThat(decompressor.decompress(target, 2, sent)).isEqualTo(bodyLength + 9);
        assertThat(bytes(decompressor.buffer(), bodyLength + 9))
            .isEqualTo(bytes(envelope, bodyLength + 9));
        decompressor.reset();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyThatDoesNotGetSmallerIsSentAsItIs(CompressorTest.Kind kind) {
    try (Compressor compressor = kind.open()) {
      EnvelopeCompressor envelopes = new EnvelopeCompressor(compressor);
      for (int bodyLength : new int[] {0, 1, 5, 100, 5000}) {
        UnsafeBuffer envelope = envelope(bodyLength, 256);
        UnsafeBuffer target = direct(envelopes.maxCompressedLength(bodyLength + 9));
        assertThat(envelopes.compress(envelope, 0, bodyLength + 9, target, 0))
            .isEqualTo(bodyLength + 9);
        assertThat(bytes(target, bodyLength + 9)).isEqualTo(bytes(envelope, bodyLength + 9));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bombIsRefusedBeforeMemoryIsHadForIt(CompressorTest.Kind kind) {
    try (Compressor compressor = kind.open();
        EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, MOST)) {
      boolean isLz4 = compressor.algorithm().equals("lz4");
      // 256 MiB, claimed by some bytes.
      UnsafeBuffer lie = direct(9 + 64);
      lie.putInt(9, isLz4 ? 0x00000010 : 0x80808080);
      lie.putByte(13, (byte) 1);
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> decompressor.decompress(lie, 0, 9 + 64));
      assertThat(decompressor.buffer().capacity()).isEqualTo(EnvelopeDecompressor.INITIAL_CAPACITY);

      // More than is accepted, and true.
      EnvelopeCompressor envelopes = new EnvelopeCompressor(compressor);
      UnsafeBuffer bomb = direct(envelopes.maxCompressedLength(MOST + 1));
      int length = envelopes.compress(direct(MOST + 1), 0, MOST + 1, bomb, 0);
      assertThat(length).isLessThan(MOST / 15);
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> decompressor.decompress(bomb, 0, length))
          .withMessageContaining(String.valueOf(MOST - 9));
      assertThat(decompressor.buffer().capacity()).isEqualTo(EnvelopeDecompressor.INITIAL_CAPACITY);

      int justRight = envelopes.compress(direct(MOST), 0, MOST, bomb, 0);
      assertThat(decompressor.decompress(bomb, 0, justRight)).isEqualTo(MOST);
    }
  }

  @Test
  void memoryGoesBackAfterALargeEnvelope() {
    try (Compressor compressor = new Lz4Compressor();
        EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, MOST)) {
      UnsafeBuffer target = direct(MOST);
      EnvelopeCompressor envelopes = new EnvelopeCompressor(compressor);
      int length = envelopes.compress(envelope(100_000, 3), 0, 100_009, target, 0);
      decompressor.decompress(target, 0, length);
      decompressor.reset();
      assertThat(decompressor.buffer().capacity()).isEqualTo(1 << 17);
      length = envelopes.compress(envelope(500_000, 3), 0, 500_009, target, 0);
      decompressor.decompress(target, 0, length);
      assertThat(decompressor.buffer().capacity()).isEqualTo(500_009);
      decompressor.reset();
      assertThat(decompressor.buffer().capacity()).isEqualTo(EnvelopeDecompressor.INITIAL_CAPACITY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyThatIsDamagedIsRefusedAndTheNextOneIsNot(CompressorTest.Kind kind) {
    try (Compressor compressor = kind.open();
        EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, MOST)) {
      EnvelopeCompressor envelopes = new EnvelopeCompressor(compressor);
      UnsafeBuffer target = direct(envelopes.maxCompressedLength(1009));
      int length = envelopes.compress(envelope(1000, 3), 0, 1009, target, 0);
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> decompressor.decompress(target, 0, length - 1));
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> decompressor.decompress(target, 0, 9));
      assertThat(decompressor.decompress(target, 0, length)).isEqualTo(1009);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, -1, (1 << 28) + 10})
  void boundThatMakesNoSenseIsRefused(int bound) {
    try (Compressor compressor = new Lz4Compressor()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new EnvelopeDecompressor(compressor, bound))
          .withMessageContaining(String.valueOf(bound));
    }
  }

  @Test
  void lessThanAHeaderIsRefused() {
    try (Compressor compressor = new Lz4Compressor();
        EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, MOST)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decompressor.decompress(direct(20), 0, 8));
    }
  }

  @Test
  void closedDecompressorTakesNothing() {
    try (Compressor compressor = new SnappyCompressor()) {
      EnvelopeDecompressor decompressor = new EnvelopeDecompressor(compressor, MOST);
      decompressor.close();
      decompressor.close();
      decompressor.reset();
      assertThatIllegalStateException()
          .isThrownBy(() -> decompressor.decompress(direct(20), 0, 20));
    }
  }

  private static UnsafeBuffer envelope(int bodyLength, int letters) {
    UnsafeBuffer envelope = direct(9 + bodyLength);
    EnvelopeHeaderFlyweight.put(
        envelope, 0, ProtocolVersion.V4, 0x06, 4711, Opcode.QUERY, bodyLength);
    Random random = new Random(bodyLength);
    for (int i = 0; i < bodyLength; i++) {
      // Repeats far back as well, so that Snappy has something to find.
      byte next = (byte) random.nextInt(letters);
      envelope.putByte(9 + i, letters < 256 && i > 16 ? envelope.getByte(9 + i - 16) : next);
    }
    return envelope;
  }

  private static byte[] bytes(DirectBuffer buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  private static UnsafeBuffer direct(int capacity) {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
  }
}
