package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class LatencyRecorderTest {
  private static final double PRECISION = 0.01;

  private final TestClock clock = new TestClock();
  private final RecordingHandler handler = new RecordingHandler();
  private final HeldRequests held = new HeldRequests();
  private final Histogram queue = LatencyRecorder.histogram();
  private final Histogram server = LatencyRecorder.histogram();
  private final Histogram handling = LatencyRecorder.histogram();

  private void drain(SelectorAgent agent) {
    queue.reset();
    server.reset();
    handling.reset();
    Objects.requireNonNull(agent.latencies()).drainTo(queue, server, handling);
  }

  private static void assertAbout(long actual, Duration expected) {
    long nanos = expected.toNanos();
    assertThat(Math.abs(actual - nanos)).isLessThanOrEqualTo((long) (nanos * PRECISION));
  }

  @Test
  void eachPartHasItsOwnTime() {
    try (ScriptedServer scripted = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent(new SelectorContext().clock(clock))) {
      scripted.on(query("held"), held);
      Connection connection = agent.connect(scripted.address(), ProtocolVersion.V5).connection;
      drain(agent.agent);
      assertThat(queue.getTotalCount()).isEqualTo(2);
      assertThat(server.getTotalCount()).isEqualTo(2);
      int requests = 600;
      handler.afterwards = () -> clock.advance(Duration.ofMillis(1));
      for (int i = 0; i < requests; i++) {
        assertThat(new CqlRequest("held").offer(connection, handler, i)).isZero();
      }
      clock.advance(Duration.ofMillis(30));
      agent.driveUntil("the requests", () -> held.size() == requests);
      clock.advance(Duration.ofMillis(200));
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answers", () -> handler.outcomes() == requests);
      drain(agent.agent);

      assertThat(queue.getTotalCount()).isEqualTo(requests);
      assertAbout(queue.getValueAtPercentile(1), Duration.ofMillis(30));
      assertAbout(queue.getMaxValue(), Duration.ofMillis(30));
      assertThat(server.getTotalCount()).isEqualTo(requests);
      assertAbout(server.getMinValue(), Duration.ofMillis(200));
      assertThat(handling.getTotalCount()).isBetween(requests / 64L, requests / 16L);
      assertAbout(handling.getMinValue(), Duration.ofMillis(1));
      assertAbout(handling.getMaxValue(), Duration.ofMillis(1));

      drain(agent.agent);
      assertThat(queue.getTotalCount() + server.getTotalCount() + handling.getTotalCount())
          .isZero();
    }
  }

  @Test
  void requestThatTimesOutCountsWithTheTimeThatItWasWaitedFor() {
    try (ScriptedServer scripted = ScriptedServer.start();
        InvokedAgent agent = new InvokedAgent(new SelectorContext().clock(clock))) {
      scripted.on(query("held"), held);
      Connection connection = agent.connect(scripted.address(), ProtocolVersion.V5).connection;
      drain(agent.agent);
      new CqlRequest("held").offer(connection, handler, 1, Duration.ofSeconds(2).toNanos());
      agent.driveUntil("the request", () -> held.size() == 1);
      clock.advance(Duration.ofSeconds(2));
      agent.drive(1);
      drain(agent.agent);
      assertThat(server.getTotalCount()).isEqualTo(1);
      assertAbout(server.getMaxValue(), Duration.ofSeconds(2));
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the late answer", () -> agent.count(SelectorCounter.LATE_RESPONSES) == 1);
      drain(agent.agent);
      assertThat(server.getTotalCount()).isZero();
    }
  }

  @Test
  void timesOutsideOfTheRangeAreItsEnds() {
    LatencyRecorder recorder = new LatencyRecorder();
    recorder.onSent(-5);
    recorder.onSent(Long.MAX_VALUE);
    recorder.onAnswered(Long.MIN_VALUE);
    recorder.flush();
    recorder.drainTo(queue, server, handling);
    assertThat(queue.getTotalCount()).isEqualTo(2);
    assertThat(queue.getMinValue()).isZero();
    assertThat(queue.getMaxValue()).isGreaterThanOrEqualTo(LatencyRecorder.LONGEST_NANOS);
    assertThat(server.getMaxValue()).isZero();
  }

  @Test
  void nothingIsLostBetweenWriterAndReader() throws InterruptedException {
    LatencyRecorder recorder = new LatencyRecorder();
    int times = 2_000_000;
    Thread writer =
        new Thread(
            () -> {
              for (int i = 0; i < times; i++) {
                recorder.onSent(i & 0xFFFF);
                recorder.onAnswered(7);
                if ((i & 127) == 0) {
                  recorder.flush();
                }
              }
              recorder.flush();
            });
    writer.start();
    while (writer.isAlive()) {
      recorder.drainTo(queue, server, handling);
    }
    writer.join();
    recorder.drainTo(queue, server, handling);
    assertThat(queue.getTotalCount()).isEqualTo(times);
    assertThat(server.getTotalCount()).isEqualTo(times);
    assertThat(server.getMaxValue()).isEqualTo(7);
  }

  @Test
  void switchedOffThereIsNoRecorder() {
    try (InvokedAgent agent = new InvokedAgent(new SelectorContext().latencies(false))) {
      assertThat(agent.agent.latencies()).isNull();
    }
  }
}
