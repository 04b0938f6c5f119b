package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.policy.LatencyWindows.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LatencyWindowsTest {
  private static final long MILLI = 1_000_000;
  private static final long INTERVAL = 1_000 * MILLI;
  private static final int SAMPLES = 1_000;
  private static final Percentage PRECISION = Percentage.withPercentage(1);

  private static LatencyWindows windows(double percentile, long shortest, long longest) {
    return new LatencyWindows(new Settings(percentile, SAMPLES, INTERVAL, shortest, longest), 0);
  }

  private static void record(LatencyWindows windows, int times, long nanos) {
    for (int i = 0; i < times; i++) {
      windows.record(nanos);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 25, 50, 75, 90, 99, 99.9})
  void delayIsThePercentileOfTheLatencies(double percentile) {
    LatencyWindows windows = windows(percentile, 0, 10_000 * MILLI);
    for (int i = 1; i <= SAMPLES; i++) {
      windows.record(i * MILLI);
    }
    assertThat(windows.delayNanos(0)).isCloseTo((long) (percentile * 10 * MILLI), PRECISION);
  }

  @Test
  void thereIsNoDelayBeforeTheMinimumOfLatencies() {
    LatencyWindows windows = windows(50, 0, 10_000 * MILLI);
    assertThat(windows.delayNanos(0)).isNegative();
    record(windows, SAMPLES - 1, MILLI);
    assertThat(windows.delayNanos(100 * INTERVAL)).isNegative();
    windows.record(MILLI);
    assertThat(windows.delayNanos(100 * INTERVAL)).isCloseTo(MILLI, PRECISION);
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * MILLI, 500 * MILLI})
  void oldLatenciesFade(long later) {
    LatencyWindows windows = windows(99, 0, 10_000 * MILLI);
    record(windows, SAMPLES, 100 * MILLI);
    assertThat(windows.delayNanos(0)).isCloseTo(100 * MILLI, PRECISION);
    record(windows, SAMPLES, later);
    assertThat(windows.delayNanos(INTERVAL - 1)).isCloseTo(100 * MILLI, PRECISION);
    assertThat(windows.delayNanos(INTERVAL)).isCloseTo(later, PRECISION);
  }

  @Test
  void delayStaysUntilTheNextWindowHasEnoughLatencies() {
    LatencyWindows windows = windows(99, 0, 10_000 * MILLI);
    record(windows, SAMPLES, 100 * MILLI);
    assertThat(windows.delayNanos(0)).isCloseTo(100 * MILLI, PRECISION);
    record(windows, SAMPLES - 1, 2 * MILLI);
    assertThat(windows.delayNanos(50 * INTERVAL)).isCloseTo(100 * MILLI, PRECISION);
    windows.record(2 * MILLI);
    assertThat(windows.delayNanos(50 * INTERVAL)).isCloseTo(2 * MILLI, PRECISION);
  }

  @Test
  void nothingIsLeftOfTheWindowsBefore() {
    LatencyWindows windows = windows(99, 0, 10_000 * MILLI);
    for (int i = 0; i < 50; i++) {
      long latency = (1 + i * 17 % 50) * MILLI;
      record(windows, SAMPLES, latency);
      assertThat(windows.delayNanos(i * INTERVAL)).isCloseTo(latency, PRECISION);
    }
  }

  @Test
  void delayKeepsItsBounds() {
    LatencyWindows windows = windows(99, 3 * MILLI, 50 * MILLI);
    record(windows, SAMPLES, 10_000);
    assertThat(windows.delayNanos(0)).isEqualTo(3 * MILLI);
    record(windows, SAMPLES, Long.MAX_VALUE);
    assertThat(windows.delayNanos(INTERVAL)).isEqualTo(50 * MILLI);
    record(windows, SAMPLES, -1);
    assertThat(windows.delayNanos(2 * INTERVAL)).isEqualTo(3 * MILLI);
  }

  @Test
  void shortestPossibleBoundsHold() {
    LatencyWindows windows = windows(99, 0, 1);
    record(windows, SAMPLES, MILLI);
    assertThat(windows.delayNanos(0)).isEqualTo(1);
  }

  @Test
  void clockMayOverflow() {
    long start = Long.MAX_VALUE - 1;
    LatencyWindows windows =
        new LatencyWindows(new Settings(99, SAMPLES, INTERVAL, 0, 100 * MILLI), start);
    record(windows, SAMPLES, 5 * MILLI);
    assertThat(windows.delayNanos(start)).isCloseTo(5 * MILLI, PRECISION);
    record(windows, SAMPLES, 7 * MILLI);
    assertThat(windows.delayNanos(start + INTERVAL)).isCloseTo(7 * MILLI, PRECISION);
  }

  @Test
  void delayIsAlwaysALatencyWhileThreadsRecordAndWindowsTurn() throws Exception {
    LatencyWindows windows = windows(50, 0, 10_000 * MILLI);
    AtomicLong now = new AtomicLong();
    LongAdder delays = new LongAdder();
    List<String> wrong = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 200_000; i++) {
                  windows.record(2 * MILLI + i % 100 * MILLI / 100);
                  long delay = windows.delayNanos(now.addAndGet(INTERVAL / 100));
                  if (delay >= 0) {
                    delays.increment();
                    if (delay < 2 * MILLI || delay > 3 * MILLI * 1.01) {
                      synchronized (wrong) {
                        wrong.add(Long.toString(delay));
                      }
                    }
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
    assertThat(delays.sum()).isGreaterThan(700_000);
  }
}
