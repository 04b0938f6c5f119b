package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Few bytes that become many, or say so: what they cost is theirs alone, and not for long. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HostileCompressionTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int MOST_OF_A_FRAME = 131_071;
  private static final int COMPRESSED = 0x01;

  private static HostileScene open(ProtocolVersion version, Compression compression) {
    return HostileScene.open(
        server -> server.compressions("lz4", "snappy"),
        builder -> builder.protocolVersion(version).compression(compression));
  }

  private static void replyCompressed(Exchange exchange, byte[] body) {
    exchange.replyRaw(
        HostileBytes.envelope(4, COMPRESSED, exchange.streamId(), Opcode.RESULT, body));
  }

  /** A frame that is as full as can be, of zeros. */
  private static byte[] fullFrame() {
    return HostileBytes.compressedFrame(false, MOST_OF_A_FRAME, lz4Block(MOST_OF_A_FRAME));
  }

  /** What frames carry is without the length that envelopes have before it. */
  private static byte[] lz4Block(int length) {
    byte[] bomb = HostileBytes.bomb(length);
    return Arrays.copyOfRange(bomb, Integer.BYTES, bomb.length);
  }

  /** The beginning of an envelope that goes on in other frames. */
  private static byte[] begin(Exchange exchange, int length) {
    byte[] header = HostileBytes.header(5, 0, exchange.streamId(), Opcode.RESULT, length);
    return HostileBytes.compressedFrame(false, 0, header);
  }

  @Test
  void snappyBombsMemoryIsGivenBack() {
    int length = 200 * MEGABYTE;
    byte[] bomb = HostileBytes.snappyBomb(length, length);
    try (HostileScene scene = open(ProtocolVersion.V4, Compression.SNAPPY);
        Session session = scene.cluster.connect()) {
      scene.server.on(query("bad"), e -> replyCompressed(e, bomb));
      long before = scene.offHeap();
      ResponseFuture bad = session.executeAsync("bad");
      HostileScene.Cost cost =
          scene.costUntil(bomb.length / 1024 + " KiB of Snappy that become 200 MiB", bad::isDone);
      // What has come of it, and the room that it grows by.
      assertThat(cost.offHeap()).isLessThan(24 * MEGABYTE);
      assertThat(cost.heap()).isLessThan(MEGABYTE);
      // There is no result of kind 0.
      assertThatThrownBy(bad::join).hasCauseInstanceOf(MalformedMessageException.class);
      assertGivesBack(scene, session, before);
    }
  }

  /** The room for what came goes when it has not been needed for a while. */
  private static void assertGivesBack(HostileScene scene, Session session, long before) {
    for (int i = 0; i < 100; i++) {
      assertThat(session.execute("good").all()).isEmpty();
    }
    assertThat(scene.offHeap()).isLessThan(before + MEGABYTE);
  }

  @Test
  void bombInFramesTakesWhatItBecomesAndGivesItBack() {
    int frames = 320;
    byte[] frame = fullFrame();
    try (HostileScene scene = open(ProtocolVersion.V5, Compression.LZ4);
        Session session = scene.cluster.connect()) {
      scene.server.on(
          query("bad"),
          e -> {
            e.replyRaw(begin(e, frames * MOST_OF_A_FRAME));
            for (int i = 0; i < frames; i++) {
              e.connection().writeRaw(frame);
            }
          });
      long before = scene.offHeap();
      ResponseFuture bad = session.executeAsync("bad");
      HostileScene.Cost cost =
          scene.costUntil(
              frames * frame.length / 1024 + " KiB of frames that become 40 MiB", bad::isDone);
      assertThat(cost.offHeap()).isLessThan(2 * 40 * MEGABYTE + 8 * MEGABYTE);
      assertThat(cost.heap()).isLessThan(2 * MEGABYTE);
      assertThatThrownBy(bad::join).hasCauseInstanceOf(MalformedMessageException.class);
      assertGivesBack(scene, session, before);
    }
  }

  @Test
  void bombInFramesThatDoesNotEndTakesWhatItHasBecomeAndItsRequestTimesOut() {
    int frames = 64;
    byte[] frame = fullFrame();
    try (HostileScene scene = open(ProtocolVersion.V5, Compression.LZ4);
        Session session = scene.cluster.connect();
        Session other = scene.cluster.connect()) {
      scene.server.on(
          query("endless"),
          e -> {
            e.replyRaw(begin(e, 200 * MEGABYTE));
            for (int i = 0; i < frames; i++) {
              e.connection().writeRaw(frame);
            }
          });
      ResponseFuture endless =
          session.executeAsync(SimpleStatement.of("endless").setTimeout(Duration.ofSeconds(2)));
      HostileScene.Cost cost =
          scene.costUntil(
              frames * frame.length / 1024 + " KiB of frames, 8 MiB of 200", endless::isDone);
      assertThat(cost.offHeap()).isLessThan(20 * MEGABYTE);
      assertThat(cost.heap()).isLessThan(2 * MEGABYTE);
      assertThatThrownBy(endless::join).hasCauseInstanceOf(OperationTimedOutException.class);
      assertThat(other.execute("good").all()).isEmpty();
    }
  }

  static Stream<Arguments> lies() {
    byte[] lz4 = HostileBytes.bomb(1000);
    ByteBuffer.wrap(lz4).putInt(0, 200 * MEGABYTE);
    byte[] snappy = HostileBytes.snappyBomb(1000, 200 * MEGABYTE);
    byte[] frame = HostileBytes.compressedFrame(true, MOST_OF_A_FRAME, lz4Block(1000));
    byte[] noBlock = HostileBytes.compressedFrame(true, 500, new byte[] {-1, -1, -1, -1, 7, 7, 7});
    return Stream.of(
        Arguments.of(ProtocolVersion.V4, Compression.LZ4, lz4, "that these bytes can become"),
        Arguments.of(ProtocolVersion.V4, Compression.SNAPPY, snappy, "that these bytes can become"),
        Arguments.of(ProtocolVersion.V5, Compression.LZ4, frame, "an LZ4 block of 131071 bytes"),
        Arguments.of(ProtocolVersion.V5, Compression.LZ4, noBlock, "cannot be decompressed"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void whatIsNotWhatItSaysEndsItsConnectionAndNoOther(
      ProtocolVersion version, Compression compression, byte[] lie, String words) {
    try (HostileScene scene = open(version, compression);
        Session session = scene.cluster.connect();
        Session other = scene.cluster.connect()) {
      HeldRequests held = new HeldRequests();
      scene.server.on(query("held"), held);
      scene.server.on(
          query("bad"),
          e -> {
            if (version == ProtocolVersion.V4) {
              replyCompressed(e, lie);
            } else {
              e.replyRaw(lie);
            }
          });
      ResponseFuture beside = other.executeAsync("held");
      scene.costUntil("a request of another", () -> held.size() == 1);
      ResponseFuture bad = session.executeAsync("bad");
      HostileScene.Cost cost =
          scene.costUntil("a lie in " + compression + ", " + version, bad::isDone);
      assertThat(cost.offHeap()).isLessThan(MEGABYTE);
      assertThat(cost.heap()).isLessThan(MEGABYTE);
      assertThatThrownBy(bad::join)
          .hasCauseInstanceOf(RequestAbortedException.class)
          .rootCause()
          .hasMessageContaining(words);
      held.releaseAll(Void.INSTANCE);
      scene.costUntil("the answer to the other", beside::isDone);
      assertThat(beside.join().all()).isEmpty();
      // That of control, and the other's: the lost one is opened anew a little later.
      assertThat(scene.server.observed().openConnections()).hasSizeGreaterThanOrEqualTo(2);
    }
  }
}
