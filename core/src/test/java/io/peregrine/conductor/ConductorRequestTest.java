package io.peregrine.conductor;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the driver waits for answers to its own queries. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ConductorRequestTest {
  private static final String LOCAL = "SELECT key FROM system.local";

  /** The time that the clock shows says nothing: it may be negative, and about to be positive. */
  private static void startClock(PoolScene scene, long days) {
    scene.pass(days, TimeUnit.DAYS);
  }

  private static CompletableFuture<List<Map<String, @Nullable Object>>> ask(
      PoolScene scene, long timeoutNanos) {
    SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
    Connection connection = pool.ways().get(scene.node(0)).get(0);
    return ConductorRequest.query(scene.conductor, connection, LOCAL, timeoutNanos);
  }

  @ParameterizedTest
  @ValueSource(longs = {-100_000, -1, 0, 100_000})
  void queryWithoutATimeoutIsWaitedForWhateverTheClockShows(long days) {
    try (PoolScene scene = new PoolScene(1)) {
      startClock(scene, days);
      HeldRequests held = new HeldRequests();
      scene.server(0).on(query(LOCAL), held);
      CompletableFuture<List<Map<String, @Nullable Object>>> rows = ask(scene, Long.MAX_VALUE);
      scene.until("the query", () -> held.size() == 1);
      scene.pass(2, TimeUnit.DAYS);
      assertThat(rows).isNotDone();
      held.take().replyByDefault();
      assertThat(scene.await(rows)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-100_000, 0, 100_000})
  void queryWithATimeoutIsGivenUpWhateverTheClockShows(long days) {
    try (PoolScene scene = new PoolScene(1)) {
      startClock(scene, days);
      HeldRequests held = new HeldRequests();
      scene.server(0).on(query(LOCAL), held);
      CompletableFuture<List<Map<String, @Nullable Object>>> rows =
          ask(scene, TimeUnit.SECONDS.toNanos(2));
      scene.until("the query", () -> held.size() == 1);
      scene.pass(1, TimeUnit.SECONDS);
      assertThat(rows).isNotDone();
      scene.pass(2, TimeUnit.SECONDS);
      scene.until("the end of it", rows::isDone);
      assertThat(rows).isCompletedExceptionally();
    }
  }
}
