package io.peregrine;

import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.policy.SpeculativeExecutionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Other nodes are asked while the first has not answered, and the first answer counts once. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SpeculationTest {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(2);

  private static RoutingScene open(int nodes, SpeculativeExecutionPolicy policy) {
    return RoutingScene.open(nodes, 1, cluster -> cluster.speculativeExecutionPolicy(policy));
  }

  private static SpeculativeExecutionPolicy after(long delayNanos, int most) {
    return (keyspace, statement, started) ->
        started <= most ? delayNanos : SpeculativeExecutionPolicy.NONE;
  }

  private static SimpleStatement idempotent() {
    return SimpleStatement.of("q").setIdempotent(true);
  }

  /** Asks one other node after so long, and tells somebody how long answers took. */
  private record Listening(long delayNanos, LongConsumer listener)
      implements SpeculativeExecutionPolicy {
    @Override
    public long nextDelayNanos(@Nullable String keyspace, Statement<?> statement, int started) {
      return started == 1 ? delayNanos : NONE;
    }

    @Override
    public void onAnswer(Statement<?> statement, long latencyNanos) {
      listener.accept(latencyNanos);
    }
  }

  @Test
  void silentNodesAreFollowedByAsManyOthersAsThePolicySays() {
    try (RoutingScene scene = open(4, after(SOON, 2))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      List<Exchange> waiting = List.of(held.take(), held.take(), held.take());
      waiting.get(2).reply(Void.INSTANCE);
      ExecutionInfo info = future.result().executionInfo();
      assertThat(info.speculativeExecutions()).isEqualTo(2);
      assertThat(info.coordinator()).isNotNull();
      assertThat(scene.nodes.asked(query("q"))).isEqualTo(3);
      waiting.get(0).reply(Void.INSTANCE);
      waiting.get(1).reply(Void.INSTANCE);
    }
  }

  @Test
  void everyAnswerAfterTheFirstIsDropped() {
    try (RoutingScene scene = open(3, after(0, 5))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      for (int i = 0; i < 50; i++) {
        AtomicInteger completions = new AtomicInteger();
        ResponseFuture future = scene.session.executeAsync(idempotent());
        future.onComplete((result, error) -> completions.incrementAndGet());
        List<Exchange> waiting = List.of(held.take(), held.take(), held.take());
        waiting.forEach(exchange -> exchange.reply(Void.INSTANCE));
        future.result();
        until(
            "no request in flight",
            () -> scene.session.poolState().values().stream().allMatch(s -> s.inFlight() == 0));
        assertThat(completions).hasValue(1);
      }
    }
  }

  @Test
  void statementThatIsNotMarkedIsAskedOfOneNode() {
    List<Integer> questions = new CopyOnWriteArrayList<>();
    SpeculativeExecutionPolicy policy =
        (keyspace, statement, started) -> {
          questions.add(started);
          return 0;
        };
    try (RoutingScene scene = open(3, policy)) {
      scene.session.execute("q");
      scene.session.execute("SELECT 1");
      assertThat(scene.nodes.asked(query("q"))).isEqualTo(1);
      assertThat(questions).isEmpty();
      scene.session.execute(idempotent());
      assertThat(questions).first().isEqualTo(1);
    }
  }

  @Test
  void errorOfOneNodeWaitsForTheOthers() {
    try (RoutingScene scene = open(2, after(0, 1))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      Exchange first = held.take();
      Exchange second = held.take();
      first.reply(new Error(ErrorCode.OVERLOADED, "too much"));
      until("one attempt left", () -> inFlight(scene) == 1);
      assertThat(future).isNotDone();
      second.reply(Void.INSTANCE);
      assertThat(future.result().executionInfo().failedAttempts()).hasSize(1);
    }
  }

  @Test
  void errorThatNoOtherNodeWouldMendIsToldAtOnce() {
    try (RoutingScene scene = open(2, after(0, 1))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      Exchange first = held.take();
      Exchange second = held.take();
      first.reply(new Error(ErrorCode.SYNTAX_ERROR, "what"));
      assertThatThrownBy(future::result).isInstanceOf(SyntaxException.class);
      second.reply(Void.INSTANCE);
    }
  }

  @Test
  void timeoutIsTheRequestsAndNotThatOfOneAttempt() {
    TestTime time = new TestTime();
    try (RoutingScene scene =
        RoutingScene.open(3, 1, b -> time.drive(b).speculativeExecutionPolicy(after(SOON, 5)))) {
      scene.nodes.on(query("q"), Exchange::silence);
      ResponseFuture future =
          scene.session.executeAsync(idempotent().setTimeout(Duration.ofSeconds(2)));
      for (int asked = 1; asked <= 3; asked++) {
        int all = asked;
        TestTime.until(scene.cluster, "so many", () -> scene.nodes.asked(query("q")) == all);
        time.pass(Duration.ofMillis(666));
      }
      scene.cluster.invoke();
      assertThat(future).isNotDone();
      time.pass(Duration.ofMillis(2));
      assertThatThrownBy(future::result).isInstanceOf(OperationTimedOutException.class);
      assertThat(scene.nodes.asked(query("q"))).isEqualTo(3);
      assertThat(future.executionInfo().speculativeExecutions()).isEqualTo(2);
    }
  }

  @Test
  void delayLongerThanTheTimeoutAsksNobodyElse() {
    try (RoutingScene scene = open(3, after(TimeUnit.HOURS.toNanos(1), 5))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      held.take().reply(Void.INSTANCE);
      assertThat(future.result().executionInfo().speculativeExecutions()).isZero();
      assertThat(scene.nodes.asked(query("q"))).isEqualTo(1);
    }
  }

  @Test
  void policyThatThrowsAsksNobodyElse() {
    SpeculativeExecutionPolicy broken =
        (keyspace, statement, started) -> {
          throw new IllegalStateException("broken");
        };
    try (RoutingScene scene = open(3, broken)) {
      scene.session.execute(idempotent());
      assertThat(scene.nodes.asked(query("q"))).isEqualTo(1);
    }
  }

  @Test
  void nodeThatThePolicyDoesNotPermitIsNotAsked() {
    SpeculativeExecutionPolicy poor =
        new SpeculativeExecutionPolicy() {
          @Override
          public long nextDelayNanos(
              @Nullable String keyspace, Statement<?> statement, int started) {
            return 0;
          }

          @Override
          public boolean permits(Statement<?> statement, int started) {
            return started < 2;
          }
        };
    try (RoutingScene scene = open(4, poor)) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      Exchange first = held.take();
      Exchange second = held.take();
      second.reply(Void.INSTANCE);
      assertThat(future.result().executionInfo().speculativeExecutions()).isEqualTo(1);
      first.reply(Void.INSTANCE);
      assertThat(scene.nodes.asked(query("q"))).isEqualTo(2);
    }
  }

  @Test
  void rescuedRequestTookAsLongAsItsCallerWaited() {
    long delay = TimeUnit.MILLISECONDS.toNanos(50);
    List<Long> latencies = new CopyOnWriteArrayList<>();
    LongConsumer listener =
        latency -> {
          latencies.add(latency);
          throw new IllegalStateException("which nobody minds");
        };
    try (RoutingScene scene = open(2, new Listening(delay, listener))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      Exchange first = held.take();
      held.take().reply(Void.INSTANCE);
      future.result();
      first.reply(Void.INSTANCE);
      assertThat(latencies).singleElement().satisfies(l -> assertThat(l).isGreaterThan(delay));
    }
  }

  @Test
  void policyThatBreaksWhenItHearsOfAnAnswerChangesNothing() {
    LongConsumer broken =
        latency -> {
          throw new AssertionError("which nobody minds");
        };
    try (RoutingScene scene = open(1, new Listening(Listening.NONE, broken))) {
      assertThat(scene.session.execute("q").all()).isEmpty();
      scene.nodes.on(query("q"), e -> e.reply(new Error(ErrorCode.SYNTAX_ERROR, "what")));
      assertThat(scene.session.executeAsync("q"))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withCauseInstanceOf(SyntaxException.class);
    }
  }

  @Test
  void policyHearsHowLongAnswersTake() {
    List<Long> latencies = new ArrayList<>();
    try (RoutingScene scene = open(1, new Listening(Listening.NONE, latencies::add))) {
      for (int i = 0; i < 5; i++) {
        scene.session.execute("q");
      }
      assertThat(latencies).hasSize(5).allMatch(latency -> latency > 0);
    }
  }

  @Test
  void closingEndsAllAttempts() {
    try (RoutingScene scene = open(3, after(0, 5))) {
      HeldRequests held = new HeldRequests();
      scene.nodes.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync(idempotent());
      held.take();
      held.take();
      held.take();
      scene.session.close();
      assertThatThrownBy(future::result).isInstanceOf(SessionClosedException.class);
    }
  }

  private static int inFlight(RoutingScene scene) {
    return scene.session.poolState().values().stream().mapToInt(PoolState::inFlight).sum();
  }
}
