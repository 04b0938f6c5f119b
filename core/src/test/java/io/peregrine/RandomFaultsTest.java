package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.error.Unavailable;
import com.datastax.oss.protocol.internal.response.error.WriteTimeout;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.policy.ReconnectionPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Observations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Retries and speculative executions while servers do everything they can do wrong. A request is
 * told of once, whatever happens; and one that is not idempotent never reaches a server after it
 * may have been executed.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class RandomFaultsTest {
  private static final int REQUESTS = 3_000;
  private static final int MOST_IN_FLIGHT = 64;
  private static final String UNSAFE = "unsafe ";
  private static final String SAFE = "safe ";

  /** What one seed has the servers do, and what they see. */
  private static final class Faults {
    private final Random random;
    private final Map<String, Boolean> mayBeExecuted = new ConcurrentHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<Exchange> late = new ArrayList<>();

    private Faults(long seed) {
      random = new Random(seed);
    }

    private synchronized void answer(Exchange exchange) {
      String text = ((Query) exchange.request().frame().message).query;
      if (text.startsWith(UNSAFE) && mayBeExecuted.getOrDefault(text, false)) {
        violations.add(text);
      }
      int quorum = ConsistencyLevel.QUORUM.code();
      int dice = random.nextInt(100);
      if (dice < 10) {
        exchange.reply(new Unavailable("few", quorum, 2, 1));
        return;
      }
      if (dice < 20) {
        exchange.reply(new Error(ErrorCode.IS_BOOTSTRAPPING, "wait"));
        return;
      }
      mayBeExecuted.put(text, true);
      if (dice < 30) {
        exchange.reply(new Error(ErrorCode.OVERLOADED, "too much"));
      } else if (dice < 35) {
        exchange.reply(new WriteTimeout("late", quorum, 1, 2, "BATCH_LOG"));
      } else if (dice < 40) {
        exchange.reply(new ReadTimeout("late", ConsistencyLevel.SERIAL.code(), 2, 2, false));
      } else if (dice < 42) {
        exchange.close();
      } else if (dice < 50) {
        late.add(exchange);
      } else {
        exchange.reply(Void.INSTANCE);
      }
      if (late.size() > 20) {
        late.remove(random.nextInt(late.size())).reply(Void.INSTANCE);
      }
    }

    private synchronized void answerLate() {
      late.forEach(exchange -> exchange.reply(Void.INSTANCE));
      late.clear();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20_261_127, 4_242})
  void everyRequestIsToldOfOnceAndNoneIsExecutedTwiceThatMustNotBe(long seed) {
    Faults faults = new Faults(seed);
    Random choices = new Random(seed);
    try (RoutingScene scene =
        RoutingScene.open(
            3,
            1,
            cluster ->
                cluster
                    .reconnectionPolicy(ReconnectionPolicy.constant(Duration.ofMillis(1)))
                    .speculativeExecutionPolicy(
                        (keyspace, statement, started) -> started < 3 ? 200_000 : -1))) {
      scene.nodes.on(queryStartingWith(UNSAFE), faults::answer);
      scene.nodes.on(queryStartingWith(SAFE), faults::answer);
      AtomicInteger inFlight = new AtomicInteger();
      int[] completions = new int[REQUESTS];
      for (int i = 0; i < REQUESTS; i++) {
        int number = i;
        boolean safe = choices.nextBoolean();
        SimpleStatement statement =
            SimpleStatement.of((safe ? SAFE : UNSAFE) + i)
                .setIdempotent(safe)
                .setTimeout(Duration.ofMillis(200));
        awaitThat(
            () -> inFlight.get() < MOST_IN_FLIGHT && !scene.session.connectedNodes().isEmpty());
        inFlight.incrementAndGet();
        scene
            .session
            .executeAsync(statement)
            .onComplete(
                (result, error) -> {
                  synchronized (completions) {
                    completions[number]++;
                  }
                  inFlight.decrementAndGet();
                });
      }
      awaitThat(() -> inFlight.get() == 0);
      faults.answerLate();
      synchronized (completions) {
        assertThat(completions).containsOnly(1);
      }
      assertThat(faults.violations).isEmpty();
      // How many reach a node depends on how fast lost connections are replaced.
      assertThat(faults.mayBeExecuted.size()).isGreaterThan(REQUESTS / 20);
    }
  }

  private static void awaitThat(java.util.function.BooleanSupplier condition) {
    Observations.until("requests answered", condition);
  }
}
