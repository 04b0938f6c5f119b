package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A handler may wait on when a deadline has passed, and is handed the request meanwhile. */
@ExtendWith(LeakCheck.class)
class PostponedDeadlineTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final CqlRequest SLOW = new CqlRequest("SELECT slow");

  private final TestClock clock = new TestClock();
  private final HeldRequests held = new HeldRequests();
  private ScriptedServer server;

  /** Waits on as often as it is told to. */
  private final class Patient implements ResponseHandler {
    private final RecordingHandler outcomes = new RecordingHandler();
    private final List<String> deadlines = new ArrayList<>();
    private int patience;

    @Override
    public long onDeadline(
        RequestFailure late,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      byte[] request = new byte[late.requestLength()];
      late.requestBuffer().getBytes(late.requestOffset(), request);
      deadlines.add(
          (request.length > 9 ? Opcode.name(request[4]) : "nothing")
              + (late.wasSent() ? " sent" : " unsent"));
      return patience-- > 0 ? clock.nanoTime() + TIMEOUT.toNanos() : NO_LONGER;
    }

    @Override
    public void onResponse(
        Response response,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      outcomes.onResponse(response, correlationId, attachment, pinned);
    }

    @Override
    public void onFailure(
        RequestFailure failure,
        long correlationId,
        @Nullable Object attachment,
        @Nullable Object pinned) {
      outcomes.onFailure(failure, correlationId, attachment, pinned);
    }
  }

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
    server.on(query("SELECT slow"), held);
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private InvokedAgent agent() {
    return new InvokedAgent(
        Carrier.PLAIN
            .context()
            .clock(clock)
            .heartbeats(Heartbeats.DEFAULT.withInterval(Duration.ZERO))
            .maxInFlight(4));
  }

  @Test
  void requestIsWaitedForAsLongAsItsHandlerSays() {
    try (InvokedAgent agent = agent()) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      Patient handler = new Patient();
      handler.patience = 2;
      assertThat(SLOW.offer(connection, handler, 1, TIMEOUT.toNanos())).isZero();
      agent.driveUntil("the request", () -> held.size() == 1);
      for (int i = 1; i <= 2; i++) {
        clock.advance(TIMEOUT);
        agent.drive(2);
        assertThat(handler.deadlines).hasSize(i).containsOnly("QUERY sent");
        assertThat(handler.outcomes.outcomes()).isZero();
      }
      clock.advance(TIMEOUT);
      agent.drive(2);
      assertThat(handler.outcomes.failures).containsEntry(1L, RequestFailure.Kind.TIMED_OUT);
      assertThat(connection.orphans()).isEqualTo(1);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the late answer", () -> connection.inFlight() == 0);
    }
  }

  @Test
  void answerThatComesWhileItIsWaitedForCounts() {
    try (InvokedAgent agent = agent()) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      Patient handler = new Patient();
      handler.patience = 1;
      assertThat(SLOW.offer(connection, handler, 1, TIMEOUT.toNanos())).isZero();
      agent.driveUntil("the request", () -> held.size() == 1);
      clock.advance(TIMEOUT);
      agent.drive(2);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answer", () -> handler.outcomes.outcomes() == 1);
      assertThat(handler.outcomes.opcodes).containsEntry(1L, Opcode.RESULT);
      assertThat(connection.orphans()).isZero();
    }
  }

  @Test
  void requestThatIsLateInTheRingIsSentIfItsHandlerWaits() {
    try (InvokedAgent agent = agent()) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      Patient patient = new Patient();
      patient.patience = 1;
      Patient hasty = new Patient();
      assertThat(SLOW.offer(connection, patient, 1, TIMEOUT.toNanos())).isZero();
      assertThat(SLOW.offer(connection, hasty, 2, TIMEOUT.toNanos())).isZero();
      clock.advance(TIMEOUT);
      agent.driveUntil("the request", () -> held.size() == 1);
      assertThat(patient.deadlines).containsExactly("QUERY unsent");
      assertThat(hasty.outcomes.failures).containsEntry(2L, RequestFailure.Kind.TIMED_OUT);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answer", () -> patient.outcomes.outcomes() == 1);
      assertThat(connection.inFlight()).isZero();
    }
  }
}
