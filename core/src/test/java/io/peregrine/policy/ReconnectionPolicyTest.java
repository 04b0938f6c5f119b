package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.peregrine.OperationTimedOutException;
import io.peregrine.codec.DriverException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReconnectionPolicyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private static List<Long> seconds(ReconnectionPolicy policy, int most) {
    ReconnectionPolicy.Schedule schedule = policy.newSchedule();
    List<Long> delays = new ArrayList<>();
    long delay = schedule.nextDelayNanos();
    while (delay >= 0 && delays.size() < most) {
      delays.add(TimeUnit.NANOSECONDS.toSeconds(delay));
      delay = schedule.nextDelayNanos();
    }
    return delays;
  }

  @Test
  void delaysDoubleUpToTheLongest() {
    assertThat(seconds(new ExponentialReconnectionPolicy(SECOND, TEN_MINUTES, 12, false), 100))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 600L, 600L);
  }

  @Test
  void jitterStaysWithinFifteenPercentAndTheBounds() {
    ReconnectionPolicy policy = new ExponentialReconnectionPolicy(SECOND, TEN_MINUTES, 64, true);
    boolean varied = false;
    for (int run = 0; run < 100; run++) {
      ReconnectionPolicy.Schedule schedule = policy.newSchedule();
      for (int i = 0; i < 64; i++) {
        double plain = Math.min(600, Math.pow(2, i)) * 1e9;
        long delay = schedule.nextDelayNanos();
        assertThat((double) delay)
            .isBetween(Math.max(1e9, plain * 0.85), Math.min(600e9, plain * 1.15));
        varied |= delay != (long) plain;
      }
      assertThat(schedule.nextDelayNanos()).isNegative();
      assertThat(schedule.nextDelayNanos()).as("and stays so").isNegative();
    }
    assertThat(varied).isTrue();
  }

  @Test
  void schedulesDoNotKnowOfEachOther() {
    ReconnectionPolicy policy = new ExponentialReconnectionPolicy(SECOND, TEN_MINUTES, 3, false);
    ReconnectionPolicy.Schedule first = policy.newSchedule();
    first.nextDelayNanos();
    assertThat(seconds(policy, 100)).containsExactly(1L, 2L, 4L);
    assertThat(first.nextDelayNanos()).isEqualTo(2_000_000_000L);
  }

  @Test
  void constantDelayIsTheSameEachTime() {
    assertThat(seconds(new ConstantReconnectionPolicy(SECOND, 64), 100))
        .isEqualTo(Collections.nCopies(64, 1L));
  }

  @Test
  void unlimitedNeverGivesUp() {
    assertThat(seconds(ReconnectionPolicy.constant(Duration.ZERO), 10_000)).hasSize(10_000);
    assertThat(seconds(ReconnectionPolicy.exponential(SECOND, TEN_MINUTES), 10_000))
        .hasSize(10_000);
  }

  @Test
  void longestPossibleDelayDoesNotOverflow() {
    Duration longest = Duration.ofNanos(Long.MAX_VALUE);
    ReconnectionPolicy.Schedule schedule =
        new ExponentialReconnectionPolicy(longest.dividedBy(3), longest, 64, true).newSchedule();
    for (int i = 0; i < 64; i++) {
      assertThat(schedule.nextDelayNanos()).isGreaterThanOrEqualTo(Long.MAX_VALUE / 3);
    }
  }

  @Test
  void delayThatIsLongerThanTimeIsForEver() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
    long century = TimeUnit.DAYS.toNanos(36_525);
    assertThat(new ConstantReconnectionPolicy(forEver, 1).newSchedule().nextDelayNanos())
        .isGreaterThan(century);
    for (int i = 0; i < 64; i++) {
      assertThat(
              new ExponentialReconnectionPolicy(forEver, forEver, 1, true)
                  .newSchedule()
                  .nextDelayNanos())
          .isGreaterThan(century);
    }
  }

  @Test
  void badSettingsAreRefused() {
    Duration negative = Duration.ofMillis(-1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConstantReconnectionPolicy(negative, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConstantReconnectionPolicy(SECOND, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExponentialReconnectionPolicy(negative, SECOND, 1, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExponentialReconnectionPolicy(TEN_MINUTES, SECOND, 1, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ExponentialReconnectionPolicy(SECOND, TEN_MINUTES, -1, false));
  }

  @Test
  void everyFailureConvictsButALateAnswer() {
    ConvictionPolicy policy = ConvictionPolicy.simple();
    assertThat(policy.addFailure(new DriverException("lost"))).isTrue();
    assertThat(policy.addFailure(new OperationTimedOutException("late", null))).isFalse();
    policy.reset();
    assertThat(policy.addFailure(new DriverException("lost"))).isTrue();
  }
}
