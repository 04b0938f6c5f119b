package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RequestMatcher.queryStartingWith;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.event.StatusChangeEvent;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.envelope.EnvelopeHeaderFlyweight;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Traffic that is compressed, with a server that uses other codecs. */
@ExtendWith(LeakCheck.class)
class CompressionTest {
  private static final int MEGABYTE = 1 << 20;
  private static final Columns COLUMNS = Columns.of("ks", "t").and("v", DataType.VARCHAR);

  private final RecordingHandler handler = new RecordingHandler();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server =
        ScriptedServer.builder().versions(3, 4, 5, 65, 66).compressions("snappy", "lz4").start();
    server.on(
        queryStartingWith("SELECT"),
        exchange -> exchange.reply(answer(String.valueOf(exchange.request().text()))));
  }

  @AfterEach
  void stopServer() {
    server.close();
    server.observed().assertNoViolations();
  }

  static Stream<Arguments> wires() {
    return Stream.of(
        Arguments.of(ProtocolVersion.V3, Compression.LZ4),
        Arguments.of(ProtocolVersion.V3, Compression.SNAPPY),
        Arguments.of(ProtocolVersion.V4, Compression.LZ4),
        Arguments.of(ProtocolVersion.V4, Compression.SNAPPY),
        Arguments.of(ProtocolVersion.DSE_V1, Compression.SNAPPY),
        Arguments.of(ProtocolVersion.DSE_V2, Compression.LZ4),
        Arguments.of(ProtocolVersion.V5, Compression.LZ4));
  }

  private static Message answer(String text) {
    return rows(COLUMNS).row(text(text)).build();
  }

  /** Text with much to gain. */
  private static String repetitive(int length) {
    return "SELECT " + "repetitive ".repeat(length / 11 + 1).substring(0, length);
  }

  /** Text of random letters, which LZ4 and Snappy cannot make shorter. */
  private static String noise(int length) {
    Random random = new Random(length);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (' ' + random.nextInt(95));
    }
    return "SELECT " + new String(bytes, StandardCharsets.US_ASCII);
  }

  private void assertAnswer(long id, String text) {
    byte[] expected = text.getBytes(StandardCharsets.US_ASCII);
    byte[] body = handler.bodies.get(id);
    assertThat(body).as("answer to %d", id).isNotNull();
    int from = body.length - expected.length;
    assertThat(from).isPositive();
    assertThat(Arrays.equals(body, from, body.length, expected, 0, expected.length)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("wires")
  void requestsAndAnswersOfAllSizesArriveWhole(ProtocolVersion version, Compression compression) {
    int[] sizes = {0, 1, 20, 100, 5_000, 65_536, 131_000, 131_071, 140_000, 520_000, 3 * MEGABYTE};
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection connection = agent.connect(server.address(), version, compression).connection;
      assertThat(connection.compression()).isEqualTo(compression);
      for (int i = 0; i < sizes.length; i++) {
        String compressible = repetitive(sizes[i]);
        String incompressible = noise(sizes[i]);
        new CqlRequest(compressible).offer(connection, handler, 2 * i);
        new CqlRequest(incompressible).offer(connection, handler, 2 * i + 1);
        int expected = 2 * i + 2;
        agent.driveUntil("the answers", () -> handler.outcomes() == expected);
        assertAnswer(2 * i, compressible);
        assertAnswer(2 * i + 1, incompressible);
      }
      assertThat(agent.faults).isEmpty();
      assertThat(agent.agent.leasedBytes()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void whatRepeatsTravelsShort(ProtocolVersion version, Compression compression) {
    // Small ones go by the ring, and the last one by a lease.
    int[] sizes = {5_000, 100_000, 400_000, 2 * MEGABYTE};
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection connection = agent.connect(server.address(), version, compression).connection;
      for (int i = 0; i < sizes.length; i++) {
        long written = agent.count(SelectorCounter.BYTES_WRITTEN);
        long read = agent.count(SelectorCounter.BYTES_READ);
        new CqlRequest(repetitive(sizes[i])).offer(connection, handler, i);
        int expected = i + 1;
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
        assertThat(agent.count(SelectorCounter.BYTES_WRITTEN) - written)
            .isBetween(20L, sizes[i] / 10L);
        assertThat(agent.count(SelectorCounter.BYTES_READ) - read).isBetween(20L, sizes[i] / 10L);
      }
      for (Request request : server.observed().requests(queryStartingWith("SELECT"))) {
        assertThat(isCompressed(request)).isEqualTo(!version.isFramed());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void whatWouldGrowTravelsAsItIs(ProtocolVersion version, Compression compression) {
    int[] sizes = {0, 20, 5_000, 100_000, 2 * MEGABYTE};
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection connection = agent.connect(server.address(), version, compression).connection;
      for (int i = 0; i < sizes.length; i++) {
        CqlRequest request = new CqlRequest(noise(sizes[i]));
        int length = request.encodedLength(version);
        long written = agent.count(SelectorCounter.BYTES_WRITTEN);
        request.offer(connection, handler, i);
        int expected = i + 1;
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
        int frames = version.isFramed() ? 1 + length / 131_071 : 0;
        assertThat(agent.count(SelectorCounter.BYTES_WRITTEN) - written)
            .isEqualTo(length + 12L * frames);
      }
      for (Request request : server.observed().requests(queryStartingWith("SELECT"))) {
        assertThat(isCompressed(request)).isFalse();
      }
    }
  }

  private static boolean isCompressed(Request request) {
    return (request.envelope()[EnvelopeHeaderFlyweight.FLAGS_OFFSET]
            & EnvelopeHeaderFlyweight.COMPRESSED)
        != 0;
  }

  @ParameterizedTest
  @MethodSource("wires")
  void manyRequestsOfOneCycleShareAWriteAndAFrame(
      ProtocolVersion version, Compression compression) {
    int requests = 200;
    TestTransports.Counting transports = new TestTransports.Counting();
    try (InvokedAgent agent = new InvokedAgent(new SelectorContext().transports(transports))) {
      Connection connection = agent.connect(server.address(), version, compression).connection;
      int before = transports.writes.size();
      for (int i = 0; i < requests; i++) {
        new CqlRequest(repetitive(300) + i).offer(connection, handler, i);
      }
      agent.drive(1);
      assertThat(transports.writes).hasSize(before + 1);
      assertThat(transports.writes.get(before)).hasSizeLessThan(requests * 150);
      agent.driveUntil("the answers", () -> handler.outcomes() == requests);
      for (int i = 0; i < requests; i++) {
        assertAnswer(i, repetitive(300) + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void keptRequestIsTheOneThatWasOffered(ProtocolVersion version, Compression compression) {
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection connection = agent.connect(server.address(), version, compression).connection;
      for (int size : new int[] {500, 2 * MEGABYTE}) {
        CqlRequest request = new CqlRequest(repetitive(size));
        request.offer(connection, handler, size);
        agent.driveUntil("the answer", () -> handler.opcodes.containsKey((long) size));
        assertThat(handler.requests.get((long) size)).hasSize(request.encodedLength(version));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void twoConnectionsShareWhatTheyCompressWith(ProtocolVersion version, Compression compression) {
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection one = agent.connect(server.address(), version, compression).connection;
      Connection two = agent.connect(server.address(), version, compression).connection;
      Connection plain = agent.connect(server.address(), version, Compression.NONE).connection;
      List<Connection> all = List.of(one, two, plain);
      for (int i = 0; i < 300; i++) {
        new CqlRequest(repetitive(i * 37) + i).offer(all.get(i % 3), handler, i);
      }
      agent.driveUntil("the answers", () -> handler.outcomes() == 300);
      for (int i = 0; i < 300; i++) {
        assertAnswer(i, repetitive(i * 37) + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void eventsMayBeCompressed(ProtocolVersion version, Compression compression) throws Exception {
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener = agent.connect(server.address(), version, compression);
      server
          .observed()
          .openConnections()
          .get(0)
          .pushEvent(new StatusChangeEvent("UP", server.address()));
      agent.driveUntil("the event", () -> listener.events == 1);
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void memoryForLargeAnswersGoesBack(ProtocolVersion version, Compression compression) {
    String large = repetitive(6 * MEGABYTE);
    server.on(query("SELECT large"), answer(large));
    try (InvokedAgent agent = new InvokedAgent()) {
      Connection connection = agent.connect(server.address(), version, compression).connection;
      long offHeap = agent.agent.offHeapBytes();
      for (int i = 0; i < 3; i++) {
        int expected = i + 1;
        new CqlRequest("SELECT large").offer(connection, handler, i);
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
        assertAnswer(i, large);
      }
      for (int i = 100; i < 200; i++) {
        int expected = handler.outcomes() + 1;
        new CqlRequest("SELECT small").offer(connection, handler, i);
        agent.driveUntil("the answer", () -> handler.outcomes() == expected);
      }
      assertThat(agent.agent.offHeapBytes()).isLessThan(offHeap + MEGABYTE);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"LZ4", "SNAPPY"})
  void largeRequestGoesAsItIsIfTheBudgetHasNoRoomToCompressIt(Compression compression) {
    CqlRequest large = new CqlRequest(repetitive(2 * MEGABYTE));
    SelectorContext context = new SelectorContext().leaseLimit(3 * MEGABYTE);
    try (InvokedAgent agent = new InvokedAgent(context)) {
      Connection connection =
          agent.connect(server.address(), ProtocolVersion.V4, compression).connection;
      large.offer(connection, handler, 1);
      agent.driveUntil("the answer", () -> handler.outcomes() == 1);
      assertAnswer(1, repetitive(2 * MEGABYTE));
      assertThat(isCompressed(server.observed().requests(queryStartingWith("SELECT")).get(0)))
          .isFalse();
      assertThat(agent.agent.leasedBytes()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void lossInTheMiddleOfALargeRequestGivesEverythingBack(
      ProtocolVersion version, Compression compression) {
    CqlRequest large = new CqlRequest(noise(8 * MEGABYTE) + repetitive(8 * MEGABYTE));
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener = agent.connect(server.address(), version, compression);
      server.observed().openConnections().get(0).pauseReading();
      for (int i = 0; i < 3; i++) {
        large.offer(listener.connection, handler, i);
      }
      agent.drive(20);
      assertThat(handler.outcomes()).isZero();
      server.observed().openConnections().get(0).reset();
      agent.driveUntil("the loss", () -> listener.closed.size() == 1);
      assertThat(handler.failures).hasSize(3).containsValue(RequestFailure.Kind.CONNECTION_LOST);
      assertThat(agent.agent.leasedBytes()).isZero();
      assertThat(agent.agent.offHeapBytes()).isLessThan(MEGABYTE);
    }
  }

  @Test
  void connectionsWithoutCompressionCostNothingForIt() {
    try (InvokedAgent agent = new InvokedAgent()) {
      agent.connect(server.address(), ProtocolVersion.V4, Compression.NONE);
      long first = agent.agent.offHeapBytes();
      agent.connect(server.address(), ProtocolVersion.V4, Compression.LZ4);
      long second = agent.agent.offHeapBytes();
      agent.connect(server.address(), ProtocolVersion.V4, Compression.LZ4);
      assertThat(second).isGreaterThan(2 * first);
      assertThat(agent.agent.offHeapBytes()).as("one for all").isEqualTo(second + first);
    }
  }
}
