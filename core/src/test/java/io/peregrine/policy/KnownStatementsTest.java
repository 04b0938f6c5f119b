package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.policy.LatencyWindows.Settings;
import org.junit.jupiter.api.Test;

class KnownStatementsTest {
  private static final long MILLI = 1_000_000;
  private static final long INTERVAL = 1_000 * MILLI;

  private final KnownStatements statements =
      new KnownStatements(new Settings(99, 1, INTERVAL, 0, 100 * MILLI), 2, 0);

  private long now;

  /** Executes it a few times; whether its latency became known. */
  private boolean isLearnt(String text) {
    for (int i = 0; i < 3; i++) {
      statements.delayNanos(text, now);
      statements.record(text, MILLI);
    }
    return statements.delayNanos(text, now) >= 0;
  }

  @Test
  void statementIsKnownFromTheSecondTimeOn() {
    statements.delayNanos("a", now);
    statements.record("a", MILLI);
    assertThat(statements.delayNanos("a", now)).isNegative();
    assertThat(statements.delayNanos("a", now)).isNegative();
    statements.record("a", MILLI);
    assertThat(statements.delayNanos("a", now)).isPositive();
  }

  @Test
  void textsThatNeverComeAgainTakeNoRoom() {
    for (int i = 0; i < 100_000; i++) {
      String text = "SELECT v FROM t WHERE k = " + i;
      statements.delayNanos(text, now);
      statements.record(text, MILLI);
    }
    assertThat(isLearnt("a")).isTrue();
    assertThat(isLearnt("b")).isTrue();
  }

  @Test
  void noMoreAreKnownThanFindRoom() {
    assertThat(isLearnt("a")).isTrue();
    assertThat(isLearnt("b")).isTrue();
    assertThat(isLearnt("c")).isFalse();
    assertThat(isLearnt("a")).isTrue();
    assertThat(isLearnt("b")).isTrue();
  }

  @Test
  void statementThatIsNotUsedMakesRoom() {
    isLearnt("a");
    isLearnt("b");
    assertThat(isLearnt("c")).isFalse();
    now += INTERVAL - 1;
    isLearnt("a");
    assertThat(isLearnt("c")).as("too early").isFalse();
    now += 1;
    assertThat(isLearnt("c")).isTrue();
    assertThat(isLearnt("a")).as("the one that was used").isTrue();
    assertThat(isLearnt("b")).as("the one that was not").isFalse();
  }

  @Test
  void statementsThatAreUsedStayHoweverManyOthersCome() {
    isLearnt("a");
    isLearnt("b");
    for (int i = 0; i < 100; i++) {
      now += INTERVAL;
      assertThat(isLearnt("another " + i)).isFalse();
      assertThat(statements.delayNanos("a", now)).isPositive();
      assertThat(statements.delayNanos("b", now)).isPositive();
    }
  }
}
