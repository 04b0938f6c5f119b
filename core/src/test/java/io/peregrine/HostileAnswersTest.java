package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.compress.Compression;
import io.peregrine.io.SelectorCounter;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that are made to cost more than they are worth: each costs little, and fails alone. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HostileAnswersTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int MILLION = 1_000_000;
  private static final int WARNING = 0x08;
  private static final int CUSTOM_PAYLOAD = 0x04;
  private static final int ROWS = 2;
  private static final int PREPARED = 4;
  private static final int GLOBAL_TABLE = 1;

  private static HostileScene open(ProtocolVersion version) {
    return HostileScene.open(builder -> builder.protocolVersion(version));
  }

  private static void reply(Exchange exchange, int flags, ByteBuffer body) {
    byte[] bytes = new byte[body.position()];
    body.get(0, bytes);
    int version = exchange.request().version();
    byte[] envelope =
        HostileBytes.envelope(version, flags, exchange.streamId(), Opcode.RESULT, bytes);
    exchange.replyRaw(HostileBytes.travelling(version, envelope));
  }

  private static HostileScene.Cost costOf(HostileScene scene, String what, ResponseFuture future) {
    return scene.costUntil(what, future::isDone);
  }

  private static void assertGoesOn(HostileScene scene, Session session) {
    scene.server.on(query("good"), Void.INSTANCE);
    assertThat(session.execute("good").all()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void columnsThatAreAnnouncedOnlyCostNothing(ProtocolVersion version) {
    try (HostileScene scene = open(version);
        Session session = scene.cluster.connect()) {
      scene.server.on(
          query("bad"),
          e ->
              reply(
                  e, 0, ByteBuffer.allocate(12).putInt(ROWS).putInt(GLOBAL_TABLE).putInt(MILLION)));
      ResponseFuture bad = session.executeAsync("bad");
      assertThat(costOf(scene, "a million columns announced, " + version, bad).heap())
          .isLessThan(MEGABYTE);
      assertThatThrownBy(bad::join).hasCauseInstanceOf(MalformedMessageException.class);
      assertGoesOn(scene, session);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void millionColumnsOfAResultAreRefused(ProtocolVersion version) {
    ByteBuffer body = ByteBuffer.allocate(6 * MEGABYTE);
    body.putInt(ROWS).putInt(GLOBAL_TABLE).putInt(MILLION);
    HostileBytes.putColumns(body, MILLION);
    body.putInt(0);
    try (HostileScene scene = open(version);
        Session session = scene.cluster.connect()) {
      scene.server.on(query("bad"), e -> reply(e, 0, body));
      ResponseFuture bad = session.executeAsync("bad");
      HostileScene.Cost cost = costOf(scene, "a million columns of a result, " + version, bad);
      assertThat(cost.heap()).isLessThan(2 * MEGABYTE);
      assertThat(cost.offHeap()).isLessThan(24 * MEGABYTE);
      assertThatThrownBy(bad::join)
          .hasCauseInstanceOf(MalformedMessageException.class)
          .hasMessageContaining("1000000 columns");
      assertGoesOn(scene, session);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void millionVariablesOfAStatementAreRefused(ProtocolVersion version) {
    ByteBuffer body = ByteBuffer.allocate(6 * MEGABYTE);
    body.putInt(PREPARED).putShort((short) 1).put((byte) 7);
    if (version == ProtocolVersion.V5) {
      body.putShort((short) 1).put((byte) 7);
    }
    body.putInt(GLOBAL_TABLE).putInt(MILLION).putInt(0);
    HostileBytes.putColumns(body, MILLION);
    body.putInt(0).putInt(0);
    try (HostileScene scene = open(version);
        Session session = scene.cluster.connect()) {
      scene.server.on(prepare("bad"), e -> reply(e, 0, body));
      HostileScene.Cost cost =
          scene.costOf(
              "a million variables of a statement, " + version,
              () ->
                  assertThatThrownBy(() -> session.prepare("bad"))
                      .isInstanceOf(MalformedMessageException.class)
                      .hasMessageContaining("1000000 columns"));
      // As much as has come, once.
      assertThat(cost.heap()).isLessThan(8 * MEGABYTE);
      assertGoesOn(scene, session);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void asManyWarningsAndEntriesAsCanBeCostAFewTimesTheirBytes(ProtocolVersion version) {
    ByteBuffer body = ByteBuffer.allocate(2 * MEGABYTE).putShort((short) 0xFFFF);
    for (int i = 0; i < 0xFFFF; i++) {
      HostileBytes.putText(body, "w");
    }
    body.putShort((short) 0xFFFF);
    for (int i = 0; i < 0xFFFF; i++) {
      HostileBytes.putText(body, Integer.toHexString(i));
      body.putInt(0);
    }
    body.putInt(1);
    try (HostileScene scene = open(version);
        Session session = scene.cluster.connect()) {
      scene.server.on(query("wordy"), e -> reply(e, WARNING | CUSTOM_PAYLOAD, body));
      ResponseFuture wordy = session.executeAsync("wordy");
      HostileScene.Cost cost = costOf(scene, "65,535 warnings and entries, " + version, wordy);
      assertThat(cost.heap()).isLessThan(32 * MEGABYTE);
      assertThat(wordy.join().all()).isEmpty();
      assertGoesOn(scene, session);
    }
  }

  @Test
  void bombsMemoryIsGivenBackAtOnce() {
    int length = 200 * MEGABYTE;
    byte[] bomb = HostileBytes.bomb(length);
    try (HostileScene scene =
            HostileScene.open(
                server -> server.compressions("lz4"),
                builder ->
                    builder.protocolVersion(ProtocolVersion.V4).compression(Compression.LZ4));
        Session session = scene.cluster.connect()) {
      scene.server.on(
          query("bad"),
          e -> e.replyRaw(HostileBytes.envelope(4, 1, e.streamId(), Opcode.RESULT, bomb)));
      long before = scene.offHeap();
      ResponseFuture bad = session.executeAsync("bad");
      HostileScene.Cost cost =
          costOf(scene, bomb.length / 1024 + " KiB of LZ4 that become 200 MiB", bad);
      assertThat(cost.offHeap()).isLessThan(8 * MEGABYTE);
      assertThat(cost.heap()).isLessThan(MEGABYTE);
      // There is no result of kind 0.
      assertThatThrownBy(bad::join).hasCauseInstanceOf(MalformedMessageException.class);
      assertGoesOn(scene, session);
      assertThat(scene.offHeap()).isLessThan(before + 8 * MEGABYTE);
    }
  }

  @Test
  void envelopeWithoutEndTakesWhatHasComeOfItAndItsRequestTimesOut() {
    int announced = 200 * MEGABYTE;
    byte[] slice = HostileBytes.frame(false, new byte[128 * 1024 - 1]);
    byte[] nothing = HostileBytes.frame(false);
    try (HostileScene scene = open(ProtocolVersion.V5);
        Session session = scene.cluster.connect()) {
      scene.server.on(
          query("endless"),
          e -> {
            byte[] begin = HostileBytes.header(5, 0, e.streamId(), Opcode.RESULT, announced);
            e.replyRaw(HostileBytes.frame(false, begin));
            for (int i = 0; i < 64; i++) {
              e.connection().writeRaw(slice);
            }
            for (int i = 0; i < 10_000; i++) {
              e.connection().writeRaw(nothing);
            }
          });
      ResponseFuture endless =
          session.executeAsync(SimpleStatement.of("endless").setTimeout(Duration.ofSeconds(1)));
      HostileScene.Cost cost = costOf(scene, "8 MiB of an envelope of 200 MiB", endless);
      assertThat(cost.offHeap()).isLessThan(20 * MEGABYTE);
      assertThat(cost.heap()).isLessThan(2 * MEGABYTE);
      assertThatThrownBy(endless::join).hasCauseInstanceOf(OperationTimedOutException.class);
    }
  }

  @Test
  void answersToNothingThatWasAskedAreCountedAndDropped() {
    int packets = 1000;
    byte[] stray = HostileBytes.envelope(4, 0, 0x7FFF, Opcode.RESULT, new byte[] {0, 0, 0, 1});
    ByteBuffer packet = ByteBuffer.allocate(stray.length * MILLION / packets);
    for (int i = 0; i < MILLION / packets; i++) {
      packet.put(stray).putShort(i * stray.length + 2, (short) (0x7000 + i));
    }
    try (HostileScene scene = open(ProtocolVersion.V4);
        Session session = scene.cluster.connect()) {
      scene.server.on(
          query("flood"),
          e -> {
            for (int i = 0; i < packets; i++) {
              e.connection().writeRaw(packet.array());
            }
            e.reply(Void.INSTANCE);
          });
      ResponseFuture flood = session.executeAsync("flood");
      HostileScene.Cost cost = costOf(scene, "a million answers to nothing", flood);
      assertThat(cost.heap()).isLessThan(16 * MEGABYTE);
      assertThat(cost.offHeap()).isLessThan(2 * MEGABYTE);
      assertThat(scene.cluster.agents().get(0).counters().get(SelectorCounter.STRAY_RESPONSES))
          .isEqualTo(MILLION);
      assertThat(flood.join().all()).isEmpty();
      assertGoesOn(scene, session);
    }
  }
}
