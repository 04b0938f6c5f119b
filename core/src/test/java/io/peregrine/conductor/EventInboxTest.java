package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.envelope.Event;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventInboxTest {
  private final List<Throwable> faults = new ArrayList<>();
  private final List<Event> got = new ArrayList<>();
  private final ClusterConductor conductor = new ClusterConductor(() -> 0, faults::add, false);
  private final AgentInvoker invoker = new AgentInvoker(faults::add, null, conductor);
  private int deliveries;
  private int overflows;

  private final EventInbox inbox =
      new EventInbox(
          conductor,
          new EventInbox.Receiver() {
            @Override
            public void onEvents(List<Event> events) {
              deliveries++;
              got.addAll(events);
            }

            @Override
            public void onOverflow() {
              overflows++;
            }
          });

  @BeforeEach
  void start() {
    invoker.start();
  }

  private static Event up(int port) {
    return new Event.StatusChange(
        Event.StatusChange.Change.UP, InetSocketAddress.createUnresolved("node", port));
  }

  private static Event down(int port) {
    return new Event.StatusChange(
        Event.StatusChange.Change.DOWN, InetSocketAddress.createUnresolved("node", port));
  }

  @Test
  void eventsComeInOrderAndTogether() {
    inbox.add(up(3));
    inbox.add(up(1));
    inbox.add(up(2));
    assertThat(got).isEmpty();
    invoker.invoke();
    assertThat(got).containsExactly(up(3), up(1), up(2));
    assertThat(deliveries).isEqualTo(1);
    assertThat(invoker.invoke()).isZero();
  }

  @Test
  void lastWordOfANodeIsTheLast() {
    inbox.add(up(1));
    inbox.add(down(1));
    inbox.add(down(2));
    inbox.add(up(1));
    invoker.invoke();
    assertThat(got).containsExactly(down(1), down(2), up(1));
  }

  @Test
  void equalEventsThatWaitAreOne() {
    for (int i = 0; i < 100_000; i++) {
      inbox.add(up(1 + i % 10));
    }
    invoker.invoke();
    assertThat(got).hasSize(10);
    assertThat(overflows).isZero();
    assertThat(inbox.received()).isEqualTo(100_000);
    inbox.add(up(1));
    invoker.invoke();
    assertThat(got).hasSize(11);
  }

  @Test
  void moreDifferentEventsThanFitAreOneOverflow() {
    for (int i = 0; i < 100_000; i++) {
      inbox.add(up(i % 60_000));
    }
    invoker.invoke();
    assertThat(overflows).isEqualTo(1);
    assertThat(got).isEmpty();
    assertThat(inbox.received()).isEqualTo(100_000);
    assertThat(invoker.invoke()).isZero();
    inbox.add(up(7));
    invoker.invoke();
    assertThat(got).containsExactly(up(7));
    assertThat(faults).isEmpty();
  }

  @Test
  void asManyAsFitAreAllDelivered() {
    for (int i = 0; i < 1_024; i++) {
      inbox.add(up(i));
    }
    inbox.add(up(5));
    invoker.invoke();
    assertThat(got).hasSize(1_024);
    assertThat(overflows).isZero();
  }
}
