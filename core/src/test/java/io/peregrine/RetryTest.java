package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.error.Unavailable;
import com.datastax.oss.protocol.internal.response.error.WriteTimeout;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Responder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is sent again, where to, and what must not be. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RetryTest {
  private static final int QUORUM = ConsistencyLevel.QUORUM.code();
  private static final Message OVERLOADED = new Error(ErrorCode.OVERLOADED, "too much");

  private static SimpleStatement idempotent() {
    return SimpleStatement.of("q").setIdempotent(true);
  }

  private static RoutingScene open(int nodes) {
    return RoutingScene.open(nodes, 1, UnaryOperator.identity());
  }

  private static int total(RoutingScene scene) {
    return Arrays.stream(scene.queried("q")).sum();
  }

  /** Every server answers its first requests with an error, so many in all, and later ones well. */
  private static void failFirst(RoutingScene scene, int times, Responder error) {
    AtomicInteger left = new AtomicInteger(times);
    scene.nodes.on(
        query("q"),
        exchange -> {
          if (left.getAndDecrement() > 0) {
            error.respond(exchange);
          } else {
            exchange.reply(Void.INSTANCE);
          }
        });
  }

  private static void failFirst(RoutingScene scene, int times, Message error) {
    failFirst(scene, times, exchange -> exchange.reply(error));
  }

  @Test
  void overloadedNodeIsPassedOver() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 2, OVERLOADED);
      ExecutionInfo info = scene.session.execute(idempotent()).executionInfo();
      assertThat(scene.queried("q")).containsOnly(1);
      assertThat(info.failedAttempts())
          .extracting(ExecutionInfo.FailedAttempt::error)
          .hasOnlyElementsOfType(OverloadedException.class)
          .hasSize(2);
      assertThat(info.attemptedNodes()).hasSize(3).doesNotHaveDuplicates();
      assertThat(info.coordinator()).isEqualTo(info.attemptedNodes().get(2));
      assertThat(info.requestBytes()).isPositive();
      assertThat(info.responseBytes()).isEqualTo(13);
    }
  }

  @Test
  void planThatIsUsedUpTellsTheErrorOfEachNode() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 100, OVERLOADED);
      NoHostAvailableException none =
          catchThrowableOfType(
              NoHostAvailableException.class, () -> scene.session.execute(idempotent()));
      assertThat(none.errors())
          .containsOnlyKeys(scene.nodes.address(0), scene.nodes.address(1), scene.nodes.address(2))
          .allSatisfy((node, error) -> assertThat(error).isInstanceOf(OverloadedException.class));
      assertThat(scene.queried("q")).containsOnly(1);
    }
  }

  @Test
  void loneNodesErrorIsTheRequests() {
    try (RoutingScene scene = open(1)) {
      failFirst(scene, 100, OVERLOADED);
      assertThatThrownBy(() -> scene.session.execute(idempotent()))
          .isInstanceOf(OverloadedException.class);
      assertThat(total(scene)).isEqualTo(1);
    }
  }

  @Test
  void requestThatMayHaveBeenExecutedIsNotSentAgain() {
    for (Responder unsure :
        List.<Responder>of(
            exchange -> exchange.reply(OVERLOADED),
            exchange -> exchange.reply(new Error(ErrorCode.SERVER_ERROR, "a fault")),
            exchange -> exchange.reply(new Error(ErrorCode.TRUNCATE_ERROR, "no")),
            exchange -> exchange.reply(new WriteTimeout("late", QUORUM, 1, 2, "BATCH_LOG")),
            exchange ->
                exchange.reply(
                    new ReadTimeout("late", ConsistencyLevel.SERIAL.code(), 2, 2, false)),
            Exchange::close)) {
      try (RoutingScene scene = open(3)) {
        failFirst(scene, 100, unsure);
        assertThatThrownBy(() -> scene.session.execute("q"))
            .isNotInstanceOf(NoHostAvailableException.class);
        assertThat(total(scene)).isEqualTo(1);
      }
    }
  }

  @Test
  void readIsSentAgainWithoutBeingMarked() {
    try (RoutingScene scene = open(3)) {
      AtomicInteger asked = new AtomicInteger();
      scene.nodes.on(
          query("SELECT 1"),
          exchange -> {
            if (asked.getAndIncrement() == 0) {
              exchange.close();
            } else {
              exchange.reply(Void.INSTANCE);
            }
          });
      ExecutionInfo info = scene.session.execute("SELECT 1").executionInfo();
      assertThat(asked).hasValue(2);
      assertThat(info.failedAttempts())
          .singleElement()
          .satisfies(
              failure -> assertThat(failure.error()).isInstanceOf(RequestAbortedException.class));
    }
  }

  @Test
  void nodeThatIsStartingIsPassedOverByEveryRequest() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 1, new Error(ErrorCode.IS_BOOTSTRAPPING, "wait"));
      scene.session.execute("q");
      assertThat(total(scene)).isEqualTo(2);
    }
  }

  @Test
  void unavailableIsTriedOnOneOtherNode() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 100, new Unavailable("few", QUORUM, 2, 1));
      assertThatThrownBy(() -> scene.session.execute("q")).isInstanceOf(UnavailableException.class);
      assertThat(scene.queried("q")).containsExactlyInAnyOrder(1, 1, 0);
    }
  }

  @Test
  void readTimeoutWithoutDataIsRepeatedOnceOnTheSameNode() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 100, new ReadTimeout("late", QUORUM, 2, 2, false));
      assertThatThrownBy(() -> scene.session.execute("q")).isInstanceOf(ReadTimeoutException.class);
      assertThat(scene.queried("q")).containsExactlyInAnyOrder(2, 0, 0);
    }
  }

  @Test
  void readTimeoutWithTooFewAnswersIsTold() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 100, new ReadTimeout("late", QUORUM, 1, 2, false));
      assertThatThrownBy(() -> scene.session.execute("q")).isInstanceOf(ReadTimeoutException.class);
      assertThat(total(scene)).isEqualTo(1);
    }
  }

  @Test
  void batchLogTimeoutIsRepeatedOnceIfThatDoesNoHarm() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 1, new WriteTimeout("late", QUORUM, 1, 2, "BATCH_LOG"));
      scene.session.execute(idempotent());
      assertThat(scene.queried("q")).containsExactlyInAnyOrder(2, 0, 0);
    }
  }

  @Test
  void bytesThatAreSentAgainAreTheSame() {
    try (RoutingScene scene = open(3)) {
      failFirst(scene, 2, OVERLOADED);
      scene.session.execute(
          SimpleStatement.of("q", 7, "text").setIdempotent(true).setTimestamp(5).setPageSize(9));
      List<Query> sent =
          scene.nodes.servers().stream()
              .flatMap(server -> server.observed().requests(query("q")).stream())
              .map(request -> (Query) request.frame().message)
              .toList();
      assertThat(sent).hasSize(3);
      assertThat(sent)
          .allSatisfy(query -> assertThat(query).usingRecursiveComparison().isEqualTo(sent.get(0)));
    }
  }

  @Test
  void warningsPayloadAndTracingIdAreThoseOfTheAnswerThatCounts() {
    try (RoutingScene scene = open(1)) {
      java.util.UUID id = new java.util.UUID(1, 2);
      scene.nodes.on(
          query("q"),
          exchange ->
              exchange
                  .withWarnings("mind the gap")
                  .withTracingId(id)
                  .withCustomPayload(Map.of("k", java.nio.ByteBuffer.wrap(new byte[] {9})))
                  .reply(Void.INSTANCE));
      ResponseFuture future = scene.session.executeAsync("q");
      ExecutionInfo info = future.result().executionInfo();
      assertThat(info.warnings()).containsExactly("mind the gap");
      assertThat(info.tracingId()).isEqualTo(id);
      assertThat(info.incomingPayload()).containsOnlyKeys("k");
      assertThat(future.warnings()).isEqualTo(info.warnings());
      assertThat(future.incomingPayload()).containsOnlyKeys("k");
    }
  }
}
