package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.response.Ready;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class MalformedAnswersTest {
  private static final int RESULT = 0x08;
  private static final int ERROR = 0x00;

  private static void reply(Exchange exchange, int opcode, int... ints) {
    ByteBuffer envelope = ByteBuffer.allocate(9 + 4 * ints.length);
    envelope
        .put((byte) (0x80 | exchange.request().version()))
        .put((byte) 0)
        .putShort((short) exchange.streamId())
        .put((byte) opcode)
        .putInt(4 * ints.length);
    for (int i : ints) {
      envelope.putInt(i);
    }
    exchange.replyEnvelope(envelope.array());
  }

  /** One bad answer among good ones: it fails alone, by both ways. */
  private static void failsAlone(Scene scene, Class<? extends Exception> as) {
    HeldRequests held = new HeldRequests();
    scene.server.on(query("good"), held);
    ResponseFuture good = scene.session.executeAsync("good");
    Exchange waiting = held.take();
    assertThatThrownBy(() -> scene.session.executeAsync("bad").get()).cause().isInstanceOf(as);
    Answers answers = new Answers();
    scene.session.offer(SimpleStatement.of("bad"), answers, 3);
    Answers.Answer answer = answers.take();
    assertThat(answer.code()).isEqualTo(ErrorView.MALFORMED_ANSWER);
    assertThat(answer.error()).isInstanceOf(as);
    waiting.reply(Void.INSTANCE);
    assertThat(good.join().all()).isEmpty();
    assertThat(answers.size()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void rowsThatCannotBeThereFailTheirRequestAlone(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("bad"), e -> reply(e, RESULT, 2, 0, 1_000_000, 1));
      failsAlone(scene, MalformedMessageException.class);
      scene.server.on(query("bad"), e -> reply(e, RESULT, 2, 4, 1, Integer.MAX_VALUE));
      failsAlone(scene, MalformedMessageException.class);
      scene.server.on(query("bad"), e -> reply(e, RESULT));
      failsAlone(scene, MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void resultOfAnUnknownKindFailsItsRequestAlone(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("bad"), e -> reply(e, RESULT, 77));
      failsAlone(scene, MalformedMessageException.class);
      scene.server.on(query("bad"), e -> reply(e, RESULT, 4, 0));
      failsAlone(scene, MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void errorWithoutItsFieldsFailsItsRequestAlone(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("bad"), e -> reply(e, ERROR, 0x1000));
      failsAlone(scene, MalformedMessageException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void otherMessageThanAResultFailsItsRequestAlone(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("bad"), new Ready());
      failsAlone(scene, UnexpectedAnswerException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void malformedAnswerToPrepareFailsIt(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(prepare("bad"), e -> reply(e, RESULT, 4, Integer.MAX_VALUE));
      assertThatThrownBy(() -> scene.session.prepare("bad"))
          .isInstanceOf(MalformedMessageException.class);
      scene.server.on(prepare("bad"), Void.INSTANCE);
      assertThatThrownBy(() -> scene.session.prepare("bad"))
          .isInstanceOf(UnexpectedAnswerException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void malformedKeyspaceFailsItsRequestAlone(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(query("bad"), e -> reply(e, RESULT, 3, 0x7FFF0000));
      failsAlone(scene, MalformedMessageException.class);
    }
  }
}
