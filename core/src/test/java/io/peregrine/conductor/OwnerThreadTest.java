package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.io.SelectorAgent;
import io.peregrine.io.SelectorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One at a time runs the agent, and an owner that was away looks around first. */
@Timeout(60)
class OwnerThreadTest {
  private final List<Throwable> faults = new ArrayList<>();
  private final SelectorAgent agent = new SelectorAgent(new SelectorContext());
  private long now;
  private final OwnerThread owner =
      new OwnerThread(agent, NoOpIdleStrategy.INSTANCE, null, () -> now, faults::add);

  @AfterEach
  void close() {
    owner.close();
    assertThat(agent.offHeapBytes()).isZero();
    assertThat(faults).isEmpty();
  }

  @Test
  void ownerThatWasAwayLooksAtItsSocketsFirst() {
    owner.arrive();
    now += TimeUnit.MILLISECONDS.toNanos(50);
    owner.arrive();
    assertThat(owner.visits()).as("two arrivals").isEqualTo(2);
    now += TimeUnit.MILLISECONDS.toNanos(150);
    owner.arrive();
    assertThat(owner.visits()).as("one arrival more, and a look").isEqualTo(4);
    owner.arrive();
    assertThat(owner.visits()).isEqualTo(5);
  }

  @Test
  void ownerThatHasComeByIsNotAway() {
    long seen = owner.visits();
    owner.arrive();
    assertThat(owner.whileAway(seen, () -> faults.add(new AssertionError("done")))).isFalse();
  }

  @Test
  void nobodyRunsTheAgentWhileAnotherHasIt() {
    boolean done = owner.whileAway(owner.visits(), () -> assertThat(owner.invoke()).isZero());
    assertThat(done).isTrue();
    assertThat(owner.visits()).isZero();
    owner.invoke();
    assertThat(owner.visits()).isEqualTo(1);
  }

  @Test
  void ownerThatRunsTheAgentIsNotAway() throws Exception {
    CountDownLatch parked = new CountDownLatch(1);
    CountDownLatch tried = new CountDownLatch(1);
    boolean[] done = {true};
    Thread other =
        new Thread(
            () -> {
              try {
                parked.await();
              } catch (InterruptedException e) {
                return;
              }
              done[0] = owner.whileAway(owner.visits(), () -> {});
              tried.countDown();
              owner.wakeUp();
            });
    other.start();
    // The task stands for whatever the owner does in a duty cycle.
    boolean held =
        owner.whileAway(
            owner.visits(),
            () -> {
              parked.countDown();
              try {
                tried.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    other.join();
    assertThat(held).isTrue();
    assertThat(done[0]).isFalse();
  }

  @Test
  void wakeUpIsNotLostWhetherTheOwnerSleepsYetOrNot() {
    for (int i = 0; i < 1_000; i++) {
      Thread waking = new Thread(owner::wakeUp);
      waking.start();
      // Each of them would last a second if the call were missed.
      owner.drive();
      try {
        waking.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      owner.invoke();
    }
    assertThat(owner.visits()).isEqualTo(2_000);
  }

  @Test
  void endedAgentIsNotRunAgain() {
    owner.close();
    assertThat(owner.invoke()).isZero();
    owner.drive();
    owner.arrive();
    owner.close();
    assertThat(owner.visits()).isZero();
    assertThat(owner.whileAway(owner.visits(), () -> {})).isFalse();
  }
}
