package io.peregrine.io;

import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.frame.FrameDecoder;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.ScriptedServer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class BatchingTest {
  private static final int REQUESTS = 100;

  private final TestTransports.Counting transports = new TestTransports.Counting();
  private final RecordingHandler handler = new RecordingHandler();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void oneWriteCarriesAllRequestsOfADutyCycle(ProtocolVersion version) {
    try (InvokedAgent agent = new InvokedAgent(new SelectorContext().transports(transports))) {
      Connection first = agent.connect(server.address(), version).connection;
      Connection second = agent.connect(server.address(), version).connection;
      long before = agent.count(SelectorCounter.WRITES);
      transports.writes.clear();
      for (int i = 0; i < REQUESTS; i++) {
        CqlRequest request = new CqlRequest("SELECT " + i);
        assertThat(request.offer(first, handler, i)).isEqualTo(Offer.ACCEPTED);
        assertThat(request.offer(second, handler, REQUESTS + i)).isEqualTo(Offer.ACCEPTED);
      }
      assertThat(first.inFlight()).isEqualTo(REQUESTS);
      agent.drive(1);
      assertThat(agent.count(SelectorCounter.WRITES) - before).isEqualTo(2);
      assertThat(transports.writes).hasSize(2);
      if (version.isFramed()) {
        for (byte[] write : transports.writes) {
          UnsafeBuffer bytes = new UnsafeBuffer(write);
          FrameDecoder frame = new FrameDecoder();
          assertThat(frame.decode(bytes, 0, write.length)).isEqualTo(write.length);
          assertThat(frame.isSelfContained()).isTrue();
        }
      }
      agent.driveUntil("the answers", () -> handler.outcomes() == 2 * REQUESTS);
      assertThat(handler.opcodes.values()).containsOnly(Opcode.RESULT);
    }
    server.observed().assertNoViolations();
    assertThat(server.observed().requests(queryStartingWith("SELECT"))).hasSize(2 * REQUESTS);
  }

  @Test
  void aDutyCycleTakesNoMoreThanTheDrainLimit() {
    SelectorContext context = new SelectorContext().transports(transports).drainLimit(10);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      for (int i = 0; i < 25; i++) {
        new CqlRequest("SELECT 1").offer(connection, handler, i);
      }
      transports.writes.clear();
      long before = agent.count(SelectorCounter.REQUESTS);
      agent.drive(1);
      assertThat(agent.count(SelectorCounter.REQUESTS) - before).isEqualTo(10);
      agent.drive(2);
      assertThat(agent.count(SelectorCounter.REQUESTS) - before).isEqualTo(25);
      assertThat(transports.writes).hasSize(3);
      agent.driveUntil("the answers", () -> handler.outcomes() == 25);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void attachmentsAndTheRequestComeBackWithTheAnswer(ProtocolVersion version) {
    server.on(queryStartingWith("SELECT"), Void.INSTANCE);
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection connection = agent.connect(server.address(), version).connection;
      CqlRequest request = new CqlRequest("SELECT kept");
      connection.offer(request, handler, "attachment", "pinned", 7, Offer.NO_TIMEOUT);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      assertThat(handler.lastAttachment).isEqualTo("attachment");
      assertThat(handler.lastPinned).isEqualTo("pinned");
      UnsafeBuffer expected = new UnsafeBuffer(new byte[request.encodedLength(version)]);
      request.encode(version, expected, 0);
      assertThat(handler.requests.get(7L)).isEqualTo(expected.byteArray());
      new CqlRequest("SELECT forgotten".getBytes(), false).offer(connection, handler, 8);
      agent.driveUntil("the answer", () -> handler.outcomes() == 2);
      assertThat(handler.requests.get(8L)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 1 << 16})
  void everyPlaceInTheRingCarriesARequest(int capacity) {
    SelectorContext context = new SelectorContext().requestRingCapacity(capacity);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      int offered = 0;
      while (offered < 3000) {
        String text = "SELECT " + "x".repeat(offered % 400);
        if (new CqlRequest(text).offer(connection, handler, offered) == Offer.ACCEPTED) {
          offered++;
        } else {
          agent.drive(1);
        }
      }
      agent.driveUntil("the answers", () -> handler.outcomes() == 3000);
      assertThat(handler.failures).isEmpty();
    }
    server.observed().assertNoViolations();
  }
}
