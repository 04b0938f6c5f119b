package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers in pieces, against an array. */
class IntPiecesTest {
  private final Random random = new Random(6);

  @Test
  void eachNumberIsWhereItWasPut() {
    for (int length : new int[] {1, 5, 32_767, 32_768, 32_769, 100_000}) {
      IntPieces pieces = new IntPieces(length, Pace.UNBROKEN);
      int[] expected = new int[length];
      for (int i = 0; i < length; i++) {
        int index = random.nextInt(length);
        expected[index] = random.nextInt();
        pieces.set(index, expected[index]);
      }
      assertThat(all(pieces, length)).isEqualTo(expected);
      pieces.fill(-7, Pace.UNBROKEN);
      assertThat(all(pieces, length)).containsOnly(-7);
    }
  }

  private static int[] all(IntPieces pieces, int length) {
    int[] all = new int[length];
    for (int i = 0; i < length; i++) {
      all[i] = pieces.get(i);
    }
    return all;
  }
}
