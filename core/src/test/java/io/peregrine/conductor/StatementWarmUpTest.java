package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node is told the statements in use before requests go there. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class StatementWarmUpTest {
  private static final RequestMatcher USE = queryStartingWith("USE ");
  private static final RequestMatcher PREPARE = opcode(ProtocolConstants.Opcode.PREPARE);

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final PreparedRegistry<Object> registry = new PreparedRegistry<>(100, used -> false);
  private final List<Object> held = new ArrayList<>();

  private void prepared(String query, @Nullable String keyspace) {
    Object statement = new Object();
    held.add(statement);
    registry.keep(new PreparedRegistry.Text(query, keyspace), statement, known -> false);
  }

  private NodeWarmUp warmUp(PoolScene scene) {
    return new StatementWarmUp(
        scene.conductor, scene.agent, scene.template, registry, (node, connection) -> DONE);
  }

  private static List<@Nullable String> texts(PoolScene scene) {
    return scene.server(0).observed().requests().stream()
        .filter(r -> PREPARE.matches(r) || r.text() != null)
        .map(Request::text)
        .toList();
  }

  @Test
  void nodeKnowsTheStatementsBeforeTheFirstRequestComes() {
    try (PoolScene scene = new PoolScene(1)) {
      prepared("in b", "b");
      prepared("in none", null);
      prepared("in a", "a");
      SessionPool<Connection> pool = scene.pool(PoolScene.ONE_EACH, null);
      CompletableFuture<Boolean> up =
          warmUp(scene)
              .warmUp(scene.node(0), () -> {})
              .thenCompose(ready -> pool.onUp(scene.node(0)));
      Calls calls = new Calls();
      up.thenRun(() -> calls.send(pool.ways().get(scene.node(0)).get(0), "first"));
      scene.until("the answer", () -> calls.answered() == 1);
      assertThat(texts(scene))
          .containsExactly("in none", "USE \"a\"", "in a", "USE \"b\"", "in b", "first");
      scene.until("the end of it", () -> scene.server(0).observed().openConnections().size() == 1);
      assertThat(scene.server(0).observed().connections()).hasSize(2);
    }
  }

  @Test
  void nothingIsPreparedIfNobodyWantsIt() {
    try (PoolScene scene = new PoolScene(1)) {
      prepared("in none", null);
      scene.await(
          new StatementWarmUp(
                  scene.conductor, scene.agent, scene.template, null, (node, connection) -> DONE)
              .warmUp(scene.node(0), () -> {}));
      assertThat(texts(scene)).isEmpty();
      assertThat(scene.server(0).observed().connections()).hasSize(1);
    }
  }

  @Test
  void soManyAreInFlightAtOnceAndNoMore() {
    try (PoolScene scene = new PoolScene(1)) {
      for (int i = 0; i < 100; i++) {
        prepared("statement " + i, null);
      }
      HeldRequests prepares = new HeldRequests();
      scene.server(0).on(PREPARE, prepares);
      AtomicBoolean connected = new AtomicBoolean();
      CompletableFuture<?> done = warmUp(scene).warmUp(scene.node(0), () -> connected.set(true));
      assertThat(connected).isFalse();
      scene.until("the first", () -> prepares.size() == 32);
      assertThat(connected).isTrue();
      scene.pass(1, TimeUnit.SECONDS);
      assertThat(prepares.size()).isEqualTo(32);
      for (int i = 0; i < 100; i++) {
        scene.until("another one", () -> prepares.size() > 0);
        assertThat(prepares.size()).isLessThanOrEqualTo(32);
        prepares.take().replyByDefault();
      }
      scene.await(done);
      assertThat(scene.server(0).observed().requests(PREPARE)).hasSize(100);
    }
  }

  @Test
  void whatTheNodeRefusesStopsNothing() {
    try (PoolScene scene = new PoolScene(1)) {
      prepared("gone", null);
      prepared("there", null);
      prepared("lost", "dropped");
      prepared("in kept", "kept");
      scene.server(0).on(prepare("gone"), new Error(0x2200, "no such table"));
      scene.server(0).on(query("USE \"dropped\""), new Error(0x2200, "no such keyspace"));
      scene.await(warmUp(scene).warmUp(scene.node(0), () -> {}));
      assertThat(texts(scene)).contains("gone", "there", "in kept").doesNotContain("lost");
    }
  }

  @Test
  void nodeThatDoesNotAnswerIsNotToldTheRest() {
    try (PoolScene scene = new PoolScene(1)) {
      for (int i = 0; i < 100; i++) {
        prepared("statement " + i, i % 2 == 0 ? null : "ks");
      }
      scene.server(0).on(PREPARE, Exchange::silence);
      CompletableFuture<?> done = warmUp(scene).warmUp(scene.node(0), () -> {});
      scene.until("some", () -> scene.server(0).observed().requests(PREPARE).size() == 32);
      assertThat(done).isNotDone();
      scene.pass(5, TimeUnit.SECONDS);
      scene.await(done);
      assertThat(scene.server(0).observed().requests(PREPARE)).hasSize(32);
    }
  }

  @Test
  void nodeThatDoesNotAnswerToOneKeyspaceIsNotAskedForTheOthers() {
    try (PoolScene scene = new PoolScene(1)) {
      for (int i = 0; i < 100; i++) {
        prepared("statement " + i, "ks" + i);
      }
      scene.server(0).on(USE, Exchange::silence);
      CompletableFuture<?> done = warmUp(scene).warmUp(scene.node(0), () -> {});
      scene.until("one", () -> scene.server(0).observed().requests(USE).size() == 1);
      scene.pass(5, TimeUnit.SECONDS);
      scene.await(done);
      assertThat(scene.server(0).observed().requests(USE)).hasSize(1);
      assertThat(scene.server(0).observed().requests(PREPARE)).isEmpty();
    }
  }

  @Test
  void nodeThatCannotBeReachedIsNotReady() {
    try (PoolScene scene = new PoolScene(1)) {
      scene.server(0).stopListening();
      CompletableFuture<?> done = warmUp(scene).warmUp(scene.node(0), () -> {});
      scene.until("the end of it", done::isDone);
      assertThat(done).isCompletedExceptionally();
    }
  }

  @Test
  void nodeThatIsLostMeanwhileIsNotReady() {
    try (PoolScene scene = new PoolScene(1)) {
      prepared("one", null);
      prepared("two", "ks");
      scene.server(0).on(prepare("one"), Exchange::reset);
      CompletableFuture<?> done = warmUp(scene).warmUp(scene.node(0), () -> {});
      scene.until("the end of it", done::isDone);
      assertThat(done).isCompletedExceptionally();
    }
  }
}
