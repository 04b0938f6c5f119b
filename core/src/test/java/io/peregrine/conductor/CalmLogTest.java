package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.CapturedLog;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CalmLogTest {
  private long now = 5;
  private final CalmLog log = new CalmLog(LoggerFactory.getLogger(CalmLogTest.class), () -> now);

  @Test
  void stormIsWarnedOfTenTimesAMinute() {
    try (CapturedLog captured = new CapturedLog()) {
      for (int i = 0; i < 100_000; i++) {
        log.accept("trouble " + i);
      }
      assertThat(captured.lines("trouble")).hasSize(10);
      assertThat(captured.lines("trouble 9")).hasSize(1);
      now += TimeUnit.MINUTES.toNanos(1) - 1;
      log.accept("trouble later");
      assertThat(captured.lines("trouble later")).isEmpty();
      now++;
      log.accept("trouble in the next minute");
      assertThat(captured.lines("trouble in the next minute")).hasSize(1);
      assertThat(captured.lines("99991 more warnings")).hasSize(1);
    }
  }

  @Test
  void minuteInWhichAllWasSaidIsNotSpokenOf() {
    try (CapturedLog captured = new CapturedLog()) {
      log.accept("trouble");
      now += TimeUnit.MINUTES.toNanos(1);
      log.accept("trouble");
      assertThat(captured.lines("more warnings")).isEmpty();
      assertThat(captured.lines("trouble")).hasSize(2);
    }
  }
}
