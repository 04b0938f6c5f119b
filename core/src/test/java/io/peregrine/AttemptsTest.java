package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.policy.HostFilterPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the attempts of one request go together: retries, speculation, repairs, and its target. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class AttemptsTest {
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final SpeculativeExecutionPolicy ONE_MORE_SOON =
      SpeculativeExecutionPolicy.constant(Duration.ofMillis(2), 1);
  private static final int ALL = 0x0005;

  private static RoutingScene hedged(int nodes) {
    return RoutingScene.open(nodes, 1, b -> b.speculativeExecutionPolicy(ONE_MORE_SOON));
  }

  private static SimpleStatement idempotent() {
    return SimpleStatement.of("q").setIdempotent(true);
  }

  @Test
  void retriesDoNotUseUpSpeculations() {
    try (RoutingScene scene = hedged(3)) {
      AtomicInteger asked = new AtomicInteger();
      scene.nodes.on(
          query("q"),
          exchange -> {
            switch (asked.getAndIncrement()) {
              case 0 -> exchange.reply(new Error(ErrorCode.OVERLOADED, "too much"));
              case 1 -> exchange.silence();
              default -> exchange.reply(Void.INSTANCE);
            }
          });
      ExecutionInfo info =
          scene.session.execute(idempotent().setTimeout(Duration.ZERO)).executionInfo();
      assertThat(info.speculativeExecutions()).isEqualTo(1);
      assertThat(info.failedAttempts()).hasSize(1);
      assertThat(info.attemptedNodes()).hasSize(3).doesNotHaveDuplicates();
    }
  }

  @Test
  void nodeThatDoesNotPrepareAgainIsNotWaitedForAlone() {
    String text = "UPDATE t SET v = 1 WHERE k = ?";
    try (RoutingScene scene = hedged(2)) {
      PreparedStatement prepared = scene.prepare(text, KEY, Columns.NONE, 0);
      int owner = scene.owner(new byte[] {0, 0, 0, 7});
      scene.nodes.server(owner).forgetPrepared();
      scene.nodes.server(owner).on(prepare(text), Exchange::silence);
      BoundStatement bound = prepared.bind(7).setIdempotent(true).setTimeout(Duration.ZERO);
      ExecutionInfo info = scene.session.execute(bound).executionInfo();
      assertThat(info.coordinator()).isEqualTo(scene.node(1 - owner));
      assertThat(info.attemptedNodes()).containsExactly(scene.node(owner), scene.node(1 - owner));
    }
  }

  @Test
  void nodeThatWasOvertakenCountsAsAsked() {
    try (RoutingScene scene = hedged(2)) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent().setTargetNode(scene.node(1)));
      Exchange first = held.take();
      held.take().reply(Void.INSTANCE);
      ExecutionInfo info = future.result().executionInfo();
      assertThat(info.attemptedNodes()).containsExactly(scene.node(1), scene.node(0));
      assertThat(info.failedAttempts()).isEmpty();
      first.reply(Void.INSTANCE);
    }
  }

  @Test
  void timeoutNamesTheNodeThatWasWaitedFor() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofMillis(500);
    try (RoutingScene scene = RoutingScene.open(2, 1, time::drive)) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      Node node = scene.node(1);
      ResponseFuture future =
          scene.session.executeAsync(
              SimpleStatement.of("q").setTargetNode(node).setTimeout(timeout));
      TestTime.until(scene.cluster, "the question", () -> held.size() == 1);
      time.pass(timeout);
      assertThatThrownBy(future::result)
          .isInstanceOfSatisfying(
              OperationTimedOutException.class,
              late -> {
                assertThat(late.node()).isEqualTo(node);
                assertThat(late.errors()).containsOnlyKeys(node.address());
              });
      assertThat(future.executionInfo().attemptedNodes()).containsExactly(node);
      assertThat(future.executionInfo().coordinator()).isNull();
      held.take().reply(Void.INSTANCE);
    }
  }

  @Test
  void requestThatDidNotReachItsNodeHasItsRetriesLeft() {
    String text = "SELECT v FROM t WHERE k = ?";
    try (RoutingScene scene = RoutingScene.open(2, 1, UnaryOperator.identity())) {
      PreparedStatement prepared = scene.prepare(text, KEY, Columns.NONE, 0);
      int owner = scene.owner(new byte[] {0, 0, 0, 7});
      scene.nodes.server(owner).forgetPrepared();
      scene.nodes.server(owner).on(prepare(text), Exchange::close);
      AtomicInteger asked = new AtomicInteger();
      scene
          .nodes
          .server(1 - owner)
          .on(
              execute(text),
              exchange -> {
                if (asked.getAndIncrement() == 0) {
                  exchange.reply(new ReadTimeout("late", ALL, 2, 2, false));
                } else {
                  exchange.reply(Void.INSTANCE);
                }
              });
      ExecutionInfo info = scene.session.execute(prepared.bind(7)).executionInfo();
      assertThat(info.coordinator()).isEqualTo(scene.node(1 - owner));
      assertThat(asked).hasValue(2);
      assertThat(info.failedAttempts()).hasSize(2);
    }
  }

  @Test
  void pagesBehindTheFirstGoToTheTargetOfTheCall() {
    try (RoutingScene scene = RoutingScene.open(3, 1, UnaryOperator.identity())) {
      Columns value = Columns.of("ks", "t").and("v", DataType.INT);
      scene.nodes.on(query("q"), e -> e.reply(rows(value).row(int32(1)).pagingState((byte) 7)));
      SimpleStatement statement = SimpleStatement.of("q");
      ResultSet result =
          scene.session.execute(
              statement, RequestOptions.builder().targetNode(scene.node(2)).build());
      statement.setTargetNode(scene.node(0));
      for (int page = 0; page < 5; page++) {
        result.fetchNextPage().join();
      }
      assertThat(scene.queried("q")).containsExactly(0, 0, 6);
    }
  }

  @Test
  void policyThatTakesItsTimeHoldsUpNobodyElsesAnswer() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    TestTime time = new TestTime();
    Duration delay = Duration.ofMillis(2);
    SpeculativeExecutionPolicy slow =
        (keyspace, statement, started) -> {
          if (started == 3) {
            asked.countDown();
            awaitUnlessInterrupted(answered);
          }
          return delay.toNanos();
        };
    try (RoutingScene scene =
        RoutingScene.open(
            3, 1, b -> b.clock(time).selectorAgents(3).speculativeExecutionPolicy(slow))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      Exchange first = held.take();
      // Not before, or the first node would not be asked at all.
      time.pass(delay);
      Exchange second = held.take();
      time.pass(delay);
      // The second node's thread asks the policy, and the first one's has the answer.
      asked.await();
      first.reply(Void.INSTANCE);
      assertThat(future).succeedsWithin(Duration.ofSeconds(20));
      answered.countDown();
      second.reply(Void.INSTANCE);
    } finally {
      answered.countDown();
    }
  }

  private static void awaitUnlessInterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void filterThatThrowsWhileOtherNodesAreLookedForLeavesTheErrorAsItWas() {
    AtomicBoolean broken = new AtomicBoolean();
    Predicate<Node> filter =
        node -> {
          if (broken.get()) {
            throw new IllegalStateException("not now");
          }
          return true;
        };
    LoadBalancingPolicy policy = new HostFilterPolicy(new RoundRobinPolicy(), filter);
    try (RoutingScene scene = RoutingScene.open(2, 1, b -> b.loadBalancingPolicy(policy))) {
      scene.nodes.on(
          query("q"),
          exchange -> {
            broken.set(true);
            exchange.reply(new Error(ErrorCode.OVERLOADED, "too much"));
          });
      assertThat(scene.session.executeAsync(idempotent()))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withCauseInstanceOf(OverloadedException.class);
    }
  }
}
