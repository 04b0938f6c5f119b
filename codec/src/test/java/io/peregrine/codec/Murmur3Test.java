package io.peregrine.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class Murmur3Test {
  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "murmur3.csv",
      delimiter = ';',
      numLinesToSkip = 1,
      maxCharsPerColumn = 8192)
  void tokenIsCassandras(
      String name, String key, int length, long token, @Nullable Long unsignedTail) {
    byte[] bytes = keyOf(key);
    assertThat(bytes).hasSize(length);

    assertThat(Murmur3.hash(new UnsafeBuffer(bytes), 0, length)).isEqualTo(token);
    if (unsignedTail != null) {
      assertThat(Murmur3.hash(new UnsafeBuffer(bytes), 0, length)).isNotEqualTo(unsignedTail);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "murmur3.csv",
      delimiter = ';',
      numLinesToSkip = 1,
      maxCharsPerColumn = 8192)
  void tokenDoesNotDependOnWhereTheKeyIs(String name, String key, int length, long token) {
    byte[] bytes = keyOf(key);
    for (int offset = 1; offset < 10; offset++) {
      UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(length + 20));
      direct.setMemory(0, direct.capacity(), (byte) 0xEE);
      direct.putBytes(offset, bytes);
      assertThat(Murmur3.hash(direct, offset, length)).isEqualTo(token);
    }
  }

  @Test
  void emptyKeyHashesToZero() {
    assertThat(Murmur3.hash(new UnsafeBuffer(new byte[0]), 0, 0)).isZero();
  }

  @Test
  void eachOfTheLastBytesCountsAsSigned() {
    Random random = new Random(31);
    for (int length = 1; length < 16; length++) {
      UnsafeBuffer buffer = new UnsafeBuffer(new byte[length]);
      for (int i = 0; i < 2_000; i++) {
        random.nextBytes(buffer.byteArray());
        assertThat(Murmur3.hash(buffer, 0, length)).isEqualTo(byteByByte(buffer.byteArray()));
      }
    }
  }

  /** The hash of a key of less than one block, as its definition says it. */
  private static long byteByByte(byte[] key) {
    long h1 = 0;
    long h2 = 0;
    for (int i = 0; i < key.length; i++) {
      if (i < 8) {
        h1 ^= (long) key[i] << 8 * i;
      } else {
        h2 ^= (long) key[i] << 8 * (i - 8);
      }
    }
    h1 = Long.rotateLeft(h1 * 0x87c37b91114253d5L, 31) * 0x4cf5ad432745937fL ^ key.length;
    h2 = Long.rotateLeft(h2 * 0x4cf5ad432745937fL, 33) * 0x87c37b91114253d5L ^ key.length;
    h1 += h2;
    h2 += h1;
    return finalMix(h1) + finalMix(h2);
  }

  private static long finalMix(long value) {
    long k = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
    k = (k ^ k >>> 33) * 0xc4ceb9fe1a85ec53L;
    return k ^ k >>> 33;
  }

  private static byte[] keyOf(String key) {
    String[] parts = key.split(":", 2);
    String value = parts[1];
    return switch (parts[0]) {
      case "hex" -> HexFormat.of().parseHex(value);
      case "text" -> value.getBytes(StandardCharsets.UTF_8);
      case "repeat" -> generated(value, 0);
      case "counting" -> generated(value, 1);
      default -> throw new IllegalArgumentException(key);
    };
  }

  private static byte[] generated(String value, int step) {
    String[] parts = value.split(":");
    byte[] bytes = new byte[Integer.parseInt(parts[1])];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (Integer.parseInt(parts[0], 16) + i * step);
    }
    return bytes;
  }
}
