package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeculationBudgetTest {
  private static void earn(SpeculationBudget budget, int requests) {
    for (int i = 0; i < requests; i++) {
      budget.earn();
    }
  }

  private static int spend(SpeculationBudget budget, int attempts) {
    int spent = 0;
    for (int i = 0; i < attempts; i++) {
      spent += budget.spend() ? 1 : 0;
    }
    return spent;
  }

  @Test
  void itBeginsWithNothing() {
    assertThat(new SpeculationBudget(100, 50).spend()).isFalse();
  }

  @Test
  void speculationIsEarnedByAsManyRequestsAsThePercentSays() {
    SpeculationBudget budget = new SpeculationBudget(5, 50);
    earn(budget, 19);
    assertThat(budget.spend()).isFalse();
    budget.earn();
    assertThat(budget.spend()).isTrue();
    assertThat(budget.spend()).isFalse();
  }

  @Test
  void noMoreIsSavedThanTheBurst() {
    SpeculationBudget budget = new SpeculationBudget(30, 7);
    earn(budget, 100_000);
    assertThat(spend(budget, 100)).isEqualTo(7);
    earn(budget, 3);
    assertThat(budget.spend()).isFalse();
    budget.earn();
    assertThat(budget.spend()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.29, 1, 3.3, 5, 33.3, 99.9, 100})
  void overTimeItIsThePercentAndNeverMore(double percent) {
    SpeculationBudget budget = new SpeculationBudget(percent, 1);
    long spent = 0;
    int requests = 1_000_000;
    for (int i = 1; i <= requests; i++) {
      budget.earn();
      spent += budget.spend() ? 1 : 0;
      if (spent * 100 > i * percent * (1 + 1e-12)) {
        throw new AssertionError(spent + " speculations beside " + i + " requests");
      }
    }
    // A burst of 1 loses what is earned beyond a whole one.
    assertThat(spent).isGreaterThanOrEqualTo((long) (requests / Math.ceil(100 / percent) * 0.999));
  }

  @Test
  void greatestBurstDoesNotOverflow() {
    SpeculationBudget budget = new SpeculationBudget(100, Integer.MAX_VALUE);
    earn(budget, 1_000);
    assertThat(spend(budget, 2_000)).isEqualTo(1_000);
  }
}
