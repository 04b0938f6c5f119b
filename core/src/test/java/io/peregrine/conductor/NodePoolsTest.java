package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.NoHostAvailableException;
import io.peregrine.Node;
import io.peregrine.NodeDistance;
import io.peregrine.SetKeyspaceException;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.metadata.NodeTokens;
import io.peregrine.metadata.Partitioner;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.NodePlaces;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ServerConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections follow nodes that come, go, and change their state, distance or address. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class NodePoolsTest {
  private static final DriverException GONE = new DriverException("the node has left");

  private static Connection way(SessionPool<Connection> pool, Node node) {
    List<Connection> ways = pool.ways().get(node);
    assertThat(ways).isNotEmpty();
    return ways.get(0);
  }

  @Test
  void distanceSaysHowManyConnectionsThereAre() {
    try (PoolScene scene = new PoolScene(3)) {
      scene.node(1).distance(NodeDistance.REMOTE);
      scene.node(2).distance(NodeDistance.IGNORED);
      SessionPool<Connection> pool = scene.pool(PoolScene.size(3, 2), null);
      scene.await(pool.open(scene.nodes));
      scene.await(pool.onDistancesChanged());
      assertThat(pool.ways().get(scene.node(0))).hasSize(3);
      assertThat(pool.ways().get(scene.node(1))).hasSize(2);
      assertThat(pool.ways()).doesNotContainKey(scene.node(2));
      assertThat(pool.routes().size()).isEqualTo(2);
      assertThat(scene.server(2).observed().connections()).isEmpty();
    }
  }

  private static int[] places(SessionPool<Connection> pool, TokenMap tokens) {
    NodePlaces places = Objects.requireNonNull(pool.routes().places(tokens.nodes()));
    return new int[] {places.place(0), places.place(1)};
  }

  @Test
  void nodesOfTheTokenMapAreKnownInEachTable() {
    try (PoolScene scene = new PoolScene(2)) {
      TokenMap tokens =
          TokenMap.of(
              Partitioner.MURMUR3,
              List.of(
                  new NodeTokens(scene.node(0), List.of("1")),
                  new NodeTokens(scene.node(1), List.of("2"))),
              Map.of());
      SessionPool<Connection> pool = scene.pool(PoolScene.size(1, 0), null);
      pool.onTokenMap(tokens);
      assertThat(places(pool, tokens)).containsExactly(-1, -1);
      scene.await(pool.open(scene.nodes));
      scene.await(pool.onDistancesChanged());
      assertThat(places(pool, tokens)).containsExactlyInAnyOrder(0, 1);
      pool.onDown(scene.node(0), GONE);
      int[] places = places(pool, tokens);
      assertThat(places).containsExactlyInAnyOrder(-1, 0);
      Node connected = tokens.nodes()[places[0] == 0 ? 0 : 1];
      assertThat(connected).isSameAs(scene.node(1));
    }
  }

  @Test
  void remoteNodesAreLeftOutIfNobodyWantsThem() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.node(1).distance(NodeDistance.REMOTE);
      SessionPool<Connection> pool = scene.pool(PoolScene.size(1, 0), null);
      scene.await(pool.open(scene.nodes));
      assertThat(scene.await(pool.onUp(scene.node(1)))).isTrue();
      assertThat(pool.ways()).containsOnlyKeys(scene.node(0));
      assertThat(scene.server(1).observed().connections()).isEmpty();
    }
  }

  @Test
  void nodeThatComesNearerIsConnectedTo() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.node(1).distance(NodeDistance.IGNORED);
      SessionPool<Connection> pool = scene.pool(PoolScene.size(2, 1), null);
      scene.await(pool.open(scene.nodes));
      scene.node(1).distance(NodeDistance.REMOTE);
      scene.await(pool.onDistancesChanged());
      assertThat(pool.ways().get(scene.node(1))).hasSize(1);
      scene.node(1).distance(NodeDistance.LOCAL);
      scene.await(pool.onDistancesChanged());
      assertThat(pool.ways().get(scene.node(1))).hasSize(2);
      assertThat(scene.server(1).observed().connections()).hasSize(2);
    }
  }

  @Test
  void whatIsInFlightOnANodeThatIsFartherAwayNowMayEnd() {
    try (PoolScene scene = new PoolScene(2)) {
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      HeldRequests held = new HeldRequests();
      scene.server(1).on(query("held"), held);
      Calls calls = new Calls();
      assertThat(calls.send(way(pool, scene.node(1)), "held")).isTrue();
      scene.until("the request is there", () -> held.size() == 1);
      scene.node(1).distance(NodeDistance.IGNORED);
      pool.onDistancesChanged();
      assertThat(pool.routes().size()).isEqualTo(1);
      scene.pass(1, TimeUnit.SECONDS);
      held.releaseAll(Void.INSTANCE);
      scene.until("the answer", () -> calls.answered() == 1);
      assertThat(scene.server(1).observed().openConnections()).hasSize(1);
      scene.pass(1, TimeUnit.SECONDS);
      scene.until("the end", () -> scene.server(1).observed().openConnections().isEmpty());
      assertThat(calls.isEachOnce()).isTrue();
      assertThat(calls.failed()).isZero();
    }
  }

  @Test
  void nodeThatHasLeftFailsWhatIsInFlightOnce() {
    try (PoolScene scene = new PoolScene(2)) {
      SessionPool<Connection> pool = scene.open(PoolScene.size(2, 1));
      scene.server(1).on(query("held"), new HeldRequests());
      Calls calls = new Calls();
      for (Connection connection : pool.ways().get(scene.node(1))) {
        assertThat(calls.send(connection, "held")).isTrue();
      }
      scene.settle();
      pool.onDown(scene.node(1), GONE);
      assertThat(pool.routes().size()).isEqualTo(1);
      scene.until("the failures", () -> calls.failed() == 2);
      scene.until("the end", () -> scene.server(1).observed().openConnections().isEmpty());
      scene.pass(1, TimeUnit.HOURS);
      assertThat(scene.server(1).observed().connections()).hasSize(2);
      assertThat(calls.isEachOnce()).isTrue();
      assertThat(scene.failed).as("what was closed on purpose is nobody's fault").isEmpty();
      assertThat(scene.await(pool.onUp(scene.node(1)))).isTrue();
      assertThat(pool.isConnected(scene.node(1))).isTrue();
    }
  }

  @Test
  void nodeThatLeavesWhileItIsConnectedToIsForgotten() {
    try (PoolScene scene = new PoolScene(2)) {
      HeldRequests held = new HeldRequests();
      scene.server(1).on(opcode(ProtocolConstants.Opcode.OPTIONS), held);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      scene.await(pool.open(scene.nodes));
      CompletableFuture<Boolean> up = pool.onUp(scene.node(1));
      scene.until("the handshake", () -> held.size() == 1);
      assertThat(up).isNotDone();
      pool.onDown(scene.node(1), GONE);
      assertThat(up).isCompletedWithValue(false);
      held.take().replyByDefault();
      scene.until("the end", () -> scene.server(1).observed().openConnections().isEmpty());
      scene.pass(1, TimeUnit.HOURS);
      assertThat(pool.isConnected(scene.node(1))).isFalse();
      assertThat(scene.server(1).observed().connections()).hasSize(1);
    }
  }

  @Test
  void lostConnectionIsReplacedByTheSchedule() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      scene.server(0).goDown();
      scene.until("the loss", () -> !pool.isConnected(scene.node(0)));
      assertThat(pool.routes().size()).isZero();
      assertThat(pool.ways()).containsEntry(scene.node(0), List.of());
      scene.pass(999, TimeUnit.MILLISECONDS);
      assertThat(scene.failed).hasSize(1);
      scene.pass(1, TimeUnit.MILLISECONDS);
      scene.until("the second try", () -> scene.failed.size() == 2);
      scene.server(0).startListening();
      scene.pass(1_999, TimeUnit.MILLISECONDS);
      assertThat(scene.server(0).observed().connections()).hasSize(1);
      scene.pass(1, TimeUnit.MILLISECONDS);
      scene.until("a connection", () -> pool.isConnected(scene.node(0)));
      // The next loss begins the schedule anew.
      scene.server(0).goDown();
      scene.until("the loss", () -> !pool.isConnected(scene.node(0)));
      scene.server(0).startListening();
      scene.pass(1, TimeUnit.SECONDS);
      scene.until("a connection", () -> pool.isConnected(scene.node(0)));
    }
  }

  @Test
  void scheduleThatEndsIsTheEndUntilTheNodeIsUp() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      scene.server(0).goDown();
      for (int tries = 1; tries <= 3; tries++) {
        int before = tries;
        scene.until("a failure", () -> scene.failed.size() == before);
        scene.pass(2, TimeUnit.SECONDS);
      }
      scene.pass(1, TimeUnit.HOURS);
      assertThat(scene.failed).hasSize(3);
      assertThat(scene.await(pool.onUp(scene.node(0)))).isFalse();
      scene.server(0).startListening();
      assertThat(scene.await(pool.onUp(scene.node(0)))).isTrue();
    }
  }

  @Test
  void nodeThatCountsAsDownIsLeftAloneUntilItIsUp() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.convicts = true;
      SessionPool<Connection> pool = scene.open(PoolScene.size(2, 1));
      scene.server(1).goDown();
      scene.until("the loss", () -> !scene.failed.isEmpty());
      scene.settle();
      assertThat(pool.ways()).containsOnlyKeys(scene.node(0));
      scene.server(1).startListening();
      scene.pass(1, TimeUnit.HOURS);
      assertThat(scene.server(1).observed().connections()).hasSize(2);
      pool.onDistancesChanged();
      scene.settle();
      assertThat(scene.server(1).observed().connections()).hasSize(2);
      assertThat(scene.await(pool.onUp(scene.node(1)))).isTrue();
      scene.await(pool.onDistancesChanged());
      assertThat(pool.ways().get(scene.node(1))).hasSize(2);
      assertThat(scene.server(1).observed().connections()).hasSize(4);
    }
  }

  @Test
  void upIsNotToldOfAConnectionThatIsLostAgain() {
    try (PoolScene scene = new PoolScene(1)) {
      HeldRequests held = new HeldRequests();
      SessionPool<Connection> pool = scene.pool(PoolScene.size(2, 1), null);
      scene.server(0).once(opcode(ProtocolConstants.Opcode.OPTIONS), held);
      scene.await(pool.open(scene.nodes));
      scene.until("the slow one", () -> held.size() == 1);
      Exchange slow = held.take();
      scene.server(0).observed().openConnections().stream()
          .filter(connection -> connection != slow.connection())
          .forEach(ServerConnection::close);
      scene.until("the loss", () -> scene.failed.size() == 1);
      scene.server(0).stopListening();
      CompletableFuture<Boolean> up = pool.onUp(scene.node(0));
      assertThat(up).isNotDone();
      assertThat(scene.await(up)).isFalse();
      slow.replyByDefault();
      scene.until("the slow one's end", () -> pool.isConnected(scene.node(0)));
    }
  }

  @Test
  void upChangesNothingWhereConnectionsAreOpen() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.open(PoolScene.size(2, 1));
      Connection before = way(pool, scene.node(0));
      assertThat(pool.onUp(scene.node(0))).isCompletedWithValue(true);
      scene.settle();
      assertThat(way(pool, scene.node(0))).isSameAs(before);
      assertThat(scene.server(0).observed().connections()).hasSize(2);
    }
  }

  @Test
  void nodeThatHasMovedIsConnectedToWhereItIsNow() {
    try (PoolScene scene = new PoolScene(2)) {
      ClusterNode moving = scene.nodes.remove(0);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      scene.await(pool.open(List.of(moving)));
      Calls calls = new Calls();
      scene.server(0).on(query("held"), new HeldRequests());
      assertThat(calls.send(way(pool, moving), "held")).isTrue();
      scene.settle();
      moving.details(new ClusterNode.Details(scene.server(1).address(), "dc1", "rack1", "5.0"));
      assertThat(scene.await(pool.onUp(moving))).isTrue();
      assertThat(way(pool, moving).remoteAddress()).isEqualTo(scene.server(1).address());
      scene.until("the end", () -> scene.server(0).observed().openConnections().isEmpty());
      assertThat(calls.failed()).isEqualTo(1);
      assertThat(calls.isEachOnce()).isTrue();
      scene.pass(1, TimeUnit.HOURS);
      assertThat(scene.server(0).observed().connections()).hasSize(1);
    }
  }

  @Test
  void sessionThatFindsNobodyTellsOfEach() {
    for (boolean convicts : new boolean[] {false, true}) {
      try (PoolScene scene = new PoolScene(2)) {
        scene.convicts = convicts;
        scene.server(0).stopListening();
        scene.server(1).stopListening();
        CompletableFuture<?> opened = scene.pool(PoolScene.ONE_EACH, "ks").open(scene.nodes);
        scene.until("the end of it", opened::isDone);
        Throwable error = catchThrowable(opened::join).getCause();
        assertThat(error)
            .isInstanceOf(NoHostAvailableException.class)
            .hasMessageStartingWith("Unable to connect to any servers using keyspace 'ks'");
        assertThat(((NoHostAvailableException) error).errors())
            .containsOnlyKeys(scene.server(0).address(), scene.server(1).address());
      }
    }
  }

  @Test
  void sessionThatMayConnectToNobodySaysSo() {
    try (PoolScene scene = new PoolScene(1)) {
      scene.node(0).distance(NodeDistance.IGNORED);
      assertThat(scene.pool(PoolScene.ONE_EACH, null).open(scene.nodes))
          .isCompletedExceptionally()
          .failsWithin(java.time.Duration.ZERO)
          .withThrowableThat()
          .withMessageContaining("none of the 1 known nodes is to be connected to");
    }
  }

  @Test
  void sessionThatWaitsIsOpenWhenEachNodeHasBeenTried() {
    try (PoolScene scene = new PoolScene(3)) {
      HeldRequests held = new HeldRequests();
      scene.server(1).on(opcode(ProtocolConstants.Opcode.OPTIONS), held);
      scene.server(2).stopListening();
      PoolSize waits = new PoolSize(new PoolSize.PerNode(1, 1), null, 0, true);
      SessionPool<Connection> pool = scene.pool(waits, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      scene.until("one node", () -> pool.isConnected(scene.node(0)));
      scene.until("a failure", () -> scene.failed.size() == 1);
      scene.until("the slow one", () -> held.size() == 1);
      assertThat(opened).isNotDone();
      held.take().replyByDefault();
      scene.await(opened);
      assertThat(pool.routes().size()).isEqualTo(2);
    }
  }

  @Test
  void sessionThatWaitsIsOpenWhenASilentNodeIsGivenUp() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.server(1).goSilent();
      PoolSize waits = new PoolSize(new PoolSize.PerNode(1, 1), null, 0, true);
      SessionPool<Connection> pool = scene.pool(waits, null);
      CompletableFuture<?> opened = pool.open(scene.nodes);
      scene.until("one node", () -> pool.isConnected(scene.node(0)));
      scene.until("a handshake", () -> scene.server(1).observed().requestCount() > 0);
      assertThat(opened).isNotDone();
      scene.pass(PoolScene.TIMEOUT, TimeUnit.NANOSECONDS);
      scene.await(opened);
      assertThat(pool.routes().size()).isEqualTo(1);
    }
  }

  @Test
  void keyspaceThatAConnectionCannotUseIsNotTheNodesFault() {
    try (PoolScene scene = new PoolScene(2)) {
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      scene.server(1).once(query("USE \"ks\""), e -> e.reply(new Error(0x2200, "not yet")));
      Connection before = way(pool, scene.node(1));
      CompletableFuture<?> used = pool.useKeyspace("ks", 0);
      scene.until("all have answered", used::isDone);
      assertThat(used)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(SetKeyspaceException.class)
          .withMessageContaining(scene.node(1).address().toString());
      assertThat(pool.keyspace()).isEqualTo("ks");
      assertThat(pool.isConnected(scene.node(0))).isTrue();
      assertThat(pool.isConnected(scene.node(1))).isFalse();
      scene.pass(1, TimeUnit.SECONDS);
      scene.until("another connection", () -> pool.isConnected(scene.node(1)));
      assertThat(way(pool, scene.node(1))).isNotSameAs(before);
      assertThat(scene.server(1).observed().requests(query("USE \"ks\""))).hasSize(2);
      assertThat(scene.failed).isEmpty();
    }
  }
}
