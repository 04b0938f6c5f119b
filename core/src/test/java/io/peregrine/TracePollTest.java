package io.peregrine;

import static io.peregrine.TraceTables.EVENTS;
import static io.peregrine.TraceTables.ID;
import static io.peregrine.TraceTables.SESSION;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.response.Error;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reading a trace, with a clock that goes on when somebody waits. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class TracePollTest {
  private static final TraceOptions OPTIONS = TraceOptions.defaults();

  private Scene scene;
  private final FakeMeans means = new FakeMeans();

  /** Executes by the scene's session; waiting moves the clock. */
  private final class FakeMeans implements TracePoll.Means {
    private final AtomicLong now = new AtomicLong(TimeUnit.DAYS.toNanos(-1));
    private final List<Long> pauses = Collections.synchronizedList(new ArrayList<>());
    private final Queue<CompletableFuture<ResultSet>> instead = new ConcurrentLinkedQueue<>();

    @Override
    public CompletableFuture<ResultSet> execute(SimpleStatement statement) {
      CompletableFuture<ResultSet> answer = instead.poll();
      return answer == null ? scene.session.executeAsync(statement) : answer;
    }

    @Override
    public CompletableFuture<Void> after(long nanos) {
      pauses.add(nanos);
      now.addAndGet(nanos);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public long nanoTime() {
      return now.get();
    }

    @Override
    public long timeoutNanos() {
      return TimeUnit.SECONDS.toNanos(12);
    }
  }

  @BeforeEach
  void open() {
    scene = Scene.open(ProtocolVersion.V5);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  private CompletableFuture<QueryTrace> read(TraceOptions options) {
    return new TracePoll(means, ID, options).begin();
  }

  private List<Request> asked(String query) {
    return scene.server.observed().requests(query(query));
  }

  @Test
  void traceIsAskedForUntilItIsComplete() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.once(query(SESSION), e -> e.reply(TraceTables.unfinished()));
    scene.server.once(query(SESSION), e -> e.reply(TraceTables.nothing()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.event(TraceTables.events(), "x", 1)));
    QueryTrace trace = RealSession.await(read(OPTIONS));
    assertThat(trace.duration()).isEqualTo(Duration.ofNanos(1_234_000));
    assertThat(trace.events()).hasSize(1);
    assertThat(asked(SESSION)).hasSize(3);
    assertThat(asked(EVENTS)).hasSize(1);
    assertThat(means.pauses).containsExactly(3_000_000L, 6_000_000L);
  }

  @Test
  void traceTellsWhatTheServerHasWritten() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.on(
        query(EVENTS),
        e ->
            e.reply(
                TraceTables.event(TraceTables.event(TraceTables.events(), "one", 5), "two", 70)));
    QueryTrace trace = RealSession.await(read(OPTIONS));
    assertThat(trace.id()).isEqualTo(ID);
    assertThat(trace.requestType()).isEqualTo("Execute CQL3 query");
    assertThat(trace.client().isLoopbackAddress()).isTrue();
    assertThat(trace.coordinator()).isEqualTo(TraceTables.address(7));
    assertThat(trace.parameters()).isEqualTo(Map.of("query", "SELECT 1"));
    assertThat(trace.startedAt()).isEqualTo(Instant.parse("2025-01-02T03:04:05.678Z"));
    assertThat(trace.events())
        .extracting(TraceEvent::description, TraceEvent::sourceElapsed)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("one", Duration.ofNanos(5_000)),
            org.assertj.core.groups.Tuple.tuple("two", Duration.ofNanos(70_000)));
    TraceEvent event = trace.events().get(0);
    assertThat(event.time()).isEqualTo(Instant.parse("2025-01-02T03:04:05.678901200Z"));
    assertThat(event.source()).isEqualTo(TraceTables.address(8));
    assertThat(event.thread()).isEqualTo("ReadStage-1");
    assertThat(trace.toString()).contains(ID.toString(), "2 events");
  }

  @Test
  void traceThatIsNeverCompleteIsUnavailableAfterTheLongestWait() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.unfinished()));
    CompletableFuture<QueryTrace> trace = read(OPTIONS.maxWait(Duration.ofSeconds(2)));
    assertThatThrownBy(() -> RealSession.await(trace))
        .isInstanceOf(TraceUnavailableException.class)
        .hasMessageContaining(ID.toString())
        .hasMessageContaining("not available within 2.0 seconds: it had no duration yet")
        .hasMessageContaining("maxWait");
    assertThat(means.pauses.stream().mapToLong(Long::longValue).sum()).isEqualTo(2_000_000_000L);
    // 3 ms doubled: the ninth pause would end at 1533 ms, the tenth is cut short.
    assertThat(asked(SESSION)).hasSize(10);
    assertThat(asked(EVENTS)).isEmpty();
  }

  @Test
  void withoutALimitItIsAskedForAtMostThreeSecondsApart() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.onFirst(14, query(SESSION), e -> e.reply(TraceTables.nothing()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.events()));
    assertThat(RealSession.await(read(OPTIONS)).events()).isEmpty();
    assertThat(means.pauses).hasSize(14);
    assertThat(means.pauses.subList(10, 14)).containsOnly(3_072_000_000L);
  }

  @Test
  void partOfATraceIsTakenIfThatIsEnough() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.unfinished()));
    scene.server.once(query(SESSION), e -> e.reply(TraceTables.nothing()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.event(TraceTables.events(), "x", 1)));
    QueryTrace trace = RealSession.await(read(OPTIONS.waitForComplete(false)));
    assertThat(trace.duration()).isNull();
    assertThat(trace.events()).hasSize(1);
    assertThat(asked(SESSION)).hasSize(2);
  }

  @Test
  void eventsAreReadFromAllPages() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.event(TraceTables.events(), "c", 3)));
    scene.server.once(
        query(EVENTS),
        e ->
            e.reply(
                TraceTables.event(TraceTables.event(TraceTables.events(), "a", 1), "b", 2)
                    .pagingState((byte) 1)));
    QueryTrace trace = RealSession.await(read(OPTIONS));
    assertThat(trace.events()).extracting(TraceEvent::description).containsExactly("a", "b", "c");
  }

  @Test
  void consistencyIsLocalOneUnlessAnotherIsAskedFor() {
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.events()));
    RealSession.await(read(OPTIONS));
    RealSession.await(read(OPTIONS.consistency(ConsistencyLevel.QUORUM)));
    for (String query : List.of(SESSION, EVENTS)) {
      assertThat(asked(query))
          .extracting(request -> ((Query) request.message()).options.consistency)
          .containsExactly(ConsistencyLevel.LOCAL_ONE.code(), ConsistencyLevel.QUORUM.code());
    }
  }

  @Test
  void fullDriverIsAskedAgain() {
    means.instead.add(CompletableFuture.failedFuture(new BackPressureException("full", 1, 1, 1)));
    scene.server.on(query(SESSION), e -> e.reply(TraceTables.complete()));
    scene.server.on(query(EVENTS), e -> e.reply(TraceTables.events()));
    assertThat(RealSession.await(read(OPTIONS)).events()).isEmpty();
    assertThat(means.pauses).containsExactly(3_000_000L);
  }

  @Test
  void errorOfTheServerEndsTheReading() {
    scene.server.on(query(SESSION), new Error(ErrorCode.UNAUTHORIZED, "not for you"));
    assertThatThrownBy(() -> RealSession.await(read(OPTIONS)))
        .isInstanceOf(UnauthorizedException.class);
    assertThat(means.pauses).isEmpty();
  }

  @Test
  void questionThatIsNotAnsweredWithinTheLongestWaitMakesTheTraceUnavailable() {
    CompletableFuture<ResultSet> answer = new CompletableFuture<>();
    means.instead.add(answer);
    CompletableFuture<QueryTrace> trace = read(OPTIONS.maxWait(Duration.ofSeconds(1)));
    means.now.addAndGet(1_000_000_000L);
    answer.completeExceptionally(new OperationTimedOutException("no answer", null));
    assertThatThrownBy(() -> RealSession.await(trace))
        .isInstanceOf(TraceUnavailableException.class)
        .hasCauseInstanceOf(OperationTimedOutException.class)
        .hasMessageContaining("within 1.0 seconds");
  }

  @Test
  void questionThatIsNotAnsweredBeforeIsAnErrorOfItsOwn() {
    means.instead.add(
        CompletableFuture.failedFuture(new OperationTimedOutException("no answer", null)));
    assertThatThrownBy(() -> RealSession.await(read(OPTIONS.maxWait(Duration.ofMinutes(1)))))
        .isInstanceOf(OperationTimedOutException.class);
  }

  @Test
  void cancelledReadingAsksNoMore() {
    HeldRequests held = new HeldRequests();
    scene.server.on(query(SESSION), held);
    CompletableFuture<QueryTrace> trace = read(OPTIONS);
    Exchange first = held.take();
    trace.cancel(true);
    first.reply(TraceTables.nothing());
    // The answer has been seen when a later one has.
    scene.session.execute("q");
    assertThat(means.pauses).isEmpty();
    assertThat(asked(SESSION)).hasSize(1);
  }

  @Test
  void waitThatIsNotPositiveIsRefused() {
    for (Duration wait : List.of(Duration.ZERO, Duration.ofMillis(-1))) {
      assertThatThrownBy(() -> OPTIONS.maxWait(wait))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("null for no limit");
    }
    assertThat(OPTIONS.maxWait()).isNull();
  }
}
