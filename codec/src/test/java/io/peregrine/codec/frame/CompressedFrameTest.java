package io.peregrine.codec.frame;

import static io.peregrine.codec.WireBytes.hex;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peregrine.codec.Crc24;
import io.peregrine.codec.FrameChecksum;
import io.peregrine.codec.compress.Lz4BlockCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedFrameTest {
  private static final int MOST = FrameDescriptor.MAX_PAYLOAD_LENGTH;
  private static final int[] LENGTHS = {
    0, 1, 2, 12, 13, 14, 15, 16, 17, 63, 255, 256, 270, 271, 4095, 16_383, 16_384, 16_385, 65_535,
    65_536, 131_070, MOST
  };

  private final FrameCompression compression = new FrameCompression(new Lz4BlockCodec());
  private final FrameEncoder encoder = new CompressedFrameEncoder(compression);
  private final FrameDecoder decoder = new CompressedFrameDecoder(compression);

  @AfterEach
  void free() {
    compression.close();
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/io/peregrine/codec/compressed-frame-headers.csv",
      delimiter = ';',
      numLinesToSkip = 1)
  void headerIsTheServers(int compressed, int uncompressed, boolean selfContained, String header) {
    long bits = CompressedFrameDescriptor.headerBits(compressed, uncompressed, selfContained);
    UnsafeBuffer expected = new UnsafeBuffer(hex(header));
    assertThat(bits).isEqualTo(expected.getLong(0, LITTLE_ENDIAN) & (1L << 40) - 1);
    assertThat(CompressedFrameDescriptor.compressedLength(bits)).isEqualTo(compressed);
    assertThat(CompressedFrameDescriptor.uncompressedLength(bits)).isEqualTo(uncompressed);
    assertThat(CompressedFrameDescriptor.isSelfContained(bits)).isEqualTo(selfContained);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/io/peregrine/codec/compressed-frames.csv",
      delimiter = ';',
      numLinesToSkip = 1)
  void frameOfOtherDriversIsDecoded(
      String payload, boolean selfContained, boolean canonical, String frame) {
    UnsafeBuffer received = new UnsafeBuffer(hex(frame));
    int length = decoder.decode(received, 0, received.capacity());
    assertThat(length).isEqualTo(received.capacity());
    assertThat(decoder.isSelfContained()).isEqualTo(selfContained);
    assertThat(hex(payload(received), decoder.payloadOffset(), decoder.payloadLength()))
        .isEqualTo(payload);
    if (canonical) {
      UnsafeBuffer target = direct(encoder.maxFrameLength(payload.length() / 2));
      byte[] bytes = hex(payload);
      int written = encoder.encode(direct(bytes), 0, bytes.length, selfContained, target, 0);
      assertThat(hex(target, 0, written)).isEqualTo(frame);
    }
  }

  @ParameterizedTest
  @CsvSource({"true,0", "true,3", "true,4", "false,0", "false,3", "false,4"})
  void payloadOfAnySizeComesBack(boolean isNative, int letters) {
    try (FrameCompression other = new FrameCompression(codec(isNative))) {
      FrameEncoder writing = new CompressedFrameEncoder(other);
      FrameDecoder reading = new CompressedFrameDecoder(other);
      for (int length : LENGTHS) {
        byte[] payload = text(length, letters, length);
        UnsafeBuffer source = direct(3 + length);
        source.putBytes(3, payload);
        UnsafeBuffer target = direct(5 + writing.maxFrameLength(length));
        int written = writing.encode(source, 3, length, true, target, 5);

        UnsafeBuffer inPlace = direct(7 + CompressedFrameDescriptor.frameLength(length));
        inPlace.putBytes(7 + writing.headerLength(), payload);
        int writtenInPlace = writing.encode(inPlace, 7, length, true);
        assertThat(hex(inPlace, 7, writtenInPlace)).isEqualTo(hex(target, 5, written));

        assertThat(written).isLessThanOrEqualTo(CompressedFrameDescriptor.frameLength(length));
        assertComesBack(reading, target, 5, written, payload);
        assertComesBack(decoder, target, 5, written, payload);
      }
    }
  }

  @Test
  void payloadThatCompressesIsSentShorter() {
    byte[] payload = text(MOST, 2, 1);
    UnsafeBuffer target = direct(encoder.maxFrameLength(MOST));
    int written = encoder.encode(direct(payload), 0, MOST, false, target, 0);
    assertThat(written).isLessThan(MOST / 2);
    assertComesBack(decoder, target, 0, written, payload);
    assertThat(decoder.isSelfContained()).isFalse();
  }

  @Test
  void payloadThatDoesNotCompressIsSentAndDecodedWhereItIs() {
    byte[] payload = text(MOST, 0, 1);
    UnsafeBuffer target = direct(encoder.maxFrameLength(MOST));
    int written = encoder.encode(direct(payload), 0, MOST, true, target, 0);
    assertThat(written).isEqualTo(CompressedFrameDescriptor.MAX_FRAME_LENGTH);
    assertComesBack(decoder, target, 0, written, payload);
    assertThat(payload(target)).isSameAs(target);
    assertThat(decoder.payloadOffset()).isEqualTo(CompressedFrameDescriptor.HEADER_LENGTH);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 60, 700})
  void flippedBitInAFrameIsDetected(int payloadLength) {
    UnsafeBuffer target = direct(encoder.maxFrameLength(payloadLength));
    byte[] payload = text(payloadLength, 2, 1);
    int length = encoder.encode(direct(payload), 0, payloadLength, true, target, 0);
    for (int bit = 0; bit < length * 8; bit++) {
      flip(target, bit);
      CorruptFrameException corrupt = corrupt(target, length);
      assertThat(corrupt.part())
          .as("bit %d", bit)
          .isEqualTo(
              bit < 64 ? CorruptFrameException.Part.HEADER : CorruptFrameException.Part.PAYLOAD);
      flip(target, bit);
    }
    assertComesBack(decoder, target, 0, length, payload);
  }

  @Test
  void frameIsWaitedForToItsLastByte() {
    UnsafeBuffer target = direct(encoder.maxFrameLength(300));
    int length = encoder.encode(direct(text(300, 3, 1)), 0, 300, true, target, 0);
    for (int available = 0; available < length; available++) {
      byte[] arrived = new byte[available];
      target.getBytes(0, arrived);
      assertThat(decoder.decode(new UnsafeBuffer(arrived), 0, available))
          .isEqualTo(FrameDecoder.NEED_MORE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blockOfAnotherLengthThanClaimedIsRefused(boolean isNative) {
    try (FrameCompression other = new FrameCompression(codec(isNative));
        Lz4BlockCodec codec = codec(isNative)) {
      FrameDecoder reading = new CompressedFrameDecoder(other);
      UnsafeBuffer block = direct(Lz4BlockCodec.maxCompressedLength(1000));
      int blockLength = codec.compress(direct(text(1000, 2, 1)), 0, 1000, block, 0);
      for (int claimed : new int[] {1, 999, 1001, MOST}) {
        UnsafeBuffer frame = frame(block, blockLength, claimed);
        CorruptFrameException corrupt = corrupt(reading, frame, frame.capacity());
        assertThat(corrupt.part()).isEqualTo(CorruptFrameException.Part.BLOCK);
        assertThat(corrupt.sent()).isEqualTo(claimed);
        assertThat(corrupt.computed()).isEqualTo(claimed > 1000 ? 1000 : Lz4BlockCodec.CORRUPT);
        assertThat(corrupt).hasMessageContaining(String.valueOf(claimed));
      }
      UnsafeBuffer whole = frame(block, blockLength, 1000);
      assertComesBack(reading, whole, 0, whole.capacity(), text(1000, 2, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damagedBlockUnderARightChecksumNeverLeavesItsBounds(boolean isNative) {
    Random random = new Random(7);
    int refused = 0;
    try (FrameCompression other = new FrameCompression(codec(isNative));
        Lz4BlockCodec codec = codec(isNative)) {
      FrameDecoder reading = new CompressedFrameDecoder(other);
      UnsafeBuffer block = direct(Lz4BlockCodec.maxCompressedLength(500));
      int blockLength = codec.compress(direct(text(500, 3, 1)), 0, 500, block, 0);
      for (int i = 0; i < 3000; i++) {
        UnsafeBuffer damaged = direct(blockLength);
        damaged.putBytes(0, block, 0, blockLength);
        for (int bit = 0; bit <= i % 4; bit++) {
          flip(damaged, random.nextInt(blockLength * 8));
        }
        UnsafeBuffer frame = frame(damaged, blockLength - i % 3, 500);
        try {
          reading.decode(frame, 0, frame.capacity());
          assertThat(reading.payloadLength()).isEqualTo(500);
        } catch (CorruptFrameException e) {
          assertThat(e.part()).isEqualTo(CorruptFrameException.Part.BLOCK);
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void emptyBlockIsRefused() {
    UnsafeBuffer frame = frame(direct(0), 0, 1);
    assertThat(corrupt(frame, frame.capacity()).part()).isEqualTo(CorruptFrameException.Part.BLOCK);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, MOST + 1})
  void payloadThatNoFrameCanHoldIsRefused(int length) {
    UnsafeBuffer buffer = direct(2 * MOST);
    for (FrameEncoder each : new FrameEncoder[] {encoder, new FrameEncoder()}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> each.encode(buffer, 0, length, true))
          .withMessageContaining(String.valueOf(length));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> each.encode(buffer, 0, length, true, direct(64), 0))
          .withMessageContaining(String.valueOf(length));
    }
  }

  @Test
  void uncompressedEncoderTakesAPayloadFromElsewhereToo() {
    FrameEncoder plain = new FrameEncoder();
    byte[] payload = text(50, 3, 1);
    UnsafeBuffer target = direct(plain.maxFrameLength(50));
    int length = plain.encode(direct(payload), 0, 50, true, target, 0);
    FrameDecoder reading = new FrameDecoder();
    assertThat(length).isEqualTo(target.capacity());
    assertComesBack(reading, target, 0, length, payload);
    assertThat(reading.payloadBuffer(target)).isSameAs(target);
  }

  @Test
  void nothingIsCompressedAfterTheEnd() {
    compression.close();
    compression.close();
    assertThatIllegalStateException().isThrownBy(() -> encoder.encode(direct(100), 0, 50, true));
    assertThatIllegalStateException()
        .isThrownBy(() -> encoder.encode(direct(50), 0, 50, true, direct(200), 0));
    UnsafeBuffer frame = frame(direct(10), 10, 10);
    assertThatIllegalStateException().isThrownBy(() -> decoder.decode(frame, 0, frame.capacity()));
  }

  private DirectBuffer payload(DirectBuffer received) {
    return decoder.payloadBuffer(received);
  }

  private static void assertComesBack(
      FrameDecoder reading, UnsafeBuffer frame, int offset, int length, byte[] payload) {
    assertThat(reading.decode(frame, offset, length)).isEqualTo(length);
    byte[] seen = new byte[reading.payloadLength()];
    reading.payloadBuffer(frame).getBytes(reading.payloadOffset(), seen);
    assertThat(Arrays.equals(seen, payload)).as("%d bytes", payload.length).isTrue();
  }

  private CorruptFrameException corrupt(UnsafeBuffer frame, int length) {
    return corrupt(decoder, frame, length);
  }

  private static CorruptFrameException corrupt(
      FrameDecoder reading, UnsafeBuffer frame, int length) {
    CorruptFrameException corrupt =
        catchThrowableOfType(CorruptFrameException.class, () -> reading.decode(frame, 0, length));
    assertThat(corrupt).isNotNull();
    return corrupt;
  }

  /** A frame whose checksums are right, whatever is in it. */
  private static UnsafeBuffer frame(UnsafeBuffer block, int length, int claimed) {
    UnsafeBuffer frame = direct(CompressedFrameDescriptor.frameLength(length));
    long bits = CompressedFrameDescriptor.headerBits(length, claimed, true);
    frame.putLong(0, bits | (long) Crc24.compute(bits, 5) << 40, LITTLE_ENDIAN);
    frame.putBytes(8, block, 0, length);
    frame.putInt(8 + length, new FrameChecksum().compute(block, 0, length), LITTLE_ENDIAN);
    return frame;
  }

  private static Lz4BlockCodec codec(boolean isNative) {
    return isNative ? new Lz4BlockCodec() : Lz4BlockCodec.pureJava();
  }

  /** Bytes of so many kinds; 0 for all of them. */
  private static byte[] text(int length, int letters, long seed) {
    byte[] bytes = new byte[length];
    Random random = new Random(seed);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(letters == 0 ? 256 : letters);
    }
    return bytes;
  }

  private static UnsafeBuffer direct(byte[] bytes) {
    UnsafeBuffer buffer = direct(bytes.length);
    buffer.putBytes(0, bytes);
    return buffer;
  }

  /** Off-heap, not at the start of its memory, and with its owner's limit in the way. */
  private static UnsafeBuffer direct(int capacity) {
    ByteBuffer memory = ByteBuffer.allocateDirect(3 + capacity);
    UnsafeBuffer buffer = new UnsafeBuffer(memory, 3, capacity);
    memory.limit(1);
    return buffer;
  }

  private static void flip(UnsafeBuffer buffer, int bit) {
    buffer.putByte(bit / 8, (byte) (buffer.getByte(bit / 8) ^ 1 << bit % 8));
  }
}
