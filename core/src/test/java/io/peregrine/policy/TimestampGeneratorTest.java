package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimestampGeneratorTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final List<String> warnings = new ArrayList<>();
  private double seconds;

  private MonotonicTimestampGenerator generator(Duration threshold, Duration interval) {
    return new MonotonicTimestampGenerator(
        () -> Math.round(seconds * 1e6), threshold, interval, warnings::add);
  }

  private long at(MonotonicTimestampGenerator generator, double seconds) {
    this.seconds = seconds;
    return generator.next();
  }

  private List<Long> at(MonotonicTimestampGenerator generator, double... seconds) {
    List<Long> given = new ArrayList<>();
    for (double time : seconds) {
      given.add(at(generator, time));
    }
    return given;
  }

  @Test
  void clockThatStandsStillIsCountedOn() {
    assertThat(at(generator(SECOND, SECOND), 15.0, 15.0, 15.0, 15.01))
        .containsExactly(15_000_000L, 15_000_001L, 15_000_002L, 15_010_000L);
  }

  @Test
  void clockThatGoesBackIsCountedOnUntilItHasCaughtUp() {
    assertThat(at(generator(SECOND, SECOND), 15.0, 13.0, 14.0, 13.5, 15.01))
        .containsExactly(15_000_000L, 15_000_001L, 15_000_002L, 15_000_003L, 15_010_000L);
  }

  @Test
  void driftBelowTheThresholdIsNotWarnedOf() {
    MonotonicTimestampGenerator generator = generator(SECOND, Duration.ZERO);
    at(generator, 15.0, 14.000001);
    assertThat(warnings).isEmpty();
    at(generator, 14.000000);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void warningTellsHowFarTheClockIsBehind() {
    at(generator(SECOND, SECOND), 15.0, 13.0);
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0))
        .startsWith("Clock skew detected: the time (13000000) is 2000000 microseconds behind")
        .contains("(15000000)");
  }

  @Test
  void warningsKeepTheirInterval() {
    MonotonicTimestampGenerator generator = generator(SECOND, SECOND);
    at(generator, 15.0, 11.0, 11.5, 11.999);
    assertThat(warnings).hasSize(1);
    at(generator, 12.0, 12.5);
    assertThat(warnings).hasSize(2);
  }

  @Test
  void repeatedTimeIsNoDriftOfZeroThreshold() {
    MonotonicTimestampGenerator generator = generator(Duration.ZERO, Duration.ZERO);
    at(generator, 15.0, 16.0);
    assertThat(warnings).isEmpty();
  }

  @Test
  void threadsNeverGetTheSameTimestampAndEachGetsThemRising() throws Exception {
    int threads = 4;
    int each = 1_000_000;
    MonotonicTimestampGenerator generator = new MonotonicTimestampGenerator();
    long[] all = new long[threads * each];
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int from = t * each;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  all[from + i] = generator.next();
                }
              });
      running.add(thread);
      thread.start();
    }
    for (Thread thread : running) {
      thread.join();
    }
    for (int t = 0; t < threads; t++) {
      for (int i = t * each + 1; i < (t + 1) * each; i++) {
        if (all[i] <= all[i - 1]) {
          throw new AssertionError(all[i] + " after " + all[i - 1]);
        }
      }
    }
    Arrays.sort(all);
    for (int i = 1; i < all.length; i++) {
      if (all[i] == all[i - 1]) {
        throw new AssertionError(all[i] + " was given twice");
      }
    }
  }

  @Test
  void ownClockIsTheTimeOfDay() {
    MicrosecondClock clock = new MicrosecondClock();
    for (int i = 0; i < 100_000; i++) {
      clock.microTime();
    }
    long before = TimeUnit.MILLISECONDS.toMicros(Instant.now().toEpochMilli());
    long now = clock.microTime();
    long after = TimeUnit.MILLISECONDS.toMicros(Instant.now().toEpochMilli() + 3);
    assertThat(now).isBetween(before - 1, after);
  }

  @Test
  void negativeDurationsAreRefused() {
    assertThatThrownBy(() -> generator(SECOND.negated(), SECOND))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threshold");
    assertThatThrownBy(() -> generator(SECOND, SECOND.negated()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interval");
  }
}
