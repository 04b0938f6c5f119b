package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnfinishedNodesTest {
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST = 10;

  private final AtomicLong now = new AtomicLong(1);
  private final List<Throwable> faults = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final ClusterConductor conductor = new ClusterConductor(now::get, faults::add, false);
  private final AgentInvoker invoker = new AgentInvoker(faults::add, null, conductor);
  private int readings;
  private Set<Object> told = Set.of();
  private final UnfinishedNodes unfinished = new UnfinishedNodes(conductor, log::add, this::read);

  private void read() {
    readings++;
    unfinished.onRead(told);
  }

  @BeforeEach
  void start() {
    invoker.start();
  }

  private void tell(Object... nodes) {
    told = Set.of(nodes);
    unfinished.onRead(told);
  }

  private void pass(long nanos) {
    now.addAndGet(nanos);
    invoker.invoke();
    assertThat(faults).isEmpty();
  }

  @Test
  void listIsReadAgainUntilAllIsTold() {
    tell("a");
    pass(WINDOW / 2 - 1);
    assertThat(readings).isZero();
    told = Set.of();
    pass(WINDOW / 2);
    assertThat(readings).isEqualTo(1);
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).isEqualTo(1);
  }

  @Test
  void listThatTellsAllIsNotReadAgain() {
    tell();
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).isZero();
    assertThat(log).isEmpty();
  }

  @Test
  void listThatWasReadForAnotherReasonMeanwhileAndTellsAllIsNot() {
    tell("a");
    tell();
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).isZero();
  }

  @Test
  void readingsForOtherReasonsAreNoReasonForMore() {
    for (int i = 0; i < 100; i++) {
      tell("a");
    }
    pass(WINDOW);
    assertThat(readings).isEqualTo(1);
  }

  @Test
  void whatNeverTellsMoreIsReadEverLaterAndThenNoMore() {
    tell("a");
    for (int reading = 0; reading < MOST; reading++) {
      assertThat(readings).isEqualTo(reading);
      long window = Math.min(LONGEST, WINDOW << reading);
      pass(window / 2 - 1);
      assertThat(readings).as("not before half of the window").isEqualTo(reading);
      pass(window / 2 + 1);
    }
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).isEqualTo(MOST);
    tell("a");
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(readings).as("not for any other reading either").isEqualTo(MOST);
    assertThat(log).singleElement().asString().contains("host_id or tokens yet");
  }

  @Test
  void anotherOneIsAskedAboutAtOnceWhateverWasThereBefore() {
    tell("a");
    for (int reading = 0; reading < MOST; reading++) {
      pass(LONGEST);
    }
    tell("a", "b");
    pass(WINDOW);
    assertThat(readings).isEqualTo(MOST + 1);
    tell("a");
    pass(2 * WINDOW);
    assertThat(readings).as("goes on").isEqualTo(MOST + 2);
    assertThat(log).hasSize(2);
  }

  @Test
  void anotherOneDoesNotWaitForTheScheduleOfTheFirst() {
    tell("a");
    for (int reading = 0; reading < 6; reading++) {
      pass(LONGEST);
    }
    tell("a", "b");
    pass(WINDOW);
    assertThat(readings).isEqualTo(7);
  }
}
