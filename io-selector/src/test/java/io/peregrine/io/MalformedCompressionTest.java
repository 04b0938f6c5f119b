package io.peregrine.io;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.Crc24;
import io.peregrine.codec.FrameChecksum;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.codec.compress.Compressor;
import io.peregrine.codec.compress.Lz4Compressor;
import io.peregrine.codec.compress.SnappyCompressor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Responder;
import io.peregrine.testkit.server.ScriptedServer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compressed answers that are not what they say: each ends its connection and nothing else. */
@ExtendWith(LeakCheck.class)
class MalformedCompressionTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int MOST = 256 * MEGABYTE;
  private static final CqlRequest BAD = new CqlRequest("SELECT bad");
  private static final CqlRequest GOOD = new CqlRequest("SELECT good");
  private static final CqlRequest SLOW = new CqlRequest("SELECT slow");
  private static final Message ANSWER =
      rows(Columns.of("ks", "t").and("v", DataType.VARCHAR)).row(text("0".repeat(300))).build();

  private final RecordingHandler handler = new RecordingHandler();
  private final HeldRequests held = new HeldRequests();
  private ScriptedServer server;

  @BeforeEach
  void startServer() {
    server = ScriptedServer.builder().compressions("lz4", "snappy").start();
    server.on(query("SELECT slow"), held);
  }

  @AfterEach
  void stopServer() {
    server.close();
    server.observed().assertNoViolations();
  }

  static Stream<Arguments> wires() {
    return Stream.of(
        Arguments.of(ProtocolVersion.V4, Compression.LZ4),
        Arguments.of(ProtocolVersion.V4, Compression.SNAPPY),
        Arguments.of(ProtocolVersion.V5, Compression.LZ4));
  }

  /** One connection meets the fault; its neighbour shares the memory and must not notice. */
  private void faultConcernsOneConnection(
      ProtocolVersion version, Compression compression, Responder fault, String why) {
    server.on(query("SELECT bad"), fault);
    server.on(query("SELECT good"), ANSWER);
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener broken = agent.connect(server.address(), version, compression);
      RecordingListener sound = agent.connect(server.address(), version, compression);
      GOOD.offer(sound.connection, handler, 0);
      agent.driveUntil("a good answer", () -> handler.outcomes() == 1);
      long offHeap = agent.agent.offHeapBytes();
      SLOW.offer(sound.connection, handler, 1);
      BAD.offer(broken.connection, handler, 2);
      agent.driveUntil(
          "the loss",
          () -> {
            assertThat(agent.agent.offHeapBytes()).isLessThan(offHeap + 4 * MEGABYTE);
            return !broken.closed.isEmpty();
          });
      assertThat(handler.failures).containsOnlyKeys(2L);
      assertThat(broken.closed.get(0))
          .isInstanceOf(ConnectionLostException.class)
          .hasMessageContaining(why);
      GOOD.offer(sound.connection, handler, 3);
      agent.driveUntil("the slow request", () -> held.size() == 1);
      held.releaseAll(Void.INSTANCE);
      agent.driveUntil("the other connection", () -> handler.outcomes() == 4);
      assertThat(handler.bodies.get(3L)).isEqualTo(handler.bodies.get(0L));
      assertThat(sound.closed).isEmpty();
      assertThat(agent.faults).isEmpty();
    }
  }

  /** An envelope of v4 that says it is compressed. */
  private static void replyCompressed(Exchange exchange, byte[] body, int length) {
    exchange.replyRaw(
        ByteBuffer.allocate(9 + length)
            .put((byte) 0x84)
            .put((byte) 1)
            .putShort((short) exchange.streamId())
            .put((byte) Opcode.RESULT)
            .putInt(length)
            .put(body, 0, length)
            .array());
  }

  /** A body of zeros, compressed. */
  private static byte[] zeros(Compression compression, int length) {
    try (Compressor compressor =
        compression == Compression.LZ4 ? new Lz4Compressor() : new SnappyCompressor()) {
      UnsafeBuffer body = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
      UnsafeBuffer target =
          new UnsafeBuffer(ByteBuffer.allocateDirect(compressor.maxCompressedLength(length)));
      byte[] compressed = new byte[compressor.compress(body, 0, length, target, 0)];
      target.getBytes(0, compressed);
      return compressed;
    }
  }

  /** Puts another length before the block. */
  private static byte[] claiming(Compression compression, int actual, int claimed) {
    byte[] body = zeros(compression, actual);
    if (compression == Compression.LZ4) {
      ByteBuffer.wrap(body).putInt(0, claimed);
      return body;
    }
    int begin = 0;
    while (body[begin] < 0) {
      begin++;
    }
    ByteBuffer other = ByteBuffer.allocate(5 + body.length);
    int rest = claimed;
    while (rest > 0x7F) {
      other.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    other.put((byte) rest).put(body, begin + 1, body.length - begin - 1);
    return Arrays.copyOf(other.array(), other.position());
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"LZ4", "SNAPPY"})
  void claimThatSoFewBytesCannotKeepIsRefused(Compression compression) {
    byte[] bomb = claiming(compression, 1000, 200 * MEGABYTE);
    faultConcernsOneConnection(
        ProtocolVersion.V4,
        compression,
        exchange -> replyCompressed(exchange, bomb, bomb.length),
        "the most that these bytes can become");
  }

  @Test
  void bombThatKeepsItsClaimIsRefusedAboveTheLargestEnvelope() {
    // LZ4 makes 255 bytes of one, so that this claim is possible.
    byte[] bomb = Arrays.copyOf(claiming(Compression.LZ4, 1000, MOST + 1), MOST / 255 + 1000);
    faultConcernsOneConnection(
        ProtocolVersion.V4,
        Compression.LZ4,
        exchange -> replyCompressed(exchange, bomb, bomb.length),
        "the most that is accepted");
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"LZ4", "SNAPPY"})
  void bodyOfAnotherLengthThanClaimedIsRefused(Compression compression) {
    for (int claimed : new int[] {999, 1001, 0}) {
      byte[] lie = claiming(compression, 1000, claimed);
      faultConcernsOneConnection(
          ProtocolVersion.V4,
          compression,
          exchange -> replyCompressed(exchange, lie, lie.length),
          compression == Compression.LZ4 ? "LZ4" : "Snappy");
      handler.failures.clear();
      handler.opcodes.clear();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"LZ4", "SNAPPY"})
  void bodyCutAnywhereIsRefused(Compression compression) {
    byte[] body = zeros(compression, 3000);
    server.on(query("SELECT good"), ANSWER);
    try (InvokedAgent agent = new InvokedAgent()) {
      for (int cut = 0; cut < body.length; cut++) {
        int length = cut;
        server.once(query("SELECT bad"), exchange -> replyCompressed(exchange, body, length));
        RecordingListener listener =
            agent.connect(server.address(), ProtocolVersion.V4, compression);
        long id = cut;
        BAD.offer(listener.connection, handler, id);
        agent.driveUntil("the loss", () -> !listener.closed.isEmpty());
        assertThat(handler.failures).containsEntry(id, RequestFailure.Kind.CONNECTION_LOST);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void endAtAnyByteOfAnAnswerLosesItAndNothingElse(
      ProtocolVersion version, Compression compression) {
    int cut = 0;
    boolean whole = false;
    try (InvokedAgent agent = new InvokedAgent()) {
      while (!whole) {
        int bytes = cut;
        server.once(query("SELECT bad"), e -> e.replyTruncatedAndClose(ANSWER, bytes));
        RecordingListener listener = agent.connect(server.address(), version, compression);
        long id = cut;
        BAD.offer(listener.connection, handler, id);
        agent.driveUntil("the end of the connection", () -> !listener.closed.isEmpty());
        whole = handler.opcodes.containsKey(id);
        assertThat(whole || handler.failures.get(id) == RequestFailure.Kind.CONNECTION_LOST)
            .isTrue();
        assertThat(listener.closed.get(0)).hasMessageContaining("the server closed it");
        cut++;
      }
      assertThat(cut).isBetween(40, 200);
    }
  }

  @Test
  void brokenPayloadChecksumEndsTheConnection() {
    faultConcernsOneConnection(
        ProtocolVersion.V5,
        Compression.LZ4,
        exchange -> exchange.replyWithCorruptCrc(ANSWER),
        "CRC32");
  }

  @Test
  void brokenHeaderChecksumEndsTheConnection() {
    faultConcernsOneConnection(
        ProtocolVersion.V5,
        Compression.LZ4,
        exchange -> exchange.replyWithCorruptHeaderCrc(ANSWER),
        "CRC24");
  }

  /** A frame with right checksums around whatever block. */
  private static byte[] frame(byte[] block, int offset, int claimedLength) {
    int length = block.length - offset;
    long bits = length | (long) claimedLength << 17 | 1L << 34;
    UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(8 + length + 4));
    frame.putLong(0, bits | (long) Crc24.compute(bits, 5) << 40, ByteOrder.LITTLE_ENDIAN);
    frame.putBytes(8, block, offset, length);
    int crc32 = new FrameChecksum().compute(frame, 8, length);
    frame.putInt(8 + length, crc32, ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = new byte[frame.capacity()];
    frame.getBytes(0, bytes);
    return bytes;
  }

  @Test
  void frameOfAnotherLengthThanClaimedEndsTheConnection() {
    byte[] body = zeros(Compression.LZ4, 1000);
    for (int claimed : new int[] {999, 1001, 131_071}) {
      faultConcernsOneConnection(
          ProtocolVersion.V5,
          Compression.LZ4,
          exchange -> exchange.replyRaw(frame(body, 4, claimed)),
          "its header claims an LZ4 block of " + claimed + " bytes");
      handler.failures.clear();
      handler.opcodes.clear();
    }
  }

  @Test
  void frameThatIsNoBlockEndsTheConnection() {
    byte[] noise = {-1, -1, -1, -1, 7, 7, 7};
    faultConcernsOneConnection(
        ProtocolVersion.V5,
        Compression.LZ4,
        exchange -> exchange.replyRaw(frame(noise, 0, 500)),
        "it cannot be decompressed to that");
  }

  @Test
  void uncompressedFrameFormatEndsAConnectionThatAgreedOnLz4() {
    byte[] uncompressed = {0x09, 0, 2, (byte) 0xA4, (byte) 0xC8, (byte) 0xC1, 5, 0, 0, 0, 5, 0};
    faultConcernsOneConnection(
        ProtocolVersion.V5, Compression.LZ4, exchange -> exchange.replyRaw(uncompressed), "CRC24");
  }

  @Test
  void compressedEnvelopeInAFrameEndsTheConnection() {
    byte[] envelope = {(byte) 0x85, 1, 0, 0, Opcode.RESULT, 0, 0, 0, 4, 0, 0, 0, 1};
    faultConcernsOneConnection(
        ProtocolVersion.V5,
        Compression.LZ4,
        exchange -> {
          envelope[3] = (byte) exchange.streamId();
          exchange.replyEnvelope(envelope);
        },
        "no compression was agreed on for envelopes");
  }

  @Test
  void answerToOptionsMayNotBeCompressed() {
    byte[] body = zeros(Compression.LZ4, 100);
    byte[] envelope =
        ByteBuffer.allocate(9 + body.length)
            .put(new byte[] {(byte) 0x84, 1, 0, 0, Opcode.SUPPORTED})
            .putInt(body.length)
            .put(body)
            .array();
    server.on(opcode(Opcode.OPTIONS), exchange -> exchange.replyRaw(envelope));
    try (InvokedAgent agent = new InvokedAgent()) {
      RecordingListener listener =
          agent.open(server.address(), ProtocolVersion.V4, Compression.LZ4);
      agent.driveUntil("the end of the handshake", () -> !listener.closed.isEmpty());
      assertThat(listener.handshakeFailure()).hasMessageContaining("no compression was agreed on");
    }
  }
}
