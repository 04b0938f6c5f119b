package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.SetKeyspaceException;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ServerConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session goes from one keyspace to another, and all its connections with it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class KeyspaceSwitchTest {
  private static final RequestMatcher USE = queryStartingWith("USE ");
  private static final Error REFUSED = new Error(0x2200, "no such keyspace");

  /** How the application writes it, other than the driver. */
  private static final String OWN = "use ";

  private static final int STEPS = 200;

  /** Runs requests when it is told to, in whatever order, and knows where that leads. */
  private static final class Server {
    private final HeldRequests held = new HeldRequests();
    private final List<Exchange> waiting = new ArrayList<>();
    private final Map<ServerConnection, String> keyspaces = new HashMap<>();

    private int waiting() {
      for (int i = held.size(); i > 0; i--) {
        waiting.add(held.take());
      }
      return waiting.size();
    }

    /** Runs one of those that wait; what was the application's, its session learns. */
    private void runOne(
        Random random, SessionPool<Connection> pool, List<CompletableFuture<?>> changes) {
      int count = waiting();
      if (count > 0) {
        Exchange exchange = waiting.remove(random.nextInt(count));
        String text = ((Query) exchange.request().message()).query;
        String name = text.substring(text.indexOf('"') + 1, text.lastIndexOf('"'));
        keyspaces.put(exchange.connection(), name);
        exchange.reply(new SetKeyspace(name));
        if (text.startsWith(OWN)) {
          changes.add(pool.useKeyspace(name, 0));
        }
      }
    }
  }

  @Test
  void changeThatIsDoneLeavesNothingBehind() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      int before = scene.conductor.ended().getNumberOfDependents();
      for (int i = 0; i < 10; i++) {
        scene.await(pool.useKeyspace("ks" + i, 0));
      }
      assertThat(scene.conductor.ended().getNumberOfDependents()).isEqualTo(before);
      assertThat(pool.isKeyspaceSettled()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void allConnectionsEndWhereTheSessionIsInWhateverOrderAServerRunsTheirRequests(long seed) {
    Random random = new Random(seed);
    Server server = new Server();
    try (PoolScene scene = new PoolScene(2)) {
      scene.servers.servers().forEach(each -> each.on(USE, server.held));
      SessionPool<Connection> pool = scene.open(PoolScene.size(2, 2));
      List<CompletableFuture<?>> changes = new ArrayList<>();
      Calls calls = new Calls();
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0 -> changes.add(pool.useKeyspace("ks" + step, 0));
          case 1 -> {
            List<Connection> ways = pool.ways().get(scene.node(random.nextInt(2)));
            calls.send(ways.get(random.nextInt(2)), OWN + "\"own" + step + "\"");
          }
          case 2, 3 -> server.runOne(random, pool, changes);
          default -> scene.work();
        }
      }
      scene.until(
          "the end of all changes",
          () -> {
            server.runOne(random, pool, changes);
            return calls.isEachOnce() && changes.stream().allMatch(CompletableFuture::isDone);
          });
      assertThat(changes).isNotEmpty().noneMatch(CompletableFuture::isCompletedExceptionally);
      assertThat(server.keyspaces).hasSize(4);
      assertThat(server.keyspaces.values()).containsOnly(pool.keyspace());
      assertThat(pool.isKeyspaceSettled()).isTrue();
      assertThat(server.waiting()).isZero();
    }
  }

  @Test
  void changeIsMadeWhenTheConnectionHasAnsweredTheOneBefore() {
    try (PoolScene scene = new PoolScene(1)) {
      HeldRequests held = new HeldRequests();
      scene.server(0).on(USE, held);
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      CompletableFuture<?> first = pool.useKeyspace("first", 0);
      Exchange asked = take(scene, held);
      CompletableFuture<?> second = pool.useKeyspace("second", 0);
      CompletableFuture<?> third = pool.useKeyspace("third", 0);
      scene.settle();
      assertThat(held.size()).isZero();
      asked.reply(new SetKeyspace("first"));
      scene.await(first);
      assertThat(second).isNotDone();
      // Nobody wants the second any more.
      take(scene, held).reply(new SetKeyspace("third"));
      scene.await(second);
      scene.await(third);
      assertThat(scene.server(0).observed().requests(query("USE \"third\""))).hasSize(1);
      assertThat(scene.server(0).observed().requests(USE)).hasSize(2);
      assertThat(pool.keyspace()).isEqualTo("third");
    }
  }

  @Test
  void refusalOfAKeyspaceThatNobodyWantsAnyMoreCostsNoConnection() {
    try (PoolScene scene = new PoolScene(1)) {
      HeldRequests held = new HeldRequests();
      scene.server(0).on(USE, held);
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      List<Connection> before = pool.ways().get(scene.node(0));
      CompletableFuture<?> dropped = pool.useKeyspace("dropped", 0);
      Exchange asked = take(scene, held);
      CompletableFuture<?> next = pool.useKeyspace("next", 0);
      scene.settle();
      asked.reply(REFUSED);
      take(scene, held).reply(new SetKeyspace("next"));
      scene.await(dropped);
      scene.await(next);
      assertThat(pool.ways().get(scene.node(0))).isEqualTo(before);
    }
  }

  @Test
  void connectionThatIsBeingOpenedGoesWhereTheSessionIsByThen() {
    try (PoolScene scene = new PoolScene(1)) {
      HeldRequests held = new HeldRequests();
      scene.server(0).on(USE, held);
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, "dropped");
      CompletableFuture<?> opened = pool.open(scene.nodes);
      Exchange asked = take(scene, held);
      scene.await(pool.useKeyspace("next", 0));
      asked.reply(REFUSED);
      take(scene, held).reply(new SetKeyspace("next"));
      scene.await(opened);
      assertThat(scene.server(0).observed().connections()).hasSize(1);
    }
  }

  @Test
  void changeThatOneConnectionDoesNotAnswerFailsWithThoseThatWaitForIt() {
    try (PoolScene scene = new PoolScene(2)) {
      scene.server(1).on(USE, Exchange::silence);
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      CompletableFuture<?> first = pool.useKeyspace("first", 0);
      scene.settle();
      CompletableFuture<?> second = pool.useKeyspace("second", 0);
      scene.until(
          "the second change where the first is answered",
          () -> !scene.server(0).observed().requests(query("USE \"second\"")).isEmpty());
      Calls calls = new Calls();
      calls.send(pool.ways().get(scene.node(0)).get(0), "answered after that");
      scene.until("its answer", () -> calls.answered() == 1);
      scene.settle();
      scene.pass(PoolScene.TIMEOUT, TimeUnit.NANOSECONDS);
      scene.until("the end of both", () -> first.isDone() && second.isDone());
      for (CompletableFuture<?> change : List.of(first, second)) {
        assertThatThrownBy(change::join)
            .hasCauseInstanceOf(SetKeyspaceException.class)
            .hasMessageContaining(scene.node(1).address().toString());
      }
      // Which of the two it uses, nobody knows.
      assertThat(pool.isConnected(scene.node(1))).isFalse();
      assertThat(pool.isConnected(scene.node(0))).isTrue();
    }
  }

  private static Exchange take(PoolScene scene, HeldRequests held) {
    scene.until("a request", () -> held.size() > 0);
    return held.take();
  }
}
