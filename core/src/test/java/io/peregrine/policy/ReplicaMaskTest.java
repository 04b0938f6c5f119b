package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicaMaskTest {
  private static final int TURNS = 100_000;

  @Test
  void eachPairIsChosenEquallyOftenWhateverTurnsAreMissing() {
    for (int count = 2; count <= 7; count++) {
      for (int distance : new int[] {1, 2, 3, 4, 6, 12, 1_000}) {
        Map<Long, Integer> chosen = new HashMap<>();
        for (int i = 0; i < TURNS; i++) {
          chosen.merge(ReplicaMask.choosePair(i * distance, count), 1, Integer::sum);
        }
        int pairs = count * (count - 1);
        assertThat(chosen).hasSize(pairs);
        for (Map.Entry<Long, Integer> one : chosen.entrySet()) {
          long first = one.getKey() >>> Integer.SIZE;
          int second = one.getKey().intValue();
          assertThat(first).isNotEqualTo(second).isBetween(0L, count - 1L);
          assertThat(second).isBetween(0, count - 1);
          assertThat((double) one.getValue() * pairs / TURNS).isBetween(0.97, 1.03);
        }
      }
    }
  }

  @Test
  void pairsOfFewAreTheSameInBothForms() {
    for (int count = 2; count <= ReplicaMask.FEW; count++) {
      for (int turn = 0; turn < 1_000; turn++) {
        int pair = ReplicaMask.choosePairOfFew(turn, count);
        assertThat(ReplicaMask.choosePair(turn, count))
            .isEqualTo(
                (long) ReplicaMask.firstOf(pair) << Integer.SIZE | ReplicaMask.secondOf(pair));
      }
    }
  }
}
