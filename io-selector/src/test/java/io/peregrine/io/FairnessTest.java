package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.CannedServer;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class FairnessTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int RECEIVE_BUFFER = 262_166;
  private static final CqlRequest QUERY = new CqlRequest("SELECT 1");

  private final RecordingHandler handler = new RecordingHandler();

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void connectionWithLargeAnswersReadsNoMoreThanABufferInADutyCycle(ProtocolVersion version) {
    Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
    try (ScriptedServer server = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent()) {
      server.on(
          queryStartingWith("SELECT large"),
          rows(columns).row(text("x".repeat(16 * MEGABYTE))).build());
      Connection large = agent.connect(server.address(), version).connection;
      Connection small = agent.connect(server.address(), version).connection;
      Overtaking overtaking = new Overtaking(agent);
      overtaking.await(6, new CqlRequest("SELECT large"), large, QUERY, small);
      assertThat(overtaking.mostBytes).isBetween(1L, 2L * RECEIVE_BUFFER);
    }
  }

  @Test
  void floodOfRequestsDoesNotKeepAnswersOut() {
    RecordingHandler flooded = new RecordingHandler();
    SelectorContext context =
        new SelectorContext().maxInFlight(StreamIdAllocator.MAX_IDS).requestRingCapacity(1 << 16);
    try (CannedServer server = CannedServer.start(Void.INSTANCE);
        InvokedAgent agent = new InvokedAgent(context)) {
      Connection flood = agent.connect(server.address(), ProtocolVersion.V5).connection;
      Connection other = agent.connect(server.address(), ProtocolVersion.V5).connection;
      long[] next = {0};
      for (int i = 0; i < 20; i++) {
        int expected = i + 1;
        assertThat(QUERY.offer(other, handler, i)).isEqualTo(Offer.ACCEPTED);
        agent.driveUntil(
            "an answer in the flood",
            () -> {
              while (QUERY.offer(flood, flooded, next[0]) == Offer.ACCEPTED) {
                next[0]++;
              }
              return handler.outcomes() == expected;
            });
        agent.drive(1);
      }
      agent.driveUntil("the flood's end", () -> flooded.outcomes() == next[0]);
      assertThat(flooded.failures).isEmpty();
      assertThat(next[0]).isGreaterThan(1_000);
    }
  }

  @Test
  void handlerThatTakesLongIsSeenInTheDutyCycles() {
    TestClock clock = new TestClock();
    SelectorContext context = new SelectorContext().clock(clock);
    try (CannedServer server = CannedServer.start(Void.INSTANCE);
        InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      assertThat(agent.count(SelectorCounter.LONGEST_DUTY_CYCLE_NS)).isZero();
      long[] millis = {10, 25, 15};
      for (int i = 0; i < millis.length; i++) {
        int answered = i;
        handler.afterwards = () -> clock.advance(Duration.ofMillis(millis[answered]));
        QUERY.offer(connection, handler, i);
        agent.driveUntil("the answer", () -> handler.outcomes() == answered + 1);
        clock.advance(Duration.ofSeconds(1));
        agent.drive(3);
      }
      assertThat(agent.count(SelectorCounter.LONGEST_DUTY_CYCLE_NS)).isEqualTo(25_000_000);
      assertThat(agent.count(SelectorCounter.SLOW_DUTY_CYCLES)).isEqualTo(2);
    }
  }

  @Test
  void sleepIsNoPartOfADutyCycle() {
    long step = 1_000;
    long[] time = {0};
    SelectorContext context =
        new SelectorContext()
            .clock(() -> time[0] += step)
            .parksInSelect(true)
            .longestParkMillis(1)
            .latencies(false) // both would read the clock within a cycle, and it goes on by that
            .flightRecords(0)
            .errorHandler(fault -> {});
    SelectorAgent agent = new SelectorAgent(context);
    try (CannedServer server = CannedServer.start(Void.INSTANCE)) {
      RecordingListener listener = new RecordingListener();
      Connection connection =
          agent
              .connections()
              .connect(
                  new ConnectRequest(
                      server.address(), ProtocolVersion.V5, Map.of(), 1_000_000_000_000L),
                  listener);
      Observations.driveUntil("a connection", () -> listener.ready == 1, agent::doWork);
      for (int i = 0; i < 100; i++) {
        int expected = i + 1;
        QUERY.offer(connection, handler, i);
        Observations.driveUntil("an answer", () -> handler.outcomes() == expected, agent::doWork);
      }
      assertThat(agent.counters().get(SelectorCounter.LONGEST_DUTY_CYCLE_NS)).isEqualTo(step);
    } finally {
      agent.onClose();
    }
    assertThat(agent.offHeapBytes()).isZero();
  }

  @Test
  void handlerThatBlocksLetsOthersOfferUntilTheRingIsFull() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    AtomicInteger answers = new AtomicInteger();
    ResponseHandler blocking =
        new ResponseHandler() {
          @Override
          public void onResponse(
              Response response,
              long correlationId,
              @Nullable Object attachment,
              @Nullable Object pinned) {
            blocked.countDown();
            try {
              released.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            answers.incrementAndGet();
          }

          @Override
          public void onFailure(
              RequestFailure failure,
              long correlationId,
              @Nullable Object attachment,
              @Nullable Object pinned) {
            throw new AssertionError(failure.describe());
          }
        };
    SelectorContext context = new SelectorContext().requestRingCapacity(4096);
    try (CannedServer server = CannedServer.start(Void.INSTANCE);
        RunningAgent agent = new RunningAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5);
      QUERY.offer(connection, blocking, 0);
      blocked.await();
      int accepted = 1;
      while (QUERY.offer(connection, blocking, accepted) == Offer.ACCEPTED) {
        accepted++;
      }
      assertThat(QUERY.offer(connection, blocking, -1)).isEqualTo(Offer.BACK_PRESSURED);
      assertThat(accepted).isGreaterThan(10);
      released.countDown();
      int expected = accepted;
      RunningAgent.await("the answers", () -> answers.get() == expected);
      RunningAgent.await("all to be given back", () -> connection.inFlight() == 0);
    }
  }
}
