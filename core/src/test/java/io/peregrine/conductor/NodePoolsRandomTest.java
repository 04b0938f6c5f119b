package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.NodeDistance;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to nodes and sessions, in any order. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class NodePoolsRandomTest {
  private static final int NODES = 3;
  private static final int STEPS = 400;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void eachRequestEndsOnceAndTheNodesThatMayBeAreConnected(long seed) {
    Random random = new Random(seed);
    try (PoolScene scene = new PoolScene(NODES)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.size(2, 1), null);
      scene.await(pool.open(scene.nodes));
      Calls calls = new Calls();
      for (int step = 0; step < STEPS; step++) {
        change(scene, pool, random);
        send(pool, calls, random);
        for (int cycles = random.nextInt(4); cycles > 0; cycles--) {
          scene.work();
        }
      }
      // Nobody here would say that a node is up again.
      scene.convicts = false;
      for (int i = 0; i < NODES; i++) {
        scene.server(i).startListening();
        scene.node(i).distance(i == 2 ? NodeDistance.REMOTE : NodeDistance.LOCAL);
        pool.onUp(scene.node(i));
      }
      scene.await(pool.onDistancesChanged());
      scene.pass(1, TimeUnit.HOURS);
      scene.until("the ends", calls::isEachOnce);
      scene.until(
          "all connections",
          () ->
              pool.ways().get(scene.node(0)).size() == 2
                  && pool.ways().get(scene.node(1)).size() == 2
                  && pool.ways().get(scene.node(2)).size() == 1);
      assertThat(calls.accepted()).isPositive();
      scene.await(pool.close());
      for (int i = 0; i < NODES; i++) {
        scene.server(i).observed().awaitOpenConnections(0);
      }
    }
  }

  private static void change(PoolScene scene, SessionPool<Connection> pool, Random random) {
    int index = random.nextInt(NODES);
    ClusterNode node = scene.node(index);
    scene.convicts = random.nextInt(4) == 0;
    switch (random.nextInt(12)) {
      case 0 -> pool.onDown(node, new DriverException("down"));
      case 1, 2 -> pool.onUp(node);
      case 3 -> {
        NodeDistance[] all = NodeDistance.values();
        node.distance(all[random.nextInt(all.length)]);
        pool.onDistancesChanged();
      }
      case 4 -> scene.server(index).goDown();
      case 5, 6 -> scene.server(index).startListening();
      case 7 -> pool.useKeyspace("ks" + random.nextInt(3), 0);
      case 8 -> scene.pass(random.nextInt(1_500), TimeUnit.MILLISECONDS);
      case 9 -> {
        // The agent does not run meanwhile: it is this thread that would run it.
        pool.rest();
        pool.resume();
      }
      default -> scene.work();
    }
  }

  private static void send(SessionPool<Connection> pool, Calls calls, Random random) {
    for (List<Connection> ways : pool.ways().values()) {
      if (!ways.isEmpty()) {
        calls.send(ways.get(random.nextInt(ways.size())), "q");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ks", ""})
  void sessionMayBeClosedAtEachMomentOfItsOpening(String keyspace) {
    boolean wasOpen = false;
    for (int cycles = 0; !wasOpen; cycles++) {
      try (PoolScene scene = new PoolScene(2)) {
        SessionPool<Connection> pool =
            scene.pool(PoolScene.ONE_EACH, keyspace.isEmpty() ? null : keyspace);
        CompletableFuture<?> opened = pool.open(scene.nodes);
        for (int i = 0; i < cycles; i++) {
          // Each cycle but the first does something, so that it is another moment.
          scene.until("something", () -> scene.work() > 0 || opened.isDone());
        }
        wasOpen = scene.nodes.stream().allMatch(pool::isConnected);
        scene.await(pool.close());
        assertThat(opened).isDone();
        assertThat(pool.routes().size()).isZero();
        assertThat(pool.ways()).isEmpty();
        assertThat(pool.onUp(scene.node(0))).isCompletedWithValue(true);
        pool.onDown(scene.node(0), new DriverException("down"));
        assertThat(pool.onDistancesChanged()).isDone();
        assertThat(scene.await(pool.useKeyspace("later", 0))).isNull();
        scene.pass(1, TimeUnit.HOURS);
        scene.server(0).observed().awaitOpenConnections(0);
        scene.server(1).observed().awaitOpenConnections(0);
      }
    }
  }
}
