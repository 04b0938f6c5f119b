package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefreshWindowTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final AtomicLong now = new AtomicLong(1);
  private final AtomicLong random = new AtomicLong();
  private final List<Long> bounds = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();
  private final ClusterConductor conductor = new ClusterConductor(now::get, faults::add, false);
  private final AgentInvoker invoker = new AgentInvoker(faults::add, null, conductor);

  @BeforeEach
  void start() {
    invoker.start();
  }

  private RefreshWindow window(long nanos) {
    return new RefreshWindow(
        conductor,
        nanos,
        bound -> {
          bounds.add(bound);
          return random.get();
        });
  }

  private void schedule(RefreshWindow window, String what) {
    window.schedule(what, () -> done.add(what));
  }

  private void pass(long nanos) {
    now.addAndGet(nanos);
    invoker.invoke();
    assertThat(faults).isEmpty();
  }

  @Test
  void eventIsActedOnAfterARandomPartOfTheWindow() {
    RefreshWindow window = window(2 * SECOND);
    random.set(SECOND);
    schedule(window, "a");
    assertThat(bounds).containsExactly(2 * SECOND);
    pass(SECOND - 1);
    assertThat(done).isEmpty();
    pass(1);
    assertThat(done).containsExactly("a");
  }

  @Test
  void equalEventsThatWaitAreOne() {
    RefreshWindow window = window(2 * SECOND);
    random.set(SECOND);
    for (int i = 0; i < 50; i++) {
      schedule(window, "a");
    }
    pass(10 * SECOND);
    assertThat(done).containsExactly("a");
    schedule(window, "a");
    pass(10 * SECOND);
    assertThat(done).containsExactly("a", "a");
  }

  @Test
  void laterEventsAreActedOnTenMillisecondsAfterEarlierOnes() {
    RefreshWindow window = window(2 * SECOND);
    random.set(SECOND);
    schedule(window, "created");
    random.set(0);
    schedule(window, "updated");
    schedule(window, "dropped");
    pass(SECOND);
    assertThat(done).containsExactly("created");
    pass(10 * MILLI);
    assertThat(done).containsExactly("created", "updated");
    pass(10 * MILLI);
    assertThat(done).containsExactly("created", "updated", "dropped");
  }

  @Test
  void windowOfZeroActsAtOnce() {
    RefreshWindow window = window(0);
    schedule(window, "a");
    schedule(window, "a");
    assertThat(done).containsExactly("a", "a");
  }

  @Test
  void negativeWindowNeverActs() {
    RefreshWindow window = window(-1);
    schedule(window, "a");
    pass(SECOND * 1_000);
    assertThat(done).isEmpty();
  }

  @Test
  void whatIsCancelledIsNotDoneUntilItIsAskedForAgain() {
    RefreshWindow window = window(SECOND);
    random.set(SECOND / 2);
    schedule(window, "a");
    schedule(window, "b");
    window.cancel("a");
    window.cancel("c");
    pass(SECOND);
    assertThat(done).containsExactly("b");
    schedule(window, "a");
    pass(SECOND);
    assertThat(done).containsExactly("b", "a");
  }

  @Test
  void whatIsCancelledAgainAndAgainKeepsItsMomentAndHoldsUpNothingElse() {
    RefreshWindow window = window(SECOND);
    random.set(SECOND / 2);
    for (int i = 0; i < 1_000; i++) {
      schedule(window, "a");
      schedule(window, "a");
      assertThat(window.waiting()).isEqualTo(1);
      window.cancel("a");
      window.cancel("a");
      assertThat(window.waiting()).isZero();
    }
    assertThat(bounds).as("moments").hasSize(1);
    schedule(window, "a");
    schedule(window, "b");
    pass(SECOND / 2);
    assertThat(done).containsExactly("a");
    pass(10 * MILLI);
    assertThat(done).containsExactly("a", "b");
    pass(1_000 * SECOND);
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void actionMayAskForItselfAgain() {
    RefreshWindow window = window(SECOND);
    random.set(SECOND / 2);
    window.schedule("a", () -> schedule(window, "a"));
    pass(SECOND);
    assertThat(done).isEmpty();
    pass(SECOND);
    assertThat(done).containsExactly("a");
  }

  @Test
  void windowWithoutEndIsNotOver() {
    RefreshWindow window = window(Long.MAX_VALUE);
    random.set(Long.MAX_VALUE - 1);
    now.set(SECOND);
    schedule(window, "a");
    pass(SECOND);
    assertThat(done).isEmpty();
  }
}
