package io.peregrine.codec.compress;

import static io.peregrine.codec.WireBytes.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.peregrine.codec.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompressorTest {
  private static final int[] LENGTHS = {
    1, 2, 3, 4, 5, 12, 13, 59, 60, 61, 64, 65, 68, 255, 256, 257, 2047, 2048, 16_384, 65_535,
    65_536, 65_537, 131_071, 1 << 20
  };

  enum Kind {
    LZ4,
    LZ4_JAVA,
    SNAPPY,
    SNAPPY_JAVA;

    Compressor open() {
      return switch (this) {
        case LZ4 -> new Lz4Compressor();
        case LZ4_JAVA -> Lz4Compressor.pureJava();
        case SNAPPY -> new SnappyCompressor();
        case SNAPPY_JAVA -> SnappyCompressor.pureJava();
      };
    }

    /** The other one of the same format. */
    Kind peer() {
      return values()[ordinal() ^ 1];
    }
  }

  @ParameterizedTest
  @EnumSource
  void nativeLibraryIsUsedWhereItIsThere(Kind kind) {
    try (Compressor compressor = kind.open()) {
      assertThat(compressor.isNative()).isEqualTo(kind == Kind.LZ4 || kind == Kind.SNAPPY);
      assertThat(kind.name().toLowerCase(Locale.ROOT)).startsWith(compressor.algorithm());
    }
    assertThat(Lz4BlockCodec.whyNotNative()).isNull();
    assertThat(SnappyCompressor.whyNotNative()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void bodyOfAnySizeComesBackFromBothImplementations(Kind kind) {
    try (Compressor compressor = kind.open();
        Compressor peer = kind.peer().open()) {
      for (int length : LENGTHS) {
        for (byte[] body : bodies(length)) {
          UnsafeBuffer compressed = compressed(compressor, body);
          assertThat(compressed.capacity())
              .isLessThanOrEqualTo(compressor.maxCompressedLength(length));
          assertThat(decompressed(compressor, compressed)).isEqualTo(body);
          assertThat(decompressed(peer, compressed)).isEqualTo(body);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bodyOnTheHeapComesBackToo(Kind kind) {
    byte[] body = bodies(5000).get(1);
    try (Compressor compressor = kind.open()) {
      UnsafeBuffer target = new UnsafeBuffer(new byte[compressor.maxCompressedLength(5000) + 2]);
      int length = compressor.compress(new UnsafeBuffer(body), 0, 5000, target, 2);
      UnsafeBuffer back =
          new UnsafeBuffer(new byte[9 + compressor.uncompressedLength(target, 2, length)], 9, 5000);
      compressor.decompress(target, 2, length, back, 0, 5000);
      assertThat(hex(back, 0, 5000)).isEqualTo(hex(new UnsafeBuffer(body), 0, 5000));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LZ4,00000000 00,''",
    "LZ4,00000001 10 41,41",
    "LZ4,00000014 1f 41 0100 00 00,",
    "SNAPPY,00,''",
    "SNAPPY,01 00 41,41",
    "SNAPPY,05 00 41 01 01,4141414141",
    "SNAPPY,05 00 41 0e 0100,4141414141",
    "SNAPPY,05 00 41 0f 01000000,4141414141",
    "SNAPPY,02 f0 01 4142,4142",
    "SNAPPY,02 f4 0100 4142,4142",
    "SNAPPY,02 fc 01000000 4142,4142",
  })
  void handMadeBodyIsReadAlikeByBothImplementations(Kind kind, String body, String expected) {
    for (Kind each : new Kind[] {kind, kind.peer()}) {
      try (Compressor compressor = each.open()) {
        UnsafeBuffer compressed = direct(hex(body));
        if (expected == null) {
          assertThatExceptionOfType(MalformedMessageException.class)
              .isThrownBy(() -> decompressed(compressor, compressed));
        } else {
          assertThat(decompressed(compressor, compressed)).isEqualTo(hex(expected));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LZ4,''",
    "LZ4,00000000",
    "LZ4,000000",
    "LZ4,ffffffff 10 41",
    "LZ4,7fffffff 10 41",
    "LZ4,10000000 00000000 00000000 00000000",
    "LZ4,00000200 10 41",
    "SNAPPY,''",
    "SNAPPY,80",
    "SNAPPY,ffffffff7f 00 41",
    "SNAPPY,ffffffffff01 00 41",
    "SNAPPY,ffffffff07 00 41",
    "SNAPPY,80808080 01 00 41",
    "SNAPPY,41 00 41",
  })
  void claimThatSoFewBytesCannotKeepIsRefused(Kind kind, String body) {
    for (Kind each : new Kind[] {kind, kind.peer()}) {
      try (Compressor compressor = each.open()) {
        UnsafeBuffer compressed = direct(hex(body));
        assertThatExceptionOfType(MalformedMessageException.class)
            .isThrownBy(() -> compressor.uncompressedLength(compressed, 0, compressed.capacity()))
            .withMessageContaining("body");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LZ4,00000002 10 41",
    "LZ4,00000001 20 4142",
    "LZ4,00000005 10 41 0000",
    "LZ4,00000009 14 41 0500 10 41",
    "SNAPPY,02 00 41",
    "SNAPPY,01 04 4142",
    "SNAPPY,05 00 41 01 02",
    "SNAPPY,05 00 41 01 00",
    "SNAPPY,05 00 41 01",
    "SNAPPY,05 00 41 0e 01",
    "SNAPPY,05 00 41 0f 010000ff",
    "SNAPPY,02 fc ffffffff 4142",
    "SNAPPY,02 fc ffffff7f 4142",
    "SNAPPY,04 00 41 01 01",
  })
  void damagedBodyIsRefused(Kind kind, String body) {
    for (Kind each : new Kind[] {kind, kind.peer()}) {
      try (Compressor compressor = each.open()) {
        UnsafeBuffer compressed = direct(hex(body));
        assertThatExceptionOfType(MalformedMessageException.class)
            .as("%s", each)
            .isThrownBy(() -> decompressed(compressor, compressed));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void flippedBitsNeverWriteOutsideOfTheTarget(Kind kind) {
    Random random = new Random(3);
    int refused = 0;
    try (Compressor compressor = kind.open()) {
      UnsafeBuffer whole = compressed(compressor, bodies(700).get(1));
      UnsafeBuffer target = direct(new byte[1024]);
      for (int i = 0; i < 5000; i++) {
        UnsafeBuffer damaged = direct(new byte[whole.capacity() - i % 3]);
        damaged.putBytes(0, whole, 0, damaged.capacity());
        for (int bit = 0; bit <= i % 4; bit++) {
          int at = random.nextInt(damaged.capacity());
          damaged.putByte(at, (byte) (damaged.getByte(at) ^ 1 << random.nextInt(8)));
        }
        target.setMemory(0, target.capacity(), (byte) 0x5A);
        try {
          int claimed = compressor.uncompressedLength(damaged, 0, damaged.capacity());
          if (claimed > 900) {
            continue;
          }
          compressor.decompress(damaged, 0, damaged.capacity(), target, 50, claimed);
        } catch (MalformedMessageException e) {
          refused++;
        }
        for (int at = 0; at < 50; at++) {
          assertThat(target.getByte(at)).isEqualTo((byte) 0x5A);
          assertThat(target.getByte(950 + at)).isEqualTo((byte) 0x5A);
        }
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @ParameterizedTest
  @EnumSource
  void decompressingToAnotherLengthIsRefused(Kind kind) {
    try (Compressor compressor = kind.open()) {
      UnsafeBuffer compressed = compressed(compressor, bodies(300).get(1));
      UnsafeBuffer target = direct(new byte[400]);
      for (int length : new int[] {0, 299, 301}) {
        assertThatExceptionOfType(MalformedMessageException.class)
            .isThrownBy(
                () ->
                    compressor.decompress(compressed, 0, compressed.capacity(), target, 0, length));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void placeOutsideOfItsBufferIsRefused(Kind kind) {
    try (Compressor compressor = kind.open()) {
      UnsafeBuffer body = direct(bodies(300).get(1));
      UnsafeBuffer target = direct(new byte[compressor.maxCompressedLength(300)]);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> compressor.compress(body, 1, 300, target, 0));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> compressor.compress(body, 0, 300, target, 1));
      int length = compressor.compress(body, 0, 300, target, 0);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> compressor.decompress(target, 0, length, body, 1, 300));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> compressor.uncompressedLength(target, 1, target.capacity()));
    }
  }

  @Test
  void lz4SaysThatItNeedsMoreThanABareAddress() {
    ByteBuffer memory = ByteBuffer.allocateDirect(100);
    UnsafeBuffer bare = new UnsafeBuffer(BufferUtil.address(memory), 100);
    try (Compressor compressor = new Lz4Compressor()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> compressor.compress(bare, 0, 20, new UnsafeBuffer(memory), 40))
          .withMessageContaining("address");
    }
  }

  @Test
  void closedCodecDoesNothing() {
    Lz4BlockCodec codec = new Lz4BlockCodec();
    UnsafeBuffer source = direct(new byte[10]);
    UnsafeBuffer target = direct(new byte[100]);
    codec.close();
    codec.close();
    assertThatIllegalStateException().isThrownBy(() -> codec.compress(source, 0, 10, target, 0));
    assertThatIllegalStateException()
        .isThrownBy(() -> codec.decompress(source, 0, 10, target, 0, 10));
  }

  private static List<byte[]> bodies(int length) {
    Random random = new Random(length);
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = i > 40 && random.nextInt(9) > 0 ? text[i - 37] : (byte) random.nextInt(20);
    }
    byte[] near = new byte[length];
    for (int i = 0; i < length; i++) {
      near[i] = (byte) random.nextInt(2);
    }
    return List.of(noise, text, near, new byte[length]);
  }

  private static UnsafeBuffer compressed(Compressor compressor, byte[] body) {
    UnsafeBuffer source = direct(new byte[body.length + 4]);
    source.putBytes(4, body);
    UnsafeBuffer target = direct(new byte[5 + compressor.maxCompressedLength(body.length)]);
    int length = compressor.compress(source, 4, body.length, target, 5);
    byte[] exact = new byte[length];
    target.getBytes(5, exact);
    return direct(exact);
  }

  private static byte[] decompressed(Compressor compressor, UnsafeBuffer compressed) {
    int length = compressor.uncompressedLength(compressed, 0, compressed.capacity());
    UnsafeBuffer target = direct(new byte[6 + length]);
    compressor.decompress(compressed, 0, compressed.capacity(), target, 6, length);
    byte[] body = new byte[length];
    target.getBytes(6, body);
    return body;
  }

  /** Off-heap, at an odd place, and with its owner's limit in the way. */
  private static UnsafeBuffer direct(byte[] bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(BitUtil.SIZE_OF_LONG + bytes.length);
    UnsafeBuffer buffer = new UnsafeBuffer(memory, 7, bytes.length);
    buffer.putBytes(0, Arrays.copyOf(bytes, bytes.length));
    memory.limit(1);
    return buffer;
  }
}
