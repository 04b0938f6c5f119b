package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.peregrine.NoHostAvailableException;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
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
