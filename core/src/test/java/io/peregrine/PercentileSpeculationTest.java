package io.peregrine;

import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.policy.PercentileSpeculativeExecutionPolicy;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The policy that learns from latencies, in a session with nodes that are slow: it asks the next
 * one as long as its budget lasts.
 */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class PercentileSpeculationTest {
  /** So many answers earn a speculation, and no more than one is saved up. */
  private static final int EARN_ONE = 20;

  private final HeldRequests held = new HeldRequests();
  private final CountingPolicy policy = new CountingPolicy();
  private RoutingScene scene;

  /** The policy, and how often it was asked for a speculation that it did not permit. */
  private static final class CountingPolicy implements SpeculativeExecutionPolicy {
    private final SpeculativeExecutionPolicy percentile =
        PercentileSpeculativeExecutionPolicy.builder()
            .percentile(90)
            .minimumSamples(EARN_ONE)
            .longestDelay(Duration.ofMillis(50))
            .budgetPercent(100.0 / EARN_ONE)
            .burst(1)
            .build();
    private final AtomicInteger refusals = new AtomicInteger();

    @Override
    public long nextDelayNanos(@Nullable String keyspace, Statement<?> statement, int started) {
      return percentile.nextDelayNanos(keyspace, statement, started);
    }

    @Override
    public boolean permits(Statement<?> statement, int started) {
      boolean permitted = percentile.permits(statement, started);
      if (!permitted) {
        refusals.incrementAndGet();
      }
      return permitted;
    }

    @Override
    public void onAnswer(Statement<?> statement, long latencyNanos) {
      percentile.onAnswer(statement, latencyNanos);
    }
  }

  /** Three nodes, and a statement of which enough is known from its next execution on. */
  @BeforeEach
  void learn() {
    scene = RoutingScene.open(3, 1, cluster -> cluster.speculativeExecutionPolicy(policy));
    // Its first answer is forgotten: it might never have come again.
    answer(EARN_ONE + 1);
    assertThat(asked()).isEqualTo(EARN_ONE + 1);
    scene.nodes.on(query("q"), held);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private void answer(int times) {
    for (int i = 0; i < times; i++) {
      scene.session.execute(idempotent());
    }
  }

  private static SimpleStatement idempotent() {
    return SimpleStatement.of("q").setIdempotent(true);
  }

  private int asked() {
    return scene.nodes.asked(query("q"));
  }

  private void awaitInFlight(int count) {
    until(
        count + " requests in flight",
        () ->
            scene.session.poolState().values().stream().mapToInt(PoolState::inFlight).sum()
                == count);
  }

  @Test
  void slowNodeIsFollowedByTheNextWhoseAnswerCountsOnce() {
    AtomicInteger completions = new AtomicInteger();
    ResponseFuture future = scene.session.executeAsync(idempotent());
    future.onComplete((result, error) -> completions.incrementAndGet());
    Exchange slow = held.take();
    Exchange next = held.take();
    next.reply(Void.INSTANCE);
    ExecutionInfo info = future.result().executionInfo();
    slow.reply(Void.INSTANCE);
    awaitInFlight(0);

    assertThat(completions).hasValue(1);
    assertThat(info.speculativeExecutions()).isEqualTo(1);
    assertThat(info.failedAttempts()).isEmpty();
    assertThat(asked()).isEqualTo(EARN_ONE + 1 + 2);
    assertThat(info.coordinator()).isEqualTo(node(next)).isNotEqualTo(node(slow));
    assertThat(policy.refusals).hasValue(0);
  }

  private Node node(Exchange exchange) {
    for (int i = 0; i < scene.nodes.servers().size(); i++) {
      if (scene.nodes.server(i).observed().connections().contains(exchange.connection())) {
        return scene.node(i);
      }
    }
    throw new AssertionError(exchange + " is at no server");
  }

  @Test
  void budgetThatIsSpentAsksNobodyUntilItIsEarnedAgain() {
    rescue();
    awaitInFlight(0);
    ResponseFuture future = scene.session.executeAsync(idempotent());
    Exchange slow = held.take();
    until("the refusal", () -> policy.refusals.get() == 1);
    slow.reply(Void.INSTANCE);
    assertThat(future.result().executionInfo().speculativeExecutions()).isZero();
    assertThat(held.size()).isZero();

    // Two answers have earned their part meanwhile.
    int soFar = asked();
    scene.nodes.on(query("q"), exchange -> exchange.reply(Void.INSTANCE));
    answer(EARN_ONE - 2);
    assertThat(asked()).isEqualTo(soFar + EARN_ONE - 2);
    scene.nodes.on(query("q"), held);
    rescue();
  }

  /** A request whose first node is silent, and that the second one answers. */
  private void rescue() {
    ResponseFuture future = scene.session.executeAsync(idempotent());
    Exchange slow = held.take();
    held.take().reply(Void.INSTANCE);
    assertThat(future.result().executionInfo().speculativeExecutions()).isEqualTo(1);
    slow.reply(Void.INSTANCE);
  }

  @Test
  void statementThatIsNotIdempotentIsAskedOfOneNode() {
    ResponseFuture once = scene.session.executeAsync(SimpleStatement.of("q"));
    Exchange slow = held.take();
    // One that comes later and may be repeated is followed, with what there is of the budget.
    rescue();
    awaitInFlight(1);
    assertThat(asked()).isEqualTo(EARN_ONE + 1 + 3);
    slow.reply(Void.INSTANCE);
    ExecutionInfo info = once.result().executionInfo();
    assertThat(info.speculativeExecutions()).isZero();
    assertThat(info.attemptedNodes()).hasSize(1);
    assertThat(policy.refusals).hasValue(0);
  }
}
