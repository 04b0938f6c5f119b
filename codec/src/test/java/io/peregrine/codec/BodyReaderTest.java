package io.peregrine.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Texts are read as they were written, wherever they stand. */
class BodyReaderTest {
  private static final int CAPACITY = 1 << 16;

  private static UnsafeBuffer[] buffers() {
    return new UnsafeBuffer[] {
      new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY)),
      new UnsafeBuffer(new byte[CAPACITY]),
      new UnsafeBuffer(new byte[CAPACITY + 3], 3, CAPACITY)
    };
  }

  private static int put(UnsafeBuffer buffer, int at, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    buffer.putShort(at, (short) bytes.length, ByteOrder.BIG_ENDIAN);
    buffer.putBytes(at + 2, bytes);
    return at + 2 + bytes.length;
  }

  @Test
  void textsOfEveryLengthAreReadInARow() {
    List<String> texts = new ArrayList<>();
    for (int length = 0; length < 80; length++) {
      texts.add("x".repeat(length));
      texts.add("ä€".repeat(length));
      texts.add("");
    }
    for (int length : new int[] {509, 510, 511, 512, 513, 514, 1_024, 3_000}) {
      texts.add("y".repeat(length) + length);
      texts.add("short");
    }
    for (UnsafeBuffer buffer : buffers()) {
      int end = 7;
      for (String text : texts) {
        end = put(buffer, end, text);
      }
      BodyReader reader = new BodyReader().wrap(buffer, 7, end - 7);
      for (String text : texts) {
        assertThat(reader.readString("text")).isEqualTo(text);
      }
      assertThat(reader.remaining()).isZero();
    }
  }

  @Test
  void anotherBodyAtTheSamePlaceIsReadAnew() {
    for (UnsafeBuffer buffer : buffers()) {
      BodyReader reader = new BodyReader();
      for (String text : new String[] {"first", "other", "third"}) {
        int end = put(buffer, 0, text);
        assertThat(reader.wrap(buffer, 0, end).readString("text")).isEqualTo(text);
      }
    }
  }

  @Test
  void likelyTextIsKeptIfTheBytesAreItAndReadIfTheyAreNot() {
    String[] texts = {"", "market", "Market", "markets", "marke", "märket", "\u0000", "é", "Ã©"};
    for (UnsafeBuffer buffer : buffers()) {
      for (String text : texts) {
        for (String likely : texts) {
          int end = put(buffer, 0, text);
          BodyReader reader = new BodyReader().wrap(buffer, 0, end);
          String read = reader.readString(likely, "text");
          assertThat(read).isEqualTo(text);
          assertThat(reader.remaining()).isZero();
          if (likely.equals(text) && text.chars().allMatch(c -> c < 0x80)) {
            assertThat(read).isSameAs(likely);
          }
        }
      }
    }
  }

  @Test
  void textThatIsCutOffIsMalformed() {
    for (UnsafeBuffer buffer : buffers()) {
      int end = put(buffer, 0, "market");
      for (int length = 0; length < end; length++) {
        BodyReader reader = new BodyReader().wrap(buffer, 0, length);
        assertThatThrownBy(() -> reader.readString("text"))
            .isInstanceOf(MalformedMessageException.class);
        BodyReader again = new BodyReader().wrap(buffer, 0, length);
        assertThatThrownBy(() -> again.readString("market", "text"))
            .isInstanceOf(MalformedMessageException.class);
      }
    }
  }
}
