package io.peregrine;

import static io.peregrine.ClusterScene.PEERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import com.datastax.oss.protocol.internal.response.event.TopologyChangeEvent;
import io.peregrine.policy.AddressTranslator;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedCluster;
import io.peregrine.testkit.server.ServerConnection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that tell other addresses than they are reached by: events are of what they tell. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class TranslatedAddressesTest {
  private final Queue<InetSocketAddress> translated = new ConcurrentLinkedQueue<>();

  /** The node is somewhere else than where it says. */
  private AddressTranslator translator(InetSocketAddress told, InetSocketAddress elsewhere) {
    return address -> {
      translated.add(address);
      return address.equals(told) ? elsewhere : address;
    };
  }

  private static ClusterBuilder onlyWhenTold(ClusterBuilder builder) {
    return builder.reconnectionPolicy(() -> () -> -1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nodeIsTriedWhenWhatItTellsIsSaidToBeUp() {
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ScriptedCluster spare = ScriptedCluster.start(1);
        ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    onlyWhenTold(builder)
                        .addressTranslator(translator(nodes.address(1), spare.address(0))));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      spare.server(0).goDown();
      scene.untilHeard("down 0");
      spare.server(0).startListening();
      scene.nodes.push(new StatusChangeEvent("UP", nodes.address(1)));
      scene.untilHeard("up 0");
      scene.untilConnected(session, 2);
      assertThat(nodes.server(1).observed().connections()).isEmpty();
      int before = scene.asked(PEERS);
      scene.nodes.push(new TopologyChangeEvent("NEW_NODE", nodes.address(1)));
      scene.nodes.remove(1);
      scene.nodes.push(new TopologyChangeEvent("REMOVED_NODE", nodes.address(1)));
      scene.untilHeard("remove 0");
      assertThat(scene.asked(PEERS)).as("a node that is up is not read").isEqualTo(before + 1);
    }
  }

  @Test
  void eventsByTheThousandAreNotTranslated() {
    ScriptedCluster nodes = ScriptedCluster.start(2);
    try (ClusterScene scene =
            new ClusterScene(
                nodes,
                builder ->
                    builder.addressTranslator(translator(nodes.address(0), nodes.address(0))));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      ServerConnection control = scene.control(0);
      int before = translated.size();
      for (int port = 1; port <= 1_000; port++) {
        control.pushEvent(new StatusChangeEvent("DOWN", new InetSocketAddress("127.0.0.99", port)));
      }
      scene.until("all events", () -> scene.cluster.eventsReceived() == 1_000);
      // What was told before is acted on before, and this reading translates the other node.
      scene.cluster.refreshNodes(false);
      assertThat(translated).hasSize(before + 1).contains(nodes.address(1));
    }
  }

  @Test
  void translatorThatThrowsIsToldOnceAndDoneWithout() {
    try (ClusterScene scene =
            ClusterScene.of(
                4,
                builder ->
                    builder.addressTranslator(
                        address -> {
                          throw new IllegalStateException("the test's own, for " + address);
                        }));
        CapturedLog log = new CapturedLog();
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 4);
      scene.cluster.refreshNodes(false);
      scene.cluster.refreshNodes(true);
      assertThat(log.lines("The address translator threw")).hasSize(1);
      assertThat(log.lines("the test's own")).hasSize(1);
    }
  }

  @Test
  void whatALostNodeHasToldIsNotTakenForNewsWhenItIsTranslatedAtLast() {
    AtomicBoolean slow = new AtomicBoolean();
    CountDownLatch answer = new CountDownLatch(1);
    AddressTranslator nameServer =
        address -> {
          if (slow.compareAndSet(true, false)) {
            await(answer);
          }
          return address;
        };
    try (ClusterScene scene = ClusterScene.of(3, builder -> builder.addressTranslator(nameServer));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 3);
      slow.set(true);
      CompletableFuture<Void> refresh = scene.cluster.refreshNodesAsync(false);
      scene.until("a slow look-up", () -> !slow.get());
      scene.nodes.remove(2);
      scene.nodes.server(2).goDown();
      scene.control(0).close();
      scene.untilHeard("remove 2");
      scene.until("control", () -> scene.cluster.controlConnectionNode().isPresent());
      answer.countDown();
      assertThatThrownBy(refresh::join).hasMessageContaining("was lost");
      scene.cluster.refreshNodes(false);
      assertThat(scene.heard).containsOnlyOnce("add 2");
      assertThat(scene.known()).hasSize(2);
    }
  }

  /** Has the clock go on until something is done, and the conductor look at it. */
  private static void passUntilDone(ClusterScene scene, AtomicLong now, Future<?> what) {
    scene.until(
        "the end of a look-up",
        () -> {
          now.addAndGet(TimeUnit.SECONDS.toNanos(1));
          scene.cluster.setTokenMetadataEnabled(true);
          return what.isDone();
        });
  }

  @Test
  void translatorThatNeverReturnsHoldsUpNothingElse() {
    AtomicLong now = new AtomicLong(1);
    AtomicInteger stuck = new AtomicInteger(-1);
    CountDownLatch answer = new CountDownLatch(1);
    AddressTranslator nameServer =
        address -> {
          if (stuck.get() >= 0) {
            stuck.incrementAndGet();
            await(answer);
          }
          return address;
        };
    try (ClusterScene scene =
            ClusterScene.of(
                2,
                builder ->
                    builder
                        .addressTranslator(nameServer)
                        .clock(now::get)
                        .controlConnectionTimeout(Duration.ofSeconds(2))
                        // Time passes in leaps, and agreement is asked for meanwhile.
                        .maxSchemaAgreementWait(Duration.ZERO)
                        .heartbeatInterval(Duration.ZERO));
        Session session = scene.cluster.connect()) {
      scene.untilConnected(session, 2);
      stuck.set(0);
      for (int calls = 1; calls <= 4; calls++) {
        int waiting = calls;
        CompletableFuture<Void> nodes = scene.cluster.refreshNodesAsync(false);
        scene.until("a look-up", () -> stuck.get() == waiting);
        CompletableFuture<Void> schema = scene.cluster.schema().refreshAsync();
        passUntilDone(scene, now, nodes);
        assertThatThrownBy(nodes::join)
            .hasMessageContaining("The address translator has not returned for 40000 ms");
        schema.join();
      }
      assertThatThrownBy(() -> scene.cluster.refreshNodes(false))
          .hasMessageContaining("is not called again until it does");
      assertThat(stuck).as("threads that are waiting").hasValue(4);
      stuck.set(-1);
      answer.countDown();
      scene.until(
          "a look-up that returns",
          () -> scene.cluster.refreshNodesAsync(false).handle((done, e) -> e == null).join());
      assertThat(session.execute("q").all()).isEmpty();
    } finally {
      answer.countDown();
    }
  }
}
