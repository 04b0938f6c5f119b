package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LongPiecesTest {
  private final LongPieces pieces = new LongPieces();

  private long[] write(int count, long first) {
    pieces.clear();
    long[] expected = LongStream.range(first, first + count).toArray();
    for (long value : expected) {
      pieces.add(value);
    }
    return expected;
  }

  @Test
  void numbersAreWhereTheyWereWritten() {
    for (int count : new int[] {0, 1, 8_191, 8_192, 8_193, 30_000, 5}) {
      long[] expected = write(count, 7L * count);
      assertThat(pieces.count()).isEqualTo(count);
      assertThat(pieces.toArray(Pace.UNBROKEN)).isEqualTo(expected);
      for (int i = 0; i < count; i++) {
        assertThat(pieces.get(i)).isEqualTo(expected[i]);
      }
    }
  }

  @Test
  void theyAreTheSameAsTheSameNumbersOnly() {
    for (int count : new int[] {0, 1, 8_192, 20_000}) {
      long[] same = write(count, 3);
      assertThat(pieces.isSame(same)).isTrue();
      assertThat(pieces.isSame(new long[count + 1])).isFalse();
      for (int place : new int[] {0, count / 2, count - 1}) {
        if (count > 0) {
          same[place]--;
          assertThat(pieces.isSame(same)).isFalse();
          same[place]++;
        }
      }
    }
  }
}
