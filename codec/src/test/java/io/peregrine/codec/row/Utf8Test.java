package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The hand-written UTF-8 agrees with the JDK's, right bytes or wrong. */
class Utf8Test {
  private static final int[] EDGES = {
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
    0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
  };

  private final Random random = new Random(7);

  @Test
  void anyBytesDecodeAsTheJdkDecodesThem() {
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = new byte[random.nextInt(9)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) EDGES[random.nextInt(EDGES.length)];
      }
      StringBuilder text = new StringBuilder();
      int chars = reader(bytes).appendTo(text);
      String expected = new String(bytes, StandardCharsets.UTF_8);
      assertThat(text.toString()).isEqualTo(expected);
      assertThat(chars).isEqualTo(expected.length());
    }
  }

  @Test
  void anyTextEncodesAsTheJdkEncodesIt() {
    ValueWriter writer = new ValueWriter();
    for (int round = 0; round < 100_000; round++) {
      char[] chars = new char[random.nextInt(7)];
      for (int i = 0; i < chars.length; i++) {
        int kind = random.nextInt(4);
        chars[i] =
            (char)
                (kind == 0
                    ? random.nextInt(0x80)
                    : kind == 1 ? random.nextInt(0x10000) : 0xD7F0 + random.nextInt(0x820));
      }
      String text = new String(chars);
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);
      ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
      writer.wrap(buffer, 0).putText(text);
      byte[] written = new byte[writer.position() - 4];
      buffer.getBytes(4, written);
      assertThat(written).isEqualTo(expected);
      assertThat(Utf8.encodedLength(text)).isEqualTo(expected.length);
    }
  }

  @Test
  void textEncodesAsTheJdkEncodesItWhereverItStopsToBeAscii() {
    for (int length = 0; length < 34; length++) {
      for (int place = 0; place <= length; place++) {
        for (String other : List.of("", "\u007f", "\u0080", "\u0141", "\uD83D\uDE00", "\uD83D")) {
          String text = "x".repeat(place) + other + "y".repeat(length - place);
          byte[] expected = text.getBytes(StandardCharsets.UTF_8);
          assertThat(encoded(text)).isEqualTo(expected);
          assertThat(encoded(new StringBuilder(text))).isEqualTo(expected);
        }
      }
    }
  }

  private static byte[] encoded(CharSequence text) {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    ValueWriter writer = new ValueWriter().wrap(buffer, 0);
    writer.putText(text);
    byte[] written = new byte[writer.position() - 4];
    buffer.getBytes(4, written);
    return written;
  }

  private static ValueReader reader(byte[] bytes) {
    return new ValueReader()
        .wrap(new UnsafeBuffer(bytes), 0, bytes.length, DataType.Primitive.VARCHAR);
  }
}
