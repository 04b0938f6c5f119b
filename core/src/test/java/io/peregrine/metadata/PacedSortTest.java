package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sorting step by step, against sorting at once. */
class PacedSortTest {
  private static final int MOST_AT_ONCE = 16;

  private final Random random = new Random(4);
  private int told;
  private int most;

  private void did(int tokens) {
    told += tokens;
    most = Math.max(most, tokens);
  }

  @Test
  void orderIsThatOfSortingAtOnceAndEqualOnesStayInTheirs() {
    Comparator<String> byFirst = Comparator.comparing(text -> text.charAt(0));
    for (int size = 0; size < 300; size++) {
      List<String> unsorted = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        unsorted.add((char) ('a' + random.nextInt(12)) + " " + i);
      }
      List<String> expected = new ArrayList<>(unsorted);
      expected.sort(byFirst);
      List<String> before = List.copyOf(unsorted);
      assertThat(PacedSort.sorted(unsorted, byFirst, Pace.UNBROKEN)).isEqualTo(expected);
      assertThat(unsorted).isEqualTo(before);
    }
  }

  @Test
  void itTellsHowFarItHasComeStepByStep() {
    List<Integer> numbers = random.ints(1_000).boxed().toList();
    PacedSort.sorted(numbers, Comparator.naturalOrder(), this::did);
    // Six times two halves are merged.
    assertThat(told).isGreaterThan(6 * numbers.size());
    assertThat(most).isLessThanOrEqualTo(MOST_AT_ONCE);
  }
}
