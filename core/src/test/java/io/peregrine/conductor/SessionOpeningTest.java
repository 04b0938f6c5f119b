package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import io.peregrine.NoHostAvailableException;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session that is opened when nodes are down already. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SessionOpeningTest {
  private static PoolScene down(int count) {
    PoolScene scene = new PoolScene(count);
    scene.nodes.forEach(node -> node.state(NodeState.DOWN));
    return scene;
  }

  /** One node that is not known to be down, though nobody listens there, and others that are. */
  private static PoolScene downButOne(int others) {
    PoolScene scene = new PoolScene(1 + others);
    scene.nodes.subList(1, 1 + others).forEach(node -> node.state(NodeState.DOWN));
    scene.server(0).stopListening();
    return scene;
  }

  @Test
  void nodesAreTriedAtOnceIfAllAreDownAndTheFirstThatIsUpIsTaken() {
    try (PoolScene scene = down(2)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      assertThat(scene.tried).isEqualTo(scene.nodes);
      scene.settle();
      assertThat(opened).isNotDone();
      pool.onDown(scene.node(0), new DriverException("nobody listens"));
      assertThat(opened).isNotDone();
      assertThat(scene.await(pool.onUp(scene.node(1)))).isTrue();
      scene.await(opened);
      assertThat(pool.isConnected(scene.node(1))).isTrue();
    }
  }

  @Test
  void sessionThatFindsAllNodesDownTellsWhyEachOfThemIs() {
    try (PoolScene scene = down(2)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      pool.onDown(scene.node(0), new DriverException("nobody listens"));
      assertThat(opened).isNotDone();
      pool.onDown(scene.node(1), new DriverException("nobody answers"));
      assertThat(opened).isDone();
      Throwable error = catchThrowable(opened::join).getCause();
      assertThat(error)
          .isInstanceOf(NoHostAvailableException.class)
          .hasMessageContaining("nobody listens")
          .hasMessageContaining("nobody answers");
      assertThat(((NoHostAvailableException) error).errors())
          .containsOnlyKeys(scene.node(0).address(), scene.node(1).address());
    }
  }

  @Test
  void nodeThatIsUpButNotForThisSessionEndsTheWaitToo() {
    try (PoolScene scene = down(1)) {
      scene.convicts = true;
      scene.server(0).stopListening();
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      scene.await(pool.onUp(scene.node(0)));
      scene.until("the end of it", opened::isDone);
      assertThat(catchThrowable(opened::join)).hasCauseInstanceOf(NoHostAvailableException.class);
    }
  }

  @Test
  void nodesThatAreDownAreTriedOnceNoOtherTakesAConnection() {
    try (PoolScene scene = downButOne(2)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      scene.until("the attempts", () -> scene.tried.size() == 2);
      assertThat(scene.tried).containsExactly(scene.node(1), scene.node(2));
      scene.settle();
      assertThat(opened).isNotDone();
      pool.onDown(scene.node(1), new DriverException("nobody listens"));
      assertThat(opened).isNotDone();
      scene.await(pool.onUp(scene.node(2)));
      scene.await(opened);
    }
  }

  @Test
  void errorTellsOfThoseThatWereDownToo() {
    try (PoolScene scene = downButOne(1)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      scene.until("the attempt", () -> scene.tried.size() == 1);
      pool.onDown(scene.node(1), new DriverException("nobody answers"));
      assertThat(((NoHostAvailableException) catchThrowable(opened::join).getCause()).errors())
          .containsOnlyKeys(scene.node(0).address(), scene.node(1).address());
    }
  }

  @Test
  void nodeThatComesUpMeanwhileIsWaitedFor() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.node(1).state(NodeState.DOWN);
      HeldRequests first = new HeldRequests();
      HeldRequests second = new HeldRequests();
      scene.server(0).on(opcode(Opcode.OPTIONS), first);
      scene.server(1).on(opcode(Opcode.OPTIONS), second);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      pool.onUp(scene.node(1));
      scene.until("both asked", () -> first.size() + second.size() == 2);
      first.take().connection().close();
      scene.until("the failure", () -> scene.failed.size() == 1);
      scene.settle();
      assertThat(opened).isNotDone();
      assertThat(scene.tried).isEmpty();
      second.take().replyByDefault();
      scene.await(opened);
    }
  }

  @Test
  void nodeThatLeavesOrIsIgnoredMeanwhileIsNotWaitedFor() {
    try (PoolScene scene = downButOne(2)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      pool.onDown(scene.node(1), new DriverException("left"));
      scene.node(2).distance(NodeDistance.IGNORED);
      scene.until("the end", opened::isDone);
      assertThat(opened).isCompletedExceptionally();
      assertThat(scene.tried).isEmpty();
    }
  }

  @Test
  void nodesThatAreDownAreNotWaitedForIfThereIsAnother() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.node(1).state(NodeState.DOWN);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      scene.await(pool.open(scene.nodes));
      assertThat(scene.tried).isEmpty();
      assertThat(scene.server(1).observed().connections()).isEmpty();
    }
  }

  @Test
  void nodeThatIsDownAndIgnoredIsNotTried() {
    try (PoolScene scene = down(1)) {
      scene.node(0).distance(NodeDistance.IGNORED);
      CompletableFuture<?> opened = scene.pool(PoolScene.ONE_EACH, null).open(scene.nodes);
      assertThat(catchThrowable(opened::join))
          .hasMessageContaining("none of the 1 known nodes is to be connected to");
      assertThat(scene.tried).isEmpty();
    }
  }

  @Test
  void sessionMayBeClosedWhileNodesAreTriedForIt() {
    try (PoolScene scene = down(1)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      scene.await(pool.close());
      assertThat(opened).isCompletedExceptionally();
    }
  }
}
