package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DriverException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InsistentReadingTest {
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(2);
  private static final DriverException OVERLOADED = new DriverException("overloaded");

  private final AtomicLong now = new AtomicLong(1);
  private final List<Throwable> faults = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<String> moves = new ArrayList<>();
  private final List<CompletableFuture<Void>> readings = new ArrayList<>();
  private final ClusterConductor conductor = new ClusterConductor(now::get, faults::add, false);
  private final AgentInvoker invoker = new AgentInvoker(faults::add, null, conductor);
  private final InsistentReading reading = reading(WINDOW);

  private InsistentReading reading(long window) {
    return new InsistentReading(
        conductor,
        log::add,
        "The list of nodes",
        window,
        () -> {
          CompletableFuture<Void> reading = new CompletableFuture<>();
          readings.add(reading);
          return reading;
        },
        why -> moves.add(why.getMessage()));
  }

  @BeforeEach
  void start() {
    invoker.start();
  }

  private void pass(long nanos) {
    now.addAndGet(nanos);
    invoker.invoke();
    assertThat(faults).isEmpty();
  }

  private void fail() {
    readings.get(readings.size() - 1).completeExceptionally(OVERLOADED);
  }

  @Test
  void whatCannotBeReadIsReadAgainWithinTheWindow() {
    reading.read();
    fail();
    assertThat(readings).hasSize(1);
    pass(WINDOW);
    assertThat(readings).hasSize(2);
    readings.get(1).complete(null);
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).hasSize(2);
    assertThat(moves).isEmpty();
  }

  @Test
  void windowThatIsNoneOrWithoutEndIsOneThatIsSensible() {
    for (long window : new long[] {-1, 0, TimeUnit.DAYS.toNanos(1), Long.MAX_VALUE}) {
      readings.clear();
      reading(window).read();
      fail();
      pass(0);
      assertThat(readings).hasSize(1);
      pass(TimeUnit.MINUTES.toNanos(1));
      assertThat(readings).hasSize(2);
    }
  }

  @Test
  void manyWhoShareAReadingThatFailsAreOneFailure() {
    for (int i = 0; i < 10; i++) {
      reading.read();
    }
    readings.forEach(one -> one.completeExceptionally(OVERLOADED));
    pass(WINDOW);
    assertThat(readings).hasSize(11);
    assertThat(moves).isEmpty();
  }

  @Test
  void eachSecondFailureIsAReasonToAskAnother() {
    reading.read();
    for (int failures = 1; failures <= 6; failures++) {
      fail();
      assertThat(moves).hasSize(failures / 2);
      pass(TimeUnit.MINUTES.toNanos(10));
      assertThat(readings).hasSize(failures + 1);
    }
    assertThat(moves.get(0)).contains("The list of nodes", "twice", "overloaded");
  }

  @Test
  void itWaitsLongerAndLongerButNotForEver() {
    reading.read();
    for (int failures = 1; failures < 100; failures++) {
      fail();
      long atLeast = Math.min(TimeUnit.MINUTES.toNanos(5), WINDOW / 2 << Math.min(failures - 1, 9));
      pass(atLeast - 1);
      assertThat(readings).hasSize(failures);
      pass(atLeast + 1);
      assertThat(readings).hasSize(failures + 1);
    }
  }

  @Test
  void thatItFailsIsToldOnceUntilItWorks() {
    reading.read();
    for (int i = 0; i < 5; i++) {
      fail();
      pass(TimeUnit.MINUTES.toNanos(10));
    }
    assertThat(log).hasSize(1).allMatch(line -> line.contains("overloaded"));
    readings.get(5).complete(null);
    reading.read();
    fail();
    assertThat(log).hasSize(2);
  }

  @Test
  void whatWasReadMeanwhileIsNotReadAgain() {
    reading.read();
    fail();
    reading.onRead(null);
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).hasSize(1);
  }
}
