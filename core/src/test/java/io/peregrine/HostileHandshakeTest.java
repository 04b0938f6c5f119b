package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.AuthChallenge;
import com.datastax.oss.protocol.internal.response.Authenticate;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.auth.Authenticator;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that make the first words on a connection as long and as many as they can. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class HostileHandshakeTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int MOST_QUESTIONS = 32;

  /** Has an answer to everything. */
  private static final class Patient implements Authenticator {
    private int questions;

    @Override
    public byte[] initialResponse() {
      return new byte[1];
    }

    @Override
    public byte[] evaluateChallenge(byte @Nullable [] challenge) {
      questions++;
      return new byte[1];
    }

    @Override
    public void onSuccess(byte @Nullable [] token) {
      // There is nothing to prove.
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void serverThatIsNeverContentAsksSoOftenAndNoMore(ProtocolVersion version) {
    Patient patient = new Patient();
    int longest = MEGABYTE - 64;
    try (HostileScene scene =
        HostileScene.open(
            builder -> builder.protocolVersion(version).authProvider((node, server) -> patient))) {
      scene.server.on(opcode(Opcode.STARTUP), new Authenticate("org.example.Curious"));
      scene.server.on(
          opcode(Opcode.AUTH_RESPONSE),
          e -> e.reply(new AuthChallenge(ByteBuffer.allocate(longest))));
      HostileScene.Cost cost =
          scene.costOf(
              "questions of a megabyte without end, " + version,
              () ->
                  assertThatThrownBy(scene.cluster::connect)
                      .isInstanceOf(NoHostAvailableException.class)
                      .hasMessageContaining("not content after 32 challenges"));
      assertThat(patient.questions).isEqualTo(MOST_QUESTIONS);
      assertThat(cost.heap()).isLessThan((2L * MOST_QUESTIONS + 8) * MEGABYTE);
      assertThat(cost.offHeap()).isLessThan(4 * MEGABYTE);
      assertThat(scene.server.observed().requests(opcode(Opcode.STARTUP))).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void asManyOptionsAsFitCostAFewTimesTheirBytes(ProtocolVersion version) {
    ByteBuffer body = ByteBuffer.allocate(MEGABYTE - 64).putShort((short) 0xFFFF);
    for (int i = 0; i < 0xFFFF; i++) {
      HostileBytes.putText(body, Integer.toHexString(i));
      // One value each, and the rest of the bytes to the last one.
      int values = i < 0xFFFE ? 1 : (body.remaining() - 2) / 2;
      body.putShort((short) values);
      for (int v = 0; v < values; v++) {
        HostileBytes.putText(body, "");
      }
    }
    byte[] options = new byte[body.position()];
    body.get(0, options);
    try (HostileScene scene = HostileScene.open(b -> b.protocolVersion(version))) {
      scene.server.on(
          opcode(Opcode.OPTIONS),
          e ->
              e.replyRaw(
                  HostileBytes.envelope(
                      e.request().version(), 0, e.streamId(), Opcode.SUPPORTED, options)));
      scene.server.on(query("good"), Void.INSTANCE);
      HostileScene.Cost cost =
          scene.costOf(
              "65,535 options, " + version,
              () -> {
                try (Session session = scene.cluster.connect()) {
                  assertThat(session.execute("good").all()).isEmpty();
                }
              });
      // The control connection, and that of the session.
      assertThat(cost.heap()).isLessThan(2 * 32L * MEGABYTE);
      assertThat(cost.offHeap()).isLessThan(8 * MEGABYTE);
    }
  }

  @Test
  void versionsAreTriedOnceEachHoweverOftenTheServerWantsAnother() {
    try (HostileScene scene = HostileScene.open(builder -> builder)) {
      scene.server.on(
          opcode(Opcode.OPTIONS),
          e -> e.reply(new Error(0x000A, "Invalid or unsupported protocol version")));
      scene.costOf(
          "a server that speaks no version",
          () ->
              assertThatThrownBy(scene.cluster::connect)
                  .isInstanceOf(UnsupportedProtocolVersionException.class));
      assertThat(scene.server.observed().requests(opcode(Opcode.OPTIONS)).size())
          .isLessThanOrEqualTo(ProtocolVersion.values().length);
    }
  }
}
