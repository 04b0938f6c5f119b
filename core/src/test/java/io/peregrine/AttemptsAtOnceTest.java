package io.peregrine;

import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.policy.HostFilterPolicy;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.RoundRobinPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.policy.TargetHostPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two nodes fail one request at once, and a third is left. The thread of the first that failed asks
 * the policy for it, and before it has its answer the thread of the second finds no other node.
 */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class AttemptsAtOnceTest {
  private static final Error TOO_MUCH = new Error(ErrorCode.OVERLOADED, "too much");

  private final Gate gate = new Gate();
  private final AtomicInteger completions = new AtomicInteger();
  private RoutingScene scene;
  private ResponseFuture future;
  private int first;
  private int second;
  private int third;

  /** Who asks first whether a node may be used waits for the answer; all others may not use it. */
  private static final class Gate implements Predicate<Node> {
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile @Nullable Node node;
    private volatile boolean open;

    @Override
    public boolean test(Node node) {
      if (!node.equals(this.node)) {
        return true;
      }
      if (!taken.compareAndSet(false, true)) {
        return false;
      }
      asked.countDown();
      try {
        answered.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return open;
    }

    void answer(boolean open) {
      this.open = open;
      answered.countDown();
    }
  }

  @BeforeEach
  void failTwoNodesAtOnce() throws InterruptedException {
    LoadBalancingPolicy policy =
        new HostFilterPolicy(new TargetHostPolicy(new RoundRobinPolicy()), gate);
    SpeculativeExecutionPolicy oneMoreSoon =
        SpeculativeExecutionPolicy.constant(Duration.ofMillis(2), 1);
    // Each node's connection has a thread of its own.
    scene =
        RoutingScene.open(
            3,
            1,
            cluster ->
                cluster
                    .selectorAgents(3)
                    .loadBalancingPolicy(policy)
                    .speculativeExecutionPolicy(oneMoreSoon));
    List<HeldRequests> held =
        scene.nodes.servers().stream().map(server -> new HeldRequests()).toList();
    for (int i = 0; i < held.size(); i++) {
      scene.nodes.server(i).on(query("q"), held.get(i));
    }
    future =
        scene.session.executeAsync(
            SimpleStatement.of("q").setIdempotent(true).setTimeout(Duration.ZERO));
    future.onComplete((result, error) -> completions.incrementAndGet());
    until("two nodes asked", () -> held.stream().mapToInt(HeldRequests::size).sum() == 2);
    while (held.get(third).size() > 0) {
      third++;
    }
    first = (third + 1) % 3;
    second = (third + 2) % 3;
    gate.node = scene.node(third);
    scene.nodes.server(third).on(query("q"), exchange -> exchange.reply(Void.INSTANCE));
    held.get(first).take().reply(TOO_MUCH);
    gate.asked.await();
    held.get(second).take().reply(TOO_MUCH);
    // The second's thread gets this answer when it is done with the error.
    scene.session.execute(SimpleStatement.of("after").setTargetNode(scene.node(second)));
  }

  @AfterEach
  void close() {
    gate.answer(false);
    scene.close();
  }

  private void awaitFailureOf(int... servers) {
    InetSocketAddress[] addresses =
        IntStream.of(servers).mapToObj(scene.nodes::address).toArray(InetSocketAddress[]::new);
    assertThatThrownBy(future::result)
        .isInstanceOfSatisfying(
            NoHostAvailableException.class,
            e -> assertThat(e.errors()).containsOnlyKeys(addresses));
    assertThat(future.executionInfo().failedAttempts()).hasSize(servers.length);
    expectNothingLeft();
  }

  private void expectNothingLeft() {
    until(
        "no request in flight",
        () -> scene.session.poolState().values().stream().allMatch(s -> s.inFlight() == 0));
    assertThat(completions).hasValue(1);
  }

  @Test
  void nodeThatIsStillLookedForIsWaitedForByTheOtherAttempts() {
    assertThat(future).isNotDone();
    gate.answer(true);
    ExecutionInfo info = future.result().executionInfo();
    assertThat(info.coordinator()).isEqualTo(scene.node(third));
    assertThat(info.failedAttempts())
        .map(ExecutionInfo.FailedAttempt::node)
        .containsExactly(scene.node(first), scene.node(second));
    expectNothingLeft();
  }

  @Test
  void attemptThatEndsLastTellsWhatCameOfAll() {
    assertThat(future).isNotDone();
    gate.answer(false);
    awaitFailureOf(first, second);
  }

  @Test
  void nodeThatIsLostWhileItIsLookedForIsToldOfWithTheOthers() {
    scene.nodes.server(third).goDown();
    scene.awaitConnected(2);
    assertThat(future).isNotDone();
    gate.answer(true);
    awaitFailureOf(first, second, third);
  }
}
