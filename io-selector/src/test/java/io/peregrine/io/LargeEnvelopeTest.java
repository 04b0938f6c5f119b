package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LargeEnvelopeTest extends CarriedTest {
  private static final int MEGABYTE = 1 << 20;

  private static byte[] largeText(String prefix, int length) {
    byte[] text = new byte[length];
    Random random = new Random(length);
    for (int i = 0; i < length; i++) {
      text[i] = (byte) ('a' + random.nextInt(26));
    }
    byte[] start = prefix.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, text, 0, start.length);
    return text;
  }

  static Stream<Arguments> sizes() {
    return Stream.of(ProtocolVersion.V4, ProtocolVersion.V5)
        .flatMap(
            version ->
                Stream.of(131_000, 131_071, 200_000, 524_200, MEGABYTE, 5 * MEGABYTE)
                    .map(size -> Arguments.of(version, size)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void largeRequestsArriveWholeAndSmallOnesMeanwhile(ProtocolVersion version, int size) {
    byte[] text = largeText("SELECT large ", size);
    CqlRequest large = new CqlRequest(text, true);
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), version).connection;
      boolean leased = large.encodedLength(version) > (4 << 20) / 8 - 24;
      assertThat(large.offer(connection, handler, 1)).isZero();
      assertThat(large.offer(connection, handler, 2)).isZero();
      assertThat(agent.agent.leasedBytes())
          .isEqualTo(leased ? 2L * large.encodedLength(version) : 0);
      int[] small = {0};
      agent.driveUntil(
          "the answers to the large requests",
          () -> {
            if (small[0] < 500) {
              small[0]++;
              new CqlRequest("SELECT small").offer(connection, handler, 100 + small[0]);
            }
            return handler.opcodes.containsKey(1L) && handler.opcodes.containsKey(2L);
          });
      agent.driveUntil("the small ones", () -> handler.outcomes() == 2 + small[0]);
      assertThat(handler.opcodes.values()).containsOnly(Opcode.RESULT);
      UnsafeBuffer expected = new UnsafeBuffer(new byte[large.encodedLength(version)]);
      large.encode(version, expected, 0);
      byte[] kept = handler.requests.get(1L);
      assertThat(Arrays.equals(kept, 4, kept.length, expected.byteArray(), 4, kept.length))
          .isTrue();
      assertThat(agent.agent.leasedBytes()).isZero();
      List<Request> arrived = server.observed().requests(queryStartingWith("SELECT large"));
      assertThat(arrived).hasSize(2);
      for (Request request : arrived) {
        assertThat(request.text()).isEqualTo(new String(text, StandardCharsets.US_ASCII));
      }
      assertThat(agent.faults).isEmpty();
    }
    server.observed().assertNoViolations();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void smallRequestsHaveTheirTurnBetweenLargeOnes(ProtocolVersion version) {
    CqlRequest large = new CqlRequest(largeText("SELECT large ", 2 * MEGABYTE), false);
    server.on(queryStartingWith("SELECT large"), held);
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), version).connection;
      for (int i = 0; i < 4; i++) {
        large.offer(connection, handler, i);
      }
      agent.drive(1);
      new CqlRequest("SELECT small").offer(connection, handler, 100);
      agent.driveUntil("the small one", () -> handler.opcodes.containsKey(100L));
      agent.driveUntil("the large ones", () -> held.size() == 4);
      List<Request> order = server.observed().requests(queryStartingWith("SELECT"));
      assertThat(order.get(1).text()).isEqualTo("SELECT small");
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answers", () -> handler.outcomes() == 5);
    }
    server.observed().assertNoViolations();
  }

  @Test
  void leaseOfARequestThatIsNotRepeatableEndsWhenItIsSent() {
    server.on(queryStartingWith("SELECT large"), held);
    CqlRequest large = new CqlRequest(largeText("SELECT large ", MEGABYTE), false);
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      large.offer(connection, handler, 1);
      assertThat(agent.agent.leasedBytes()).isPositive();
      agent.driveUntil("the request", () -> held.size() == 1);
      assertThat(agent.agent.leasedBytes()).isZero();
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      assertThat(handler.requests.get(1L)).isEmpty();
    }
  }

  @Test
  void leaseOfARequestThatTimedOutEnds() {
    TestClock clock = new TestClock();
    server.on(queryStartingWith("SELECT large"), held);
    CqlRequest large = new CqlRequest(largeText("SELECT large ", MEGABYTE), true);
    try (InvokedAgent agent = new InvokedAgent(carrier().context().clock(clock))) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      large.offer(connection, handler, 1, Duration.ofSeconds(1).toNanos());
      agent.driveUntil("the request", () -> held.size() == 1);
      assertThat(agent.agent.leasedBytes()).isPositive();
      clock.advance(Duration.ofSeconds(1));
      agent.drive(2);
      assertThat(handler.failures).containsEntry(1L, RequestFailure.Kind.TIMED_OUT);
      assertThat(agent.agent.leasedBytes()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void lossInTheMiddleOfALargeRequestGivesEverythingBack(ProtocolVersion version) {
    CqlRequest large = new CqlRequest(largeText("SELECT large ", 16 * MEGABYTE), true);
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      RecordingListener listener = agent.connect(server.address(), version);
      server.observed().openConnections().get(0).pauseReading();
      for (int i = 0; i < 3; i++) {
        large.offer(listener.connection, handler, i);
      }
      new CqlRequest("SELECT small").offer(listener.connection, handler, 3);
      agent.drive(20);
      assertThat(handler.outcomes()).isZero();
      server.observed().openConnections().get(0).reset();
      agent.driveUntil("the loss", () -> listener.closed.size() == 1);
      assertThat(handler.failures).hasSize(4).containsValue(RequestFailure.Kind.CONNECTION_LOST);
      assertThat(agent.agent.leasedBytes()).isZero();
      assertThat(agent.agent.offHeapBytes()).isLessThan(MEGABYTE);
    }
  }

  @Test
  void moreThanTheProtocolCarriesIsRefusedAtTheCall() {
    RequestEncoder huge = new Claiming((256 << 20) + 10);
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      assertThatThrownBy(() -> connection.offer(huge, handler, null, null, 1, 0))
          .isInstanceOf(RequestTooLargeException.class)
          .hasMessageContaining(String.valueOf((256 << 20) + 10));
      assertThat(connection.inFlight()).isZero();
      assertThat(agent.agent.leasedBytes()).isZero();
      assertThat(handler.outcomes()).isZero();
    }
  }

  @Test
  void leaseLimitIsBackPressure() {
    CqlRequest large = new CqlRequest(largeText("SELECT large ", MEGABYTE), true);
    SelectorContext context = carrier().context().leaseLimit(5 * MEGABYTE / 2);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection = agent.connect(server.address(), ProtocolVersion.V5).connection;
      assertThat(large.offer(connection, handler, 1)).isEqualTo(Offer.ACCEPTED);
      assertThat(large.offer(connection, handler, 2)).isEqualTo(Offer.ACCEPTED);
      assertThat(large.offer(connection, handler, 3)).isEqualTo(Offer.BACK_PRESSURED);
      assertThat(connection.inFlight()).isEqualTo(2);
      assertThat(new CqlRequest("SELECT small").offer(connection, handler, 4)).isZero();
      agent.driveUntil("the answers", () -> handler.outcomes() == 3);
      assertThat(large.offer(connection, handler, 3)).isEqualTo(Offer.ACCEPTED);
      agent.driveUntil("the answer", () -> handler.outcomes() == 4);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void largeAnswersArriveWhole(ProtocolVersion version) {
    Columns columns = Columns.of("ks", "t").and("v", DataType.VARCHAR);
    byte[] value = largeText("value ", 5 * MEGABYTE);
    server.on(
        query("SELECT large"),
        rows(columns).row(text(new String(value, StandardCharsets.US_ASCII))).build());
    try (InvokedAgent agent = new InvokedAgent(carrier().context())) {
      Connection connection = agent.connect(server.address(), version).connection;
      long offHeap = agent.agent.offHeapBytes();
      for (int i = 0; i < 6; i++) {
        new CqlRequest(i % 2 == 0 ? "SELECT large" : "SELECT small").offer(connection, handler, i);
      }
      agent.driveUntil("the answers", () -> handler.outcomes() == 6);
      for (long i = 0; i < 6; i += 2) {
        byte[] body = handler.bodies.get(i);
        assertThat(
                Arrays.equals(
                    body, body.length - value.length, body.length, value, 0, value.length))
            .isTrue();
      }
      for (int i = 100; i < 200; i++) {
        int expected = handler.outcomes() + 1;
        new CqlRequest("SELECT small").offer(connection, handler, i);
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
      }
      assertThat(agent.agent.offHeapBytes())
          .as("memory goes back when it is not needed any more")
          .isLessThan(offHeap + MEGABYTE);
    }
  }

  /** Claims a length and must never be asked to write. */
  private record Claiming(int length) implements RequestEncoder {
    @Override
    public int encodedLength(ProtocolVersion version) {
      return length;
    }

    @Override
    public int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
      throw new AssertionError("asked to write " + length + " bytes");
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }
  }
}
