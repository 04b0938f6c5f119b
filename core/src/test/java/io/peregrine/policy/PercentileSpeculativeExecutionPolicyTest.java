package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.peregrine.BatchStatement;
import io.peregrine.SimpleStatement;
import io.peregrine.Statement;
import io.peregrine.policy.PercentileSpeculativeExecutionPolicy.Builder;
import io.peregrine.testkit.leak.AllocationProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PercentileSpeculativeExecutionPolicyTest {
  private static final long MILLI = 1_000_000;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int SAMPLES = 500;
  private static final Percentage PRECISION = Percentage.withPercentage(1);
  private static final SimpleStatement SELECT =
      SimpleStatement.of("SELECT v FROM t WHERE k = ?", 1);
  private static final SimpleStatement OTHER = SimpleStatement.of("SELECT v FROM u WHERE k = ?", 1);

  private long now;

  private Builder builder() {
    return PercentileSpeculativeExecutionPolicy.builder()
        .percentile(90)
        .minimumSamples(SAMPLES)
        .interval(SECOND)
        .clock(() -> now);
  }

  private static long delay(SpeculativeExecutionPolicy policy, Statement<?> statement) {
    return policy.nextDelayNanos("ks", statement, 1);
  }

  /** Requests that take equally long. */
  private static void execute(
      SpeculativeExecutionPolicy policy, Statement<?> statement, int times, long nanos) {
    for (int i = 0; i < times; i++) {
      delay(policy, statement);
      policy.onAnswer(statement, nanos);
    }
  }

  @Test
  void unknownStatementIsNotSpeculatedBeforeTheMinimumOfAnswers() {
    SpeculativeExecutionPolicy policy = builder().build();
    int answers = 0;
    while (delay(policy, SELECT) < 0) {
      policy.onAnswer(SELECT, MILLI);
      answers++;
    }
    // Those before it is known do not count.
    assertThat(answers).isBetween(SAMPLES, SAMPLES + 2);
    assertThat(delay(policy, OTHER)).isNegative();
  }

  @Test
  void delayFollowsTheLatencies() {
    SpeculativeExecutionPolicy policy = builder().build();
    for (long latency : new long[] {5, 80, 7, 900, 20}) {
      execute(policy, SELECT, SAMPLES + 2, latency * MILLI);
      assertThat(delay(policy, SELECT)).isCloseTo(latency * MILLI, PRECISION);
      now += SECOND.toNanos();
    }
  }

  @Test
  void delayIsThePercentileThatWasSet() {
    SpeculativeExecutionPolicy policy = builder().percentile(75).build();
    execute(policy, SELECT, 2, 0);
    for (int i = 0; i < SAMPLES; i++) {
      policy.onAnswer(SELECT, i % 100 < 75 ? 10 * MILLI : 50 * MILLI);
    }
    assertThat(delay(policy, SELECT)).isCloseTo(10 * MILLI, PRECISION);
  }

  @Test
  void statementsDoNotMix() {
    SpeculativeExecutionPolicy policy = builder().build();
    for (int i = 0; i < SAMPLES + 2; i++) {
      execute(policy, SELECT, 1, 3 * MILLI);
      execute(policy, OTHER, 1, 70 * MILLI);
    }
    assertThat(delay(policy, SELECT)).isCloseTo(3 * MILLI, PRECISION);
    assertThat(delay(policy, OTHER)).isCloseTo(70 * MILLI, PRECISION);
  }

  @Test
  void sameTextIsTheSameStatementWhateverItsValues() {
    SpeculativeExecutionPolicy policy = builder().build();
    for (int i = 0; i < SAMPLES + 2; i++) {
      execute(policy, SimpleStatement.of(SELECT.query(), i), 1, 3 * MILLI);
    }
    assertThat(delay(policy, SELECT)).isCloseTo(3 * MILLI, PRECISION);
  }

  @Test
  void statementThatIsOnlyAnsweredIsNotLearnt() {
    SpeculativeExecutionPolicy policy = builder().build();
    for (int i = 0; i < 10 * SAMPLES; i++) {
      policy.onAnswer(SELECT, MILLI);
    }
    assertThat(delay(policy, SELECT)).isNegative();
    assertThat(policy.permits(SELECT, 1)).as("but it earns").isTrue();
  }

  @Test
  void batchesAreNotSpeculated() {
    SpeculativeExecutionPolicy policy = builder().build();
    BatchStatement batch = BatchStatement.logged().setIdempotent(true);
    execute(policy, batch, 10 * SAMPLES, MILLI);
    assertThat(delay(policy, batch)).isNegative();
    assertThat(policy.permits(SELECT, 1)).as("but they earn").isTrue();
  }

  @Test
  void noMoreNodesAreAskedThanMayBe() {
    SpeculativeExecutionPolicy one = builder().build();
    SpeculativeExecutionPolicy three = builder().mostAttempts(3).build();
    execute(one, SELECT, SAMPLES + 2, 5 * MILLI);
    execute(three, SELECT, SAMPLES + 2, 5 * MILLI);
    assertThat(one.nextDelayNanos("ks", SELECT, 1)).isPositive();
    assertThat(one.nextDelayNanos("ks", SELECT, 2)).isNegative();
    assertThat(three.nextDelayNanos("ks", SELECT, 3)).isCloseTo(5 * MILLI, PRECISION);
    assertThat(three.nextDelayNanos("ks", SELECT, 4)).isNegative();
  }

  @Test
  void delayKeepsItsBounds() {
    SpeculativeExecutionPolicy policy =
        builder().shortestDelay(Duration.ofMillis(4)).longestDelay(Duration.ofMillis(40)).build();
    execute(policy, SELECT, SAMPLES + 2, 1_000);
    assertThat(delay(policy, SELECT)).isEqualTo(4 * MILLI);
    now += SECOND.toNanos();
    execute(policy, SELECT, SAMPLES, 3_600_000 * MILLI);
    assertThat(delay(policy, SELECT)).isEqualTo(40 * MILLI);
  }

  @Test
  void waitingRequestsSpendNothing() {
    SpeculativeExecutionPolicy policy = builder().budgetPercent(1).burst(1).build();
    execute(policy, SELECT, 100 * SAMPLES, MILLI);
    assertThat(policy.permits(SELECT, 1)).isTrue();
    assertThat(policy.permits(SELECT, 1)).isFalse();
  }

  @Test
  void budgetHoldsUnderAFloodFromSeveralThreads() throws Exception {
    SpeculativeExecutionPolicy policy = builder().budgetPercent(5).build();
    AtomicLong answered = new AtomicLong();
    AtomicLong permitted = new AtomicLong();
    List<String> excesses = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 50_000; i++) {
                  if (delay(policy, SELECT) >= 0 && policy.permits(SELECT, 1)) {
                    long speculations = permitted.incrementAndGet();
                    long requests = answered.get();
                    if (speculations * 100 > requests * 5) {
                      synchronized (excesses) {
                        excesses.add(speculations + " beside " + requests);
                      }
                    }
                  }
                  answered.incrementAndGet();
                  policy.onAnswer(SELECT, MILLI);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(excesses).isEmpty();
    assertThat(permitted.get()).isBetween(9_000L, 10_000L);
  }

  @Test
  void knownStatementsAllocateNothing() {
    SpeculativeExecutionPolicy policy = builder().build();
    execute(policy, SELECT, 20_000, 2 * MILLI);
    AllocationProbe probe = AllocationProbe.of(Thread.currentThread());
    // The least of several rounds: what the machine does on the side is not the policy's.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      probe.start();
      for (int i = 0; i < 5_000; i++) {
        now += MILLI;
        execute(policy, SELECT, 1, 2 * MILLI);
        policy.permits(SELECT, 1);
      }
      least = Math.min(least, probe.allocatedBytes());
    }
    assertThat(least).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 100, 101, Double.NaN, Double.POSITIVE_INFINITY})
  void badPercentilesAreRefused(double percentile) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().percentile(percentile))
        .withMessageContaining("a percentile of " + percentile);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -5, 0.0009, 100.1, Double.NaN, Double.POSITIVE_INFINITY})
  void badBudgetsAreRefused(double percent) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().budgetPercent(percent))
        .withMessageContaining("a budget of " + percent);
  }

  @Test
  void badCountsAreRefused() {
    refused("0 samples", builder -> builder.minimumSamples(0));
    refused("0 speculations", builder -> builder.burst(0));
    refused("0 further nodes", builder -> builder.mostAttempts(0));
    refused("-1 statements", builder -> builder.mostStatements(-1));
  }

  @Test
  void badTimesAreRefused() {
    refused("PT0S (interval)", builder -> builder.interval(Duration.ZERO));
    refused("PT1H0.001S", builder -> builder.interval(Duration.ofHours(1).plusMillis(1)));
    refused("PT-1S", builder -> builder.shortestDelay(SECOND.negated()));
    refused("PT0S (longest delay)", builder -> builder.longestDelay(Duration.ZERO));
    refused("PT24H", builder -> builder.longestDelay(Duration.ofDays(1)));
    refused(
        "a longest delay of PT1S; it may not be shorter than the shortest, PT2S",
        builder -> builder.shortestDelay(SECOND.multipliedBy(2)).longestDelay(SECOND).build());
    assertThatNullPointerException()
        .isThrownBy(() -> builder().clock(null))
        .withMessageContaining("clock");
  }

  private void refused(String message, Consumer<Builder> setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setting.accept(builder()))
        .withMessageContaining(message);
  }
}
