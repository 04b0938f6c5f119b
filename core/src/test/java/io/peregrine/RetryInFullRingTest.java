package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WriteType;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.policy.FailedRequest;
import io.peregrine.policy.RetryDecision;
import io.peregrine.policy.RetryPolicy;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A request that is to be sent again just when its agent's ring has no room. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RetryInFullRingTest {
  private static final SimpleStatement LARGE = SimpleStatement.of("x".repeat(100_000));
  private static final SimpleStatement SMALL = SimpleStatement.of("f");

  private final Answers answers = new Answers();
  private final AtomicInteger completions = new AtomicInteger();
  private final TestTime time = new TestTime();
  private Scene scene;
  private int filling;

  /** Whatever a node fails by, it is asked once more. */
  private static final class SameNode implements RetryPolicy {
    @Override
    public RetryDecision onReadTimeout(
        FailedRequest request,
        ConsistencyLevel consistency,
        int required,
        int received,
        boolean dataPresent) {
      return RetryDecision.RETHROW;
    }

    @Override
    public RetryDecision onWriteTimeout(
        FailedRequest request,
        ConsistencyLevel consistency,
        WriteType writeType,
        int required,
        int received) {
      return RetryDecision.RETHROW;
    }

    @Override
    public RetryDecision onUnavailable(
        FailedRequest request, ConsistencyLevel consistency, int required, int alive) {
      return RetryDecision.RETHROW;
    }

    @Override
    public RetryDecision onRequestError(FailedRequest request, DriverException error) {
      return request.retries() == 0 ? RetryDecision.RETRY_SAME_NODE : RetryDecision.RETHROW;
    }
  }

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V5, time::drive);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  /** Fills the ring so that not even a small request has room. */
  private void fill() {
    for (SimpleStatement statement : new SimpleStatement[] {LARGE, SMALL}) {
      long result = scene.session.offer(statement, answers, 0);
      while (result == Session.ACCEPTED) {
        filling++;
        result = scene.session.offer(statement, answers, 0);
      }
      assertThat(result).isEqualTo(Session.BACK_PRESSURED);
    }
  }

  /** The request's error comes right behind an answer whose handler fills the ring. */
  private ResponseFuture failIntoFullRing(Duration timeout) {
    HeldRequests held = new HeldRequests();
    scene.server.on(query("first"), held);
    scene.server.on(query("q"), held);
    RequestHandler filler =
        new RequestHandler() {
          @Override
          public void onRows(long correlationId, RowCursor rows) {
            fill();
          }

          @Override
          public void onError(long correlationId, ErrorView error) {
            throw new AssertionError(error.message());
          }
        };
    assertThat(scene.session.offer(SimpleStatement.of("first"), filler, 0))
        .isEqualTo(Session.ACCEPTED);
    ResponseFuture future =
        scene.session.executeAsync(
            SimpleStatement.of("q")
                .setIdempotent(true)
                .setRetryPolicy(new SameNode())
                .setTimeout(timeout));
    future.onComplete((result, error) -> completions.incrementAndGet());
    drive("both requests", () -> held.size() == 2);
    Exchange first = held.take();
    Exchange second = held.take();
    scene.server.on(query("q"), exchange -> exchange.reply(Void.INSTANCE));
    first.connection().cork();
    first.reply(Void.INSTANCE);
    second.reply(new Error(ErrorCode.OVERLOADED, "too much"));
    first.connection().uncork();
    drive("a full ring", () -> filling > 0);
    return future;
  }

  private void drive(String what, BooleanSupplier condition) {
    TestTime.until(scene.cluster, what, condition);
  }

  private int asked() {
    return scene.server.observed().requests(query("q")).size();
  }

  @Test
  void retryThatWaitsForRoomUntilItsTimeIsOverEndsOnceAndTellsSo() {
    Duration timeout = Duration.ofSeconds(2);
    ResponseFuture future = failIntoFullRing(timeout);
    assertThat(future).isNotDone();
    // Nobody drains the ring meanwhile.
    time.pass(timeout);
    drive("the end", future::isDone);
    assertThatThrownBy(future::result)
        .isInstanceOfSatisfying(
            OperationTimedOutException.class,
            late -> {
              assertThat(late.errors())
                  .hasEntrySatisfying(
                      scene.server.address(),
                      error -> assertThat(error).isInstanceOf(OverloadedException.class));
              assertThat(late.node()).isEqualTo(scene.session.connectedNodes().get(0));
            })
        .hasMessageContaining("waited for room in the ring of requests")
        .hasMessageContaining("too much");
    drive("the answers to all others", () -> answers.size() == filling);
    assertThat(completions).hasValue(1);
    assertThat(asked()).isEqualTo(1);
  }

  @Test
  void retryThatFindsRoomInTimeIsAnswered() {
    ResponseFuture future = failIntoFullRing(Duration.ofSeconds(30));
    assertThat(future).isNotDone();
    drive("the answer", future::isDone);
    assertThat(future.result().executionInfo().failedAttempts()).hasSize(1);
    drive("the answers to all others", () -> answers.size() == filling);
    assertThat(completions).hasValue(1);
    assertThat(asked()).isEqualTo(2);
  }
}
