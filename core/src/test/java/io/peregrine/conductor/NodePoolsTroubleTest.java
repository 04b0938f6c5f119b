package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.NodeDistance;
import io.peregrine.codec.DriverException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.Script;
import io.peregrine.testkit.server.ServerConnection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that are there and yet do not take a connection, or do not let it be of use. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class NodePoolsTroubleTest {
  private static final RequestMatcher USE = query("USE \"ks\"");
  private static final Error NO_SUCH_KEYSPACE = new Error(ErrorCode.INVALID, "no such keyspace");
  private static final Authenticate WHO =
      new Authenticate("org.apache.cassandra.auth.PasswordAuthenticator");

  @Test
  void nodeThatRefusesTheKeyspaceWasReachedAllTheSame() {
    try (PoolScene scene = new PoolScene(1)) {
      Script refusal = scene.server(0).on(USE, NO_SUCH_KEYSPACE);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, "ks");
      assertThat(scene.await(pool.onUp(scene.node(0)))).isTrue();
      assertThat(pool.isConnected(scene.node(0))).isFalse();
      assertThat(scene.failed).isEmpty();
      refusal.remove();
      scene.pass(1, TimeUnit.SECONDS);
      scene.until("another connection", () -> pool.isConnected(scene.node(0)));
    }
  }

  @Test
  void nodeThatRefusesTheKeyspaceIsAskedForItOnceWhenItComesUp() {
    try (PoolScene scene = new PoolScene(1)) {
      scene.server(0).on(USE, NO_SUCH_KEYSPACE);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, "ks");
      scene.await(pool.onUp(scene.node(0)));
      pool.onProvedUp(scene.node(0));
      scene.await(pool.onDistancesChanged());
      scene.settle();
      assertThat(scene.server(0).observed().connections()).hasSize(1);
      scene.pass(1, TimeUnit.SECONDS);
      scene.until("the schedule's", () -> scene.server(0).observed().requests(USE).size() == 2);
    }
  }

  @Test
  void connectionThatIsLostBeforeItsNodeHasProvedToBeUpIsOpenedAgainThen() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      scene.await(pool.onUp(scene.node(0)));
      scene.countsAsDown = true;
      scene.server(0).observed().openConnections().iterator().next().close();
      scene.until("the loss", () -> scene.failed.size() == 1);
      scene.countsAsDown = false;
      pool.onProvedUp(scene.node(0));
      scene.until("another one", () -> pool.isConnected(scene.node(0)));
    }
  }

  @Test
  void nodeThatComesNearerIsNotConnectedToWhileItIsBeingTried() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.node(1).distance(NodeDistance.IGNORED);
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      scene.node(1).distance(NodeDistance.LOCAL);
      scene.beingTried.add(scene.node(1));
      scene.await(pool.onDistancesChanged());
      scene.settle();
      assertThat(scene.server(1).observed().connections()).isEmpty();
      assertThat(scene.await(pool.onUp(scene.node(1)))).isTrue();
      assertThat(pool.isConnected(scene.node(1))).isTrue();
      scene.node(0).distance(NodeDistance.IGNORED);
      scene.beingTried.addAll(scene.nodes);
      scene.await(pool.onDistancesChanged());
      assertThat(pool.ways())
          .as("what is there is not kept for that")
          .doesNotContainKey(scene.node(0));
    }
  }

  @Test
  void nodeThatIsLostWhileConnectionsAreClosedIsNotConnectedTo() {
    try (PoolScene scene = new PoolScene(2, 1)) {
      HeldRequests held = new HeldRequests();
      scene.server(0).on(opcode(Opcode.OPTIONS), held);
      SessionPool<Connection> pool = scene.pool(PoolScene.size(1, 0), null);
      CompletableFuture<Boolean> up = pool.onUp(scene.node(0));
      up.thenAccept(reached -> pool.onDown(scene.node(1), new DriverException("down")));
      scene.node(1).distance(NodeDistance.IGNORED);
      pool.onUp(scene.node(1));
      scene.until("the first one", () -> held.size() == 1);
      scene.node(0).distance(NodeDistance.IGNORED);
      scene.node(1).distance(NodeDistance.LOCAL);
      scene.await(pool.onDistancesChanged());
      assertThat(up).isCompletedWithValue(false);
      scene.settle();
      assertThat(pool.ways()).isEmpty();
      assertThat(scene.server(1).observed().connections()).isEmpty();
    }
  }

  @Test
  void nodeThatSaysNothingToTheKeyspaceWasNotReached() {
    try (PoolScene scene = new PoolScene(1)) {
      HeldRequests held = new HeldRequests();
      scene.server(0).on(USE, held);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, "ks");
      CompletableFuture<Boolean> up = pool.onUp(scene.node(0));
      scene.until("the request", () -> held.size() == 1);
      assertThat(up).isNotDone();
      scene.pass(PoolScene.TIMEOUT, TimeUnit.NANOSECONDS);
      assertThat(scene.await(up)).isFalse();
    }
  }

  @Test
  void nodeThatDoesNotLetTheClientInAnyMoreIsNotAskedAgain() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.open(PoolScene.size(2, 1));
      Script refusal = scene.server(0).on(opcode(Opcode.STARTUP), WHO);
      ServerConnection lost = scene.server(0).observed().openConnections().iterator().next();
      lost.close();
      scene.until("the loss", () -> scene.failed.size() == 1);
      scene.pass(1, TimeUnit.SECONDS);
      scene.until("the refusal", () -> scene.failed.size() == 2);
      scene.pass(1, TimeUnit.HOURS);
      assertThat(scene.server(0).observed().connections()).hasSize(3);
      assertThat(pool.ways().get(scene.node(0))).hasSize(1);
      refusal.remove();
      scene.await(pool.onDistancesChanged());
      pool.onProvedUp(scene.node(0));
      scene.settle();
      assertThat(scene.server(0).observed().connections()).hasSize(3);
      pool.retry(Set.of(scene.node(0)));
      scene.until("the second one", () -> pool.ways().get(scene.node(0)).size() == 2);
    }
  }

  @Test
  void nodeThatIsDownBecauseItsLastHopeIsNotWantedAnyMoreIsLeftAlone() {
    try (PoolScene scene = new PoolScene(1, 1)) {
      HeldRequests held = new HeldRequests();
      scene.server(0).on(opcode(Opcode.OPTIONS), held);
      SessionPool<Connection> pool = scene.pool(PoolScene.size(2, 1), null);
      CompletableFuture<Boolean> up = pool.onUp(scene.node(0));
      up.thenAccept(reached -> pool.onDown(scene.node(0), new DriverException("down")));
      scene.until("the first one", () -> held.size() == 1);
      held.take().connection().close();
      scene.until("the second one", () -> held.size() == 1);
      assertThat(up).isNotDone();
      scene.node(0).distance(NodeDistance.REMOTE);
      pool.onDistancesChanged();
      assertThat(up).isCompletedWithValue(false);
      scene.await(pool.close());
      scene.server(0).observed().awaitOpenConnections(0);
      assertThat(scene.server(0).observed().connections()).hasSize(2);
    }
  }
}
