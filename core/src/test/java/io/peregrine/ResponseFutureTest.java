package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Observations.until;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What can be done with a request that is under way, and who is told of it when. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ResponseFutureTest {
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);

  @Test
  void futureKnowsItsStatement() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      SimpleStatement statement = SimpleStatement.of("q");
      assertThat(scene.session.executeAsync(statement).statement()).isSameAs(statement);
    }
  }

  @Test
  void executeAsyncReturnsBeforeTheServerAnswers() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync("q");
      Exchange exchange = held.take();
      assertThat(future).isNotDone();
      exchange.reply(Void.INSTANCE);
      assertThat(future.result()).isNotNull();
    }
  }

  @Test
  void resultCanBeAskedForAgainAndIsTheSame() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      ResponseFuture future = scene.session.executeAsync("q");
      assertThat(future.result()).isSameAs(future.result());
      scene.server.on(query("bad"), new Error(ErrorCode.INVALID, "no"));
      ResponseFuture bad = scene.session.executeAsync("bad");
      assertThatThrownBy(bad::result).isInstanceOf(InvalidQueryException.class);
      assertThatThrownBy(bad::result)
          .isInstanceOf(InvalidQueryException.class)
          .satisfies(
              error ->
                  assertThat(error.getStackTrace())
                      .anyMatch(
                          frame ->
                              frame.getClassName().equals(ResponseFutureTest.class.getName())));
    }
  }

  @Test
  void whatIsAttachedBeforeRunsOnTheDriversThreadAndAfterwardsAtOnce() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("q"), held);
      AtomicReference<String> thread = new AtomicReference<>();
      ResponseFuture future =
          scene
              .session
              .executeAsync("q")
              .onSuccess(result -> thread.set(Thread.currentThread().getName()));
      held.take().reply(Void.INSTANCE);
      until("the callback", () -> thread.get() != null);
      assertThat(thread.get()).startsWith("peregrine");
      AtomicReference<Thread> later = new AtomicReference<>();
      future.onSuccess(result -> later.set(Thread.currentThread()));
      assertThat(later).hasValue(Thread.currentThread());
    }
  }

  @Test
  void exactlyOneOfSuccessAndErrorIsTold() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(query("bad"), new Error(ErrorCode.INVALID, "no"));
      List<String> told = new CopyOnWriteArrayList<>();
      for (String text : List.of("good", "bad")) {
        ResponseFuture future = scene.session.executeAsync(text);
        future.onSuccess(result -> told.add(text + " success"));
        future.onError(error -> told.add(text + " error"));
        future.onComplete((result, error) -> told.add(text + (error == null ? " +" : " -")));
        assertThat(future.handle((result, error) -> result == null).join())
            .isEqualTo(text.equals("bad"));
      }
      until("all", () -> told.size() == 4);
      assertThat(told).containsExactlyInAnyOrder("good success", "good +", "bad error", "bad -");
    }
  }

  @Test
  void callbackThatThrowsTouchesNeitherTheResultNorOtherCallbacks() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      AtomicInteger second = new AtomicInteger();
      ResponseFuture future =
          scene
              .session
              .executeAsync("q")
              .onSuccess(
                  result -> {
                    throw new IllegalStateException("broken");
                  })
              .onSuccess(result -> second.incrementAndGet());
      assertThat(future.result()).isNotNull();
      until("the second", () -> second.get() == 1);
    }
  }

  @Test
  void waitingOnADriversThreadIsRefused() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("never"), held);
      ResponseFuture never = scene.session.executeAsync("never");
      List<Throwable> refusals = new CopyOnWriteArrayList<>();
      List<Consumer<ResponseFuture>> ways =
          List.of(
              ResponseFuture::result,
              ResponseFuture::join,
              future -> {
                try {
                  future.get();
                } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
                  throw new CompletionException(e);
                }
              });
      HeldRequests first = new HeldRequests();
      scene.server.on(query("q"), first);
      scene
          .session
          .executeAsync("q")
          .onSuccess(
              result ->
                  ways.forEach(
                      way -> {
                        try {
                          way.accept(never);
                        } catch (RuntimeException e) {
                          refusals.add(e);
                        }
                      }));
      first.take().reply(Void.INSTANCE);
      until("refusals", () -> refusals.size() == ways.size());
      assertThat(refusals).hasOnlyElementsOfType(BlockingCallException.class);
      held.take().reply(Void.INSTANCE);
      never.result();
    }
  }

  @Test
  void whatIsOnlyKnownAfterwardsIsRefusedBefore() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("q"), held);
      ResponseFuture future = scene.session.executeAsync("q");
      List<Consumer<ResponseFuture>> early =
          List.of(
              ResponseFuture::executionInfo,
              ResponseFuture::warnings,
              ResponseFuture::incomingPayload,
              ResponseFuture::hasMorePages,
              ResponseFuture::fetchNextPage);
      early.forEach(
          question ->
              assertThatThrownBy(() -> question.accept(future))
                  .isInstanceOf(IllegalStateException.class));
      held.take().reply(Void.INSTANCE);
      future.result();
      assertThat(future.warnings()).isEmpty();
      assertThat(future.incomingPayload()).isEmpty();
      assertThat(future.hasMorePages()).isFalse();
      assertThatThrownBy(future::fetchNextPage).isInstanceOf(QueryExhaustedException.class);
    }
  }

  @Test
  void eachPageHasAFutureWithItsOwnTime() {
    TestTime time = new TestTime();
    try (Scene scene = Scene.open(ProtocolVersion.V5, time::drive)) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("q"), held);
      ResponseFuture first =
          scene.session.executeAsync(SimpleStatement.of("q").setTimeout(Duration.ofSeconds(3)));
      TestTime.until(scene.cluster, "the first question", () -> held.size() == 1);
      time.pass(Duration.ofSeconds(2));
      held.take().reply(rows(VALUE).row(int32(1)).pagingState((byte) 7).build());
      first.result();
      ResponseFuture second = first.fetchNextPage();
      TestTime.until(scene.cluster, "the second question", () -> held.size() == 1);
      time.pass(Duration.ofSeconds(2));
      scene.cluster.invoke();
      assertThat(second).isNotDone();
      time.pass(Duration.ofSeconds(1));
      assertThatThrownBy(second::result)
          .isInstanceOf(OperationTimedOutException.class)
          .satisfies(
              error ->
                  assertThat(((OperationTimedOutException) error).node())
                      .isEqualTo(scene.session.connectedNodes().get(0)));
      assertThat(second.statement()).isSameAs(first.statement());
      assertThat(first.hasMorePages()).isTrue();
    }
  }

  @Test
  void listenerSeesEachExecutedRequestOnceBeforeItIsSent() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      List<ResponseFuture> seen = new CopyOnWriteArrayList<>();
      AtomicInteger done = new AtomicInteger();
      Consumer<ResponseFuture> listener =
          future -> {
            assertThat(scene.server.observed().requests(query("q"))).hasSize(seen.size());
            seen.add(future);
            future.onComplete((result, error) -> done.incrementAndGet());
          };
      scene.session.addRequestListener(listener);
      scene.session.execute("q");
      ResponseFuture second = scene.session.executeAsync("q");
      second.result();
      assertThat(seen).hasSize(2).last().isSameAs(second);
      until("both", () -> done.get() == 2);
      assertThat(scene.session.removeRequestListener(listener)).isTrue();
      assertThat(scene.session.removeRequestListener(listener)).isFalse();
      scene.session.execute("q");
      assertThat(seen).hasSize(2);
    }
  }

  @Test
  void futureOfARequestThatCannotBeSentIsDoneForListenersToo() {
    String text = "SELECT v FROM t WHERE k = ?";
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      Columns key = Columns.of("ks", "t").and("k", DataType.INT);
      scene.server.define(text, key, Columns.NONE, 0);
      BoundStatement unbound = scene.session.prepare(text).bind();
      List<ResponseFuture> told = new ArrayList<>();
      scene.session.addRequestListener(told::add);
      assertThatThrownBy(() -> scene.session.execute(unbound))
          .isInstanceOf(InvalidStatementException.class);
      assertThatThrownBy(() -> scene.session.executeAsync(unbound))
          .isInstanceOf(InvalidStatementException.class);
      assertThat(told).hasSize(2).allMatch(ResponseFuture::isCompletedExceptionally);
    }
  }

  @Test
  void listenerThatThrowsKeepsTheRequestFromBeingSent() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.session.addRequestListener(
          future -> {
            throw new IllegalStateException("not today");
          });
      assertThatThrownBy(() -> scene.session.execute("q")).hasMessage("not today");
      assertThatThrownBy(() -> scene.session.executeAsync("q")).hasMessage("not today");
      assertThat(scene.server.observed().requests(query("q"))).isEmpty();
      assertThat(scene.server.observed().requests(opcode(Opcode.QUERY))).isNotEmpty();
    }
  }
}
