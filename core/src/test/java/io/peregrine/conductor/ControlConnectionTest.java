package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.Authenticate;
import io.peregrine.NoHostAvailableException;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Script;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where the control connection is looked for, and when no more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ControlConnectionTest {
  private static final Authenticate WHO =
      new Authenticate("org.apache.cassandra.auth.PasswordAuthenticator");

  private final PoolScene scene = new PoolScene(3);
  private final WillingOwner owner = new WillingOwner();
  private final List<String> lookUps = new ArrayList<>();
  private final List<InetAddress> addresses = new ArrayList<>();
  private int calls;
  private boolean noThreads;
  private long delay = TimeUnit.SECONDS.toNanos(1);
  private final ControlConnection control =
      owner.control(scene, this::lookUp, this::call, () -> delay);

  private void call(Runnable call) {
    calls++;
    if (noThreads) {
      throw new OutOfMemoryError("unable to create native thread: the test's own");
    }
    call.run();
  }

  private InetAddress[] lookUp(String name) throws UnknownHostException {
    lookUps.add(name);
    if (addresses.isEmpty()) {
      throw new UnknownHostException(name);
    }
    return addresses.toArray(InetAddress[]::new);
  }

  private InetAddress host(int server) {
    return scene.server(server).address().getAddress();
  }

  private boolean isAt(int server) {
    Connection current = control.current();
    return current != null && current.remoteAddress().equals(scene.server(server).address());
  }

  private void open(int... servers) {
    for (int server : servers) {
      addresses.add(host(server));
    }
    scene.await(control.open());
  }

  private int startups(int server) {
    return scene.server(server).observed().requests(opcode(Opcode.STARTUP)).size();
  }

  private void lose() {
    Connection lost = control.current();
    scene.agent.connections().close(lost, new DriverException("the test's own"));
    scene.until("the loss", () -> control.current() != lost);
  }

  @AfterEach
  void close() {
    Connection current = control.current();
    if (current != null) {
      owner.plan.clear();
      addresses.clear();
      scene.agent.connections().close(current, new DriverException("the test is over"));
      scene.until("the end", () -> control.current() == null);
    }
    scene.close();
  }

  @Test
  void contactPointsAreLookedUpAgainWhenAllKnownAddressesFail() {
    open(0);
    owner.plan.add(scene.server(0).address());
    owner.plan.add(scene.server(1).address());
    addresses.clear();
    addresses.add(host(2));
    scene.server(1).stopListening();
    scene.server(0).goDown();
    scene.until("the new address", () -> isAt(2));
    assertThat(lookUps).containsExactly("cassandra.example", "cassandra.example");
    assertThat(control.contacts()).containsExactly(scene.server(2).address());
  }

  @Test
  void contactPointsAreNotLookedUpWhileAKnownNodeWillDo() {
    open(0);
    owner.plan.add(scene.server(1).address());
    scene.server(0).goDown();
    scene.until("a known node", () -> isAt(1));
    assertThat(lookUps).hasSize(1);
  }

  @Test
  void nameThatHasNoAddressForAWhileIsLookedUpLater() {
    open(0);
    addresses.clear();
    scene.server(0).goDown();
    scene.until("a look-up in vain", () -> lookUps.size() == 2);
    scene.settle();
    addresses.add(host(1));
    scene.pass(999, TimeUnit.MILLISECONDS);
    assertThat(lookUps).hasSize(2);
    scene.pass(1, TimeUnit.MILLISECONDS);
    scene.until("an address", () -> isAt(1));
  }

  @Test
  void searchGoesOnThoughNoThreadCanBeStartedForALookUp() {
    open(0);
    addresses.clear();
    addresses.add(host(1));
    noThreads = true;
    scene.server(0).goDown();
    scene.until("a look-up without a thread", () -> calls == 2);
    scene.settle();
    noThreads = false;
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("an address", () -> isAt(1));
  }

  @Test
  void nodeThatDoesNotLetTheClientInIsPassedOverFromThenOn() {
    open(0);
    owner.plan.add(scene.server(1).address());
    owner.plan.add(scene.server(0).address());
    scene.server(1).on(opcode(Opcode.STARTUP), WHO);
    scene.server(0).goDown();
    for (int rounds = 2; rounds < 5; rounds++) {
      int before = rounds;
      scene.until("a round in vain", () -> lookUps.size() == before);
      scene.settle();
      scene.pass(1, TimeUnit.SECONDS);
    }
    assertThat(startups(1)).isEqualTo(1);
    scene.server(0).startListening();
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("the node that is back", () -> isAt(0));
    assertThat(startups(1)).isEqualTo(1);
  }

  @Test
  void nodeThatDidNotLetTheClientInMayAfterAnotherHas() {
    open(0);
    owner.plan.add(scene.server(1).address());
    owner.plan.add(scene.server(2).address());
    Script refusal = scene.server(1).on(opcode(Opcode.STARTUP), WHO);
    scene.server(0).goDown();
    scene.until("another node", () -> isAt(2));
    assertThat(owner.refused).containsOnly(scene.server(1).address());
    refusal.remove();
    scene.server(2).goDown();
    scene.until("the one that refused before", () -> isAt(1));
  }

  @Test
  void whereNobodyLetsTheClientInTheSearchEnds() {
    open(0);
    owner.plan.add(scene.server(0).address());
    owner.plan.add(scene.server(1).address());
    scene.server(0).on(opcode(Opcode.STARTUP), WHO);
    scene.server(1).on(opcode(Opcode.STARTUP), WHO);
    Connection before = control.current();
    assertThat(before).isNotNull();
    scene.agent.connections().close(before, new DriverException("the test's own"));
    scene.until("both refusals", () -> startups(0) == 2 && startups(1) == 1);
    scene.until("a last look-up", () -> lookUps.size() == 2);
    scene.settle();
    scene.pass(1, TimeUnit.DAYS);
    assertThat(control.current()).isNull();
    assertThat(startups(0)).isEqualTo(2);
    assertThat(startups(1)).isEqualTo(1);
  }

  @Test
  void searchThatHasEndedSaysSoAndBeginsAgainWhenSomebodyAsks() {
    open(0);
    owner.plan.add(scene.server(0).address());
    Script refusal = scene.server(0).on(opcode(Opcode.STARTUP), WHO);
    Connection before = control.current();
    assertThat(before).isNotNull();
    scene.agent.connections().close(before, new DriverException("the test's own"));
    scene.until("a last look-up", () -> lookUps.size() == 2);
    scene.settle();
    assertThat(control.missing())
        .hasMessageContaining("none is looked for")
        .hasMessageContaining(scene.server(0).address().toString());
    control.lookAgain();
    assertThat(control.missing()).hasMessageContaining("is looking");
    scene.until("one more refusal", () -> lookUps.size() == 3);
    refusal.remove();
    control.lookAgain();
    scene.until("the node that lets it in now", () -> isAt(0));
    control.lookAgain();
    scene.settle();
    assertThat(startups(0)).isEqualTo(4);
  }

  @Test
  void searchWhoseScheduleIsOverBeginsAgainWhenSomebodyAsks() {
    open(0);
    delay = -1;
    addresses.clear();
    scene.server(0).goDown();
    scene.until("a look-up in vain", () -> lookUps.size() == 2);
    scene.settle();
    scene.pass(1, TimeUnit.DAYS);
    assertThat(lookUps).hasSize(2);
    assertThat(control.missing()).hasMessageContaining("none is looked for");
    addresses.add(host(1));
    control.lookAgain();
    scene.until("an address", () -> isAt(1));
  }

  @Test
  void nameThatHasNoAddressForAWhileEndsNoSearchThoughAllKnownNodesRefuse() {
    open(0);
    owner.plan.add(scene.server(1).address());
    scene.server(1).on(opcode(Opcode.STARTUP), WHO);
    scene.server(2).stopListening();
    addresses.clear();
    addresses.add(host(2));
    scene.server(0).goDown();
    scene.until("a round in vain", () -> lookUps.size() == 2 && startups(1) == 1);
    scene.settle();
    addresses.clear();
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("a look-up in vain", () -> lookUps.size() == 3);
    scene.settle();
    addresses.add(host(2));
    scene.server(2).startListening();
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("the contact point", () -> isAt(2));
    assertThat(startups(1)).isEqualTo(1);
  }

  @Test
  void nobodyAtAllIsAnErrorWithEachAddress() {
    addresses.add(host(0));
    addresses.add(host(1));
    scene.server(0).stopListening();
    scene.server(1).on(opcode(Opcode.STARTUP), WHO);
    CompletableFuture<Void> opened = control.open();
    scene.until("the end of it", opened::isDone);
    assertThat(opened)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(NoHostAvailableException.class)
        .withMessageContaining(scene.server(0).address().toString())
        .withMessageContaining(scene.server(1).address().toString());
  }

  @Test
  void connectionThatIsLostAgainAndAgainIsLookedForByTheSchedule() {
    open(0);
    owner.plan.add(scene.server(0).address());
    for (int i = 0; i < 5; i++) {
      lose();
      scene.until("another one", () -> isAt(0));
    }
    lose();
    scene.settle();
    assertThat(owner.searches).isEqualTo(5);
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("one by the schedule", () -> isAt(0));
    lose();
    scene.settle();
    assertThat(owner.searches).isEqualTo(6);
    scene.pass(1, TimeUnit.SECONDS);
    scene.until("one more by the schedule", () -> isAt(0));
    // That one is of use.
    scene.pass(1, TimeUnit.SECONDS);
    lose();
    scene.until("another one at once", () -> isAt(0));
  }
}
