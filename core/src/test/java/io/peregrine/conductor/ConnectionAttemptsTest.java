package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import io.peregrine.NodeDistance;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** However many nodes there are, sessions open so many connections at once and no more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConnectionAttemptsTest {
  private static final int NODES = 20;
  private static final int AT_ONCE = 3;

  /** After which a connection that is not answered does not count any more, in ns. */
  private static final long SILENCE = PoolScene.TIMEOUT / 20;

  private final HeldRequests held = new HeldRequests();

  private PoolScene scene() {
    PoolScene scene = new PoolScene(NODES, AT_ONCE);
    scene.servers.on(opcode(ProtocolConstants.Opcode.OPTIONS), held);
    return scene;
  }

  private static int opened(PoolScene scene) {
    return scene.servers.servers().stream().mapToInt(s -> s.observed().connections().size()).sum();
  }

  private void untilHeld(PoolScene scene, int count) {
    scene.until(count + " handshakes", () -> held.size() == count);
    scene.settle();
    assertThat(held.size()).isEqualTo(count);
  }

  /** Answers one handshake after the other; never are there more of them than may be. */
  private void answerEach(PoolScene scene, int count) {
    for (int answered = 0; answered < count; answered++) {
      untilHeld(scene, Math.min(AT_ONCE, count - answered));
      held.take().replyByDefault();
    }
  }

  @Test
  void connectionsThatAreTooManyWaitUntilOthersAreOpen() {
    try (PoolScene scene = scene()) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<Void> opened = pool.open(scene.nodes);
      untilHeld(scene, AT_ONCE);
      assertThat(opened(scene)).isEqualTo(AT_ONCE);
      assertThat(opened).isNotDone();
      answerEach(scene, NODES);
      scene.until("all", () -> pool.routes().size() == NODES);
      assertThat(opened).isDone();
      assertThat(opened(scene)).isEqualTo(NODES);
    }
  }

  @Test
  void severalSessionsShareTheLimit() {
    try (PoolScene scene = scene()) {
      SessionPool<Connection> one = scene.pool(PoolScene.size(2, 1), null);
      SessionPool<Connection> two = scene.pool(PoolScene.ONE_EACH, null);
      one.open(scene.nodes);
      two.open(scene.nodes);
      answerEach(scene, 3 * NODES);
      scene.until("all", () -> two.routes().size() == NODES);
      assertThat(one.routes().size()).isEqualTo(NODES);
    }
  }

  @Test
  void connectionThatFailsLetsTheNextOneBegin() {
    try (PoolScene scene = scene()) {
      scene.servers.servers().stream().limit(NODES - 1).forEach(s -> s.stopListening());
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<Void> opened = pool.open(scene.nodes);
      untilHeld(scene, 1);
      scene.until("the failures", () -> scene.failed.size() == NODES - 1);
      held.take().replyByDefault();
      scene.await(opened);
    }
  }

  @Test
  void silentNodesHoldTheOthersUpForAPartOfTheConnectTimeoutOnly() {
    try (PoolScene scene = scene()) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      pool.open(scene.nodes);
      for (int silent = AT_ONCE; silent < NODES; silent += AT_ONCE) {
        untilHeld(scene, silent);
        scene.pass(SILENCE - 1, TimeUnit.NANOSECONDS);
        assertThat(opened(scene)).isEqualTo(silent);
        scene.pass(1, TimeUnit.NANOSECONDS);
      }
      scene.until("all", () -> opened(scene) == NODES);
      assertThat(scene.failed).isEmpty();
    }
  }

  @Test
  void silentNodesDelayAnotherSessionsConnectionByAPartOfTheConnectTimeoutOnly() {
    try (PoolScene scene = scene()) {
      scene.pool(PoolScene.ONE_EACH, null).open(scene.nodes.subList(0, AT_ONCE));
      untilHeld(scene, AT_ONCE);
      ClusterNode awake = scene.node(NODES - 1);
      scene.server(NODES - 1).on(opcode(ProtocolConstants.Opcode.OPTIONS), e -> e.replyByDefault());
      CompletableFuture<Void> opened = scene.pool(PoolScene.ONE_EACH, null).open(List.of(awake));
      scene.settle();
      assertThat(opened).isNotDone();
      scene.pass(SILENCE, TimeUnit.NANOSECONDS);
      scene.await(opened);
      assertThat(scene.failed).isEmpty();
    }
  }

  @Test
  void connectionThatIsAnsweredLateMakesNoRoomASecondTime() {
    try (PoolScene scene = scene()) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      pool.open(scene.nodes);
      untilHeld(scene, AT_ONCE);
      scene.pass(SILENCE, TimeUnit.NANOSECONDS);
      untilHeld(scene, 2 * AT_ONCE);
      for (int late = 1; late <= AT_ONCE; late++) {
        held.take().replyByDefault();
        int connected = late;
        scene.until("it", () -> pool.routes().size() == connected);
      }
      untilHeld(scene, AT_ONCE);
      assertThat(opened(scene)).isEqualTo(2 * AT_ONCE);
    }
  }

  @Test
  void nodeThatIsNotWantedAnyMoreWhenItsTurnComesIsLeftAlone() {
    try (PoolScene scene = scene()) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      pool.open(scene.nodes);
      untilHeld(scene, AT_ONCE);
      ClusterNode down = scene.node(AT_ONCE);
      pool.onDown(down, new DriverException("the node is down"));
      ClusterNode far = scene.node(AT_ONCE + 1);
      far.distance(NodeDistance.IGNORED);
      pool.onDistancesChanged();
      ClusterNode back = scene.node(AT_ONCE + 2);
      pool.onDown(back, new DriverException("the node is down"));
      pool.onUp(back);
      answerEach(scene, NODES - 2);
      scene.until("all others", () -> pool.routes().size() == NODES - 2);
      assertThat(scene.server(AT_ONCE).observed().connections()).isEmpty();
      assertThat(scene.server(AT_ONCE + 1).observed().connections()).isEmpty();
      assertThat(scene.server(AT_ONCE + 2).observed().connections()).hasSize(1);
    }
  }

  @Test
  void sessionThatIsClosedOpensNoneOfThoseThatWait() {
    try (PoolScene scene = scene()) {
      SessionPool<Connection> closing = scene.pool(PoolScene.size(2, 1), null);
      closing.open(scene.nodes);
      SessionPool<Connection> other = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<Void> opened = other.open(List.of(scene.node(NODES - 1)));
      untilHeld(scene, AT_ONCE);
      scene.await(closing.close());
      untilHeld(scene, AT_ONCE + 1);
      assertThat(opened(scene)).isEqualTo(AT_ONCE + 1);
      for (int i = 0; i <= AT_ONCE; i++) {
        held.take().replyByDefault();
      }
      scene.await(opened);
    }
  }
}
