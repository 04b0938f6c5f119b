package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Numbers read from bytes, against those that the JDK reads from strings. */
class DecimalTextTest {
  private static final int OFFSET = 3;
  private static final String CHARACTERS = "0123456789+- x.";

  private static @Nullable Long expected(String text) {
    try {
      long number = Long.parseLong(text);
      return Long.toString(number).equals(text) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static void check(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // What stands around it would change the number.
    UnsafeBuffer buffer = new UnsafeBuffer("9".repeat(2 * OFFSET + bytes.length).getBytes());
    buffer.putBytes(OFFSET, bytes);
    Long number = expected(text);
    assertThat(DecimalText.isLong(buffer, OFFSET, bytes.length)).as(text).isEqualTo(number != null);
    if (number != null) {
      assertThat(DecimalText.read(buffer, OFFSET, bytes.length)).as(text).isEqualTo(number);
    }
  }

  @Test
  void numbersOfAllSizesAreThoseOfTheJdk() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      check(Long.toString(random.nextLong() >> random.nextInt(Long.SIZE)));
    }
  }

  @Test
  void numbersNearTheLimitsAreThoseOfTheJdk() {
    for (long limit : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0}) {
      for (int i = -30; i <= 30; i++) {
        BigInteger number = BigInteger.valueOf(limit).add(BigInteger.valueOf(i));
        check(number.toString());
        check(number + "0");
        check("+" + number);
        check("-" + number);
        check("000" + number);
      }
    }
  }

  @Test
  void textsThatAreNoNumbersAreNone() {
    List.of("", "+", "-", "--1", "+-1", "1-", " 1", "1 ", "0x10", "seven", "1.0", "1e3", "\0", "é1")
        .forEach(DecimalTextTest::check);
    check("1".repeat(100_000));
    check("0".repeat(100_000) + "5");
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(22); left > 0; left--) {
        boolean any = random.nextInt(20) == 0;
        text.append(CHARACTERS.charAt(random.nextInt(any ? CHARACTERS.length() : 10)));
      }
      check(text.toString());
    }
  }
}
