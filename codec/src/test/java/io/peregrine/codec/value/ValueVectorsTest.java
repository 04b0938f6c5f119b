package io.peregrine.codec.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.row.Vints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Known answers of the CQL encodings, both ways. */
class ValueVectorsTest {
  record Vector(String type, String hex, String value, boolean encodes) {
    static Vector of(String line) {
      String[] cells = line.split(" \\| ");
      return new Vector(cells[0], cells[1], cells[2], cells[3].equals("both"));
    }
  }

  static List<Vector> vectors() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ValueVectorsTest.class.getResourceAsStream("vectors.txt"),
                StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).map(Vector::of).toList();
    }
  }

  static List<Vector> values() throws IOException {
    return vectors().stream().filter(v -> !v.type().equals("unsigned vint")).toList();
  }

  static List<Vector> vints() throws IOException {
    return vectors().stream().filter(v -> v.type().equals("unsigned vint")).toList();
  }

  @Test
  void everyVectorIsRead() throws IOException {
    assertThat(values()).hasSizeGreaterThan(65);
    assertThat(vints()).hasSize(11);
  }

  @ParameterizedTest
  @MethodSource("values")
  void bytesDecodeToTheValue(Vector vector) {
    DataType type = Literals.type(vector.type());
    assertThat(decode(type, vector.hex())).isEqualTo(Literals.value(type, vector.value()));
  }

  @ParameterizedTest
  @MethodSource("values")
  void valueEncodesToTheBytes(Vector vector) {
    DataType type = Literals.type(vector.type());
    if (vector.encodes()) {
      Object value = Literals.value(type, vector.value());
      assertThat(encode(type, value)).isEqualTo(vector.hex());
      assertThat(encode(type, decode(type, vector.hex()))).isEqualTo(vector.hex());
    } else {
      assertThat(decode(type, vector.hex())).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("vints")
  void vintsAreReadAndWritten(Vector vector) {
    byte[] bytes = HexFormat.of().parseHex(vector.hex());
    long value = Long.parseUnsignedLong(vector.value());
    UnsafeBuffer written = new UnsafeBuffer(new byte[Vints.MAX_SIZE]);
    assertThat(Vints.getUnsigned(new UnsafeBuffer(bytes), 0)).isEqualTo(value);
    assertThat(Vints.sizeByFirst(bytes[0])).isEqualTo(bytes.length).isEqualTo(Vints.sizeOf(value));
    assertThat(Vints.putUnsigned(written, 0, value)).isEqualTo(bytes.length);
    assertThat(written.byteArray()).startsWith(bytes);
    assertThat(Vints.unZigZag(Vints.zigZag(value))).isEqualTo(value);
  }

  @Test
  void longTextKeepsItsBytes() {
    String text = "まして".repeat(1000);
    String hex = "e381bee38197e381a6".repeat(1000);
    assertThat(encode(DataType.Primitive.VARCHAR, text)).isEqualTo(hex);
    assertThat(decode(DataType.Primitive.VARCHAR, hex)).isEqualTo(text);
  }

  /** Decodes bytes that stand between others, so that reading past either end would show. */
  static @Nullable Object decode(DataType type, String hex) {
    byte[] bytes = HexFormat.of().parseHex("ffffff" + hex + "ffffff");
    return ValueDecoder.decode(type, new UnsafeBuffer(bytes), 3, bytes.length - 6);
  }

  /** The bytes of an encoded value, whose length in front has been checked and cut off. */
  static String encode(DataType type, @Nullable Object value) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(16);
    ValueWriter writer = new ValueWriter().wrap(buffer, 5);
    ValueEncoder.encode(type, value, writer);
    int length = buffer.getInt(5, java.nio.ByteOrder.BIG_ENDIAN);
    assertThat(writer.position()).isEqualTo(9 + Math.max(0, length));
    return length < 0
        ? String.valueOf(length)
        : HexFormat.of().formatHex(buffer.byteArray(), 9, 9 + length);
  }
}
