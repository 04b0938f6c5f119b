package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A control connection is looked for though nobody says where the contact point is. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SilentNameServerTest {
  private final PoolScene scene = new PoolScene(3);
  private final WillingOwner owner = new WillingOwner();

  /** Look-ups that were not answered yet. */
  private final List<Runnable> lookUps = new ArrayList<>();

  private int lookedUp;
  private int host;
  private final ControlConnection control =
      owner.control(
          scene,
          name -> new InetAddress[] {scene.server(host).address().getAddress()},
          this::lookUp,
          () -> TimeUnit.SECONDS.toNanos(1));

  private void lookUp(Runnable call) {
    lookedUp++;
    lookUps.add(call);
  }

  private boolean isAt(int server) {
    Connection current = control.current();
    return current != null && current.remoteAddress().equals(scene.server(server).address());
  }

  private void answer(int server) {
    host = server;
    lookUps.forEach(Runnable::run);
    lookUps.clear();
    scene.until("an answer", () -> control.contacts().contains(scene.server(server).address()));
  }

  private void open() {
    CompletableFuture<Void> opened = control.open();
    answer(0);
    scene.await(opened);
  }

  /** The last that is known goes down, and so the contact point is looked for. */
  private void loseAll() {
    int before = lookedUp;
    scene.server(0).goDown();
    scene.until("a look-up", () -> lookedUp == before + 1);
    scene.settle();
  }

  @AfterEach
  void close() {
    Connection current = control.current();
    if (current != null) {
      scene.agent.connections().close(current, new DriverException("the test is over"));
      scene.until("the end", () -> control.current() == null);
    }
    scene.close();
  }

  @Test
  void contactPointThatNobodyLooksUpIsTriedWhereItWas() {
    open();
    loseAll();
    scene.server(0).startListening();
    scene.pass(99, TimeUnit.SECONDS);
    assertThat(control.current()).isNull();
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("the contact point", () -> isAt(0));
    assertThat(owner.searches).isEqualTo(1);
  }

  @Test
  void searchGoesOnByItsSchedule() {
    open();
    loseAll();
    scene.pass(100, TimeUnit.SECONDS);
    scene.until("the end of a search", () -> control.missing().getMessage().contains("in vain"));
    owner.plan.add(scene.server(1).address());
    scene.pass(999, TimeUnit.MILLISECONDS);
    assertThat(owner.searches).isEqualTo(1);
    scene.pass(1, TimeUnit.MILLISECONDS);
    scene.until("a node that is known by now", () -> isAt(1));
    assertThat(owner.searches).isEqualTo(2);
  }

  @Test
  void answerThatComesTooLateIsOfUseTheNextTime() {
    open();
    loseAll();
    scene.pass(100, TimeUnit.SECONDS);
    scene.until("the end of a search", () -> control.missing().getMessage().contains("in vain"));
    answer(2);
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("one more look-up", () -> lookUps.size() == 1);
    scene.pass(100, TimeUnit.SECONDS);
    scene.until("where the contact point was last", () -> isAt(2));
  }

  @Test
  void nodeThatComesUpIsAskedAtOnce() {
    open();
    loseAll();
    owner.plan.add(scene.server(1).address());
    control.onReachable(scene.node(1));
    scene.until("the node that is up", () -> isAt(1));
    answer(2);
    scene.pass(100, TimeUnit.SECONDS);
    assertThat(isAt(1)).as("it comes too late to change anything").isTrue();
  }

  @Test
  void firstSearchEndsAndTheNextMayFindSomebody() {
    CompletableFuture<Void> opened = control.open();
    scene.settle();
    scene.pass(100, TimeUnit.SECONDS);
    assertThat(opened)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("The look-up of the contact points has not returned")
        .withMessageContaining("controlConnectionTimeout");
    lookUps.clear();
    open();
    assertThat(isAt(0)).isTrue();
  }
}
