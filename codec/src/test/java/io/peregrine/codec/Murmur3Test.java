package io.peregrine.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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
