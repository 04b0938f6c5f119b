package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CloseTest extends CarriedTest {
  private static final CqlRequest QUERY = new CqlRequest("SELECT 1");

  @BeforeEach
  void hold() {
    server.on(queryStartingWith("SELECT"), held);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void whatIsInFlightAndInTheRingFailsWithTheAgent(ProtocolVersion version) {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      RecordingListener listener = agent.connect(server.address(), version);
      QUERY.offer(listener.connection, handler, 1);
      agent.driveUntil("the request", () -> held.size() == 1);
      QUERY.offer(listener.connection, handler, 2);
      agent.end();
      assertThat(handler.failures)
          .containsOnlyKeys(1L, 2L)
          .doesNotContainValue(RequestFailure.Kind.CONNECTION_LOST)
          .containsValue(RequestFailure.Kind.CLOSED);
      assertThat(listener.closed.get(0)).hasMessageContaining("The driver was closed");
      assertThat(QUERY.offer(listener.connection, handler, 3)).isEqualTo(Offer.CLOSED);
      agent.agent.onClose();
      assertThat(handler.outcomes()).isEqualTo(2);
    }
  }

  @Test
  void handlersMayOfferAndConnectWhileTheAgentCloses() {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      RecordingListener second = agent.connect(server.address(), ProtocolVersion.V5);
      QUERY.offer(listener.connection, handler, 1);
      QUERY.offer(second.connection, handler, 2);
      agent.driveUntil("the requests", () -> held.size() == 2);
      QUERY.offer(listener.connection, handler, 3);
      QUERY.offer(second.connection, handler, 4);
      int[] again = {0};
      handler.afterwards =
          () -> {
            again[0]++;
            agent.open(server.address(), ProtocolVersion.V5);
            agent.agent.connections().close(second.connection, new DriverException("again"));
            assertThat(QUERY.offer(second.connection, handler, 99)).isNegative();
          };
      listener.afterClosed = () -> agent.open(server.address(), ProtocolVersion.V5);
      agent.end();
      assertThat(again[0]).isEqualTo(4);
      assertThat(handler.failures).containsOnlyKeys(1L, 2L, 3L, 4L);
      assertThat(agent.faults).isEmpty();
    }
  }

  @Test
  void recordBehindTheRingsEndIsNotForgottenAtTheClose() {
    SelectorContext context = carrier().context().requestRingCapacity(4096);
    CqlRequest small = new CqlRequest("SELECT");
    CqlRequest large = new CqlRequest("SELECT " + "x".repeat(400));
    for (int before = 0; before < 64; before++) {
      try (InvokedAgent agent = new InvokedAgent(context)) {
        Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
        RecordingHandler handler = new RecordingHandler();
        for (int i = 0; i < before; i++) {
          assertThat(small.offer(connection, handler, i)).isZero();
          agent.drive(1);
        }
        assertThat(large.offer(connection, handler, before)).isZero();
        agent.end();
        assertThat(handler.failures).as("with %d before it", before).hasSize(before + 1);
      }
    }
  }

  @Test
  void requestThatIsBeingWrittenWhenTheAgentClosesFailsOnce() throws InterruptedException {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      CountDownLatch begun = new CountDownLatch(1);
      AtomicLong result = new AtomicLong(Long.MIN_VALUE);
      RequestEncoder slow = new SlowRequest(begun, agent.agent);
      Thread offering =
          new Thread(() -> result.set(connection.offer(slow, handler, null, null, 7, 0)));
      offering.start();
      begun.await();
      agent.end();
      offering.join();
      assertThat(result.get()).isEqualTo(Offer.ACCEPTED);
      assertThat(handler.failures).containsOnly(entry(7L, RequestFailure.Kind.CLOSED));
    }
  }

  /** Is not done being written before the agent is closed. */
  private record SlowRequest(CountDownLatch begun, SelectorAgent agent) implements RequestEncoder {
    @Override
    public int encodedLength(ProtocolVersion version) {
      return QUERY.encodedLength(version);
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      begun.countDown();
      while (!agent.isClosed()) {
        Thread.onSpinWait();
      }
      return QUERY.encode(version, buffer, offset);
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }
  }

  @Test
  void closingAConnectionFailsItsRequestsWithTheCause() {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      RecordingListener other = agent.connect(server.address(), ProtocolVersion.V5);
      QUERY.offer(listener.connection, handler, 1);
      QUERY.offer(other.connection, handler, 2);
      agent.driveUntil("the requests", () -> held.size() == 2);
      QUERY.offer(listener.connection, handler, 3);
      DriverException cause = new DriverException("the node is ignored now");
      agent.agent.connections().close(listener.connection, cause);
      agent.drive(1);
      assertThat(handler.failures)
          .containsEntry(1L, RequestFailure.Kind.CONNECTION_LOST)
          .containsEntry(3L, RequestFailure.Kind.NOT_CONNECTED)
          .hasSize(2);
      assertThat(listener.closed).containsExactly(cause);
      assertThat(other.closed).isEmpty();
      agent.agent.connections().close(listener.connection, cause);
      agent.drive(1);
      assertThat(listener.closed).hasSize(1);
      server.observed().awaitOpenConnections(1);
    }
  }

  @Test
  void connectingToAClosedAgentIsReported() {
    InvokedAgent agent = new InvokedAgent(carrier().context());
    agent.close();
    RecordingListener listener = agent.open(server.address(), ProtocolVersion.V5);
    assertThat(listener.handshakeFailure()).hasMessageContaining("The driver was closed");
    assertThat(agent.agent.offHeapBytes()).isZero();
  }

  @Test
  void agentThatCannotGoOnFailsWhatIsInFlight() {
    AtomicBoolean broken = new AtomicBoolean();
    SelectorContext context =
        carrier()
            .context()
            .clock(
                () -> {
                  if (broken.get()) {
                    throw new InternalError("staged");
                  }
                  return System.nanoTime();
                });
    try (InvokedAgent agent = new InvokedAgent(context)) {
      RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V5);
      QUERY.offer(listener.connection, handler, 1);
      agent.driveUntil("the request", () -> held.size() == 1);
      QUERY.offer(listener.connection, handler, 2);
      broken.set(true);
      assertThatThrownBy(() -> QUERY.offer(listener.connection, handler, 3))
          .isInstanceOf(InternalError.class);
      assertThatThrownBy(agent.agent::doWork)
          .isInstanceOf(AgentTerminationException.class)
          .hasRootCauseMessage("staged");
      agent.agent.onClose();
      assertThat(handler.failures).containsOnlyKeys(1L, 2L);
      assertThat(listener.closed.get(0)).hasMessageContaining("ended by a fault");
    }
  }

  @Test
  void openAndCloseLeaveNoDescriptors() {
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      for (int i = 0; i < 50; i++) {
        RecordingListener listener = agent.connect(server.address(), ProtocolVersion.V4);
        agent.agent.connections().close(listener.connection, new DriverException("done"));
        agent.driveUntil("the close", () -> listener.closed.size() == 1);
      }
      server.observed().awaitOpenConnections(0);
      assertThat(agent.agent.offHeapBytes()).isZero();
    }
  }
}
