package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.AlreadyExists;
import com.datastax.oss.protocol.internal.response.error.CASWriteUnknown;
import com.datastax.oss.protocol.internal.response.error.FunctionFailure;
import com.datastax.oss.protocol.internal.response.error.ReadFailure;
import com.datastax.oss.protocol.internal.response.error.ReadTimeout;
import com.datastax.oss.protocol.internal.response.error.Unavailable;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.error.WriteFailure;
import com.datastax.oss.protocol.internal.response.error.WriteTimeout;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WriteType;
import io.peregrine.testkit.leak.LeakCheck;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class ServerErrorsTest {
  private static final int QUORUM = 4;

  /** The same error by all three ways; they must agree. */
  private static <E extends ServerException> E error(Scene scene, Error answer, Class<E> as) {
    scene.server.on(query("q"), answer);
    Throwable waited = catchThrowable(() -> scene.session.execute("q"));
    assertThat(waited).isExactlyInstanceOf(as).hasMessageContaining(answer.message);
    assertThat(waited.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(ServerErrorsTest.class.getName()));
    assertThatThrownBy(() -> scene.session.executeAsync("q").get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isExactlyInstanceOf(as)
        .hasMessage(waited.getMessage());
    Answers answers = new Answers();
    assertThat(scene.session.offer(SimpleStatement.of("q"), answers, 5))
        .isEqualTo(Session.ACCEPTED);
    Answers.Answer offered = answers.take();
    assertThat(offered.correlationId()).isEqualTo(5);
    assertThat(offered.code()).isEqualTo(answer.code);
    assertThat(offered.error()).isExactlyInstanceOf(as).hasMessage(waited.getMessage());
    E error = as.cast(waited);
    assertThat(error.code()).isEqualTo(answer.code);
    assertThat(error.serverMessage()).isEqualTo(answer.message);
    return error;
  }

  private static void simple(Scene scene, int code, Class<? extends ServerException> as) {
    assertThat(error(scene, new Error(code, "what happened"), as)).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void errorsWithoutFieldsHaveTheirOwnClasses(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      simple(scene, ErrorCode.SERVER_ERROR, ServerFaultException.class);
      simple(scene, ErrorCode.PROTOCOL_ERROR, ProtocolErrorException.class);
      simple(scene, ErrorCode.BAD_CREDENTIALS, AuthenticationFailedException.class);
      simple(scene, ErrorCode.OVERLOADED, OverloadedException.class);
      simple(scene, ErrorCode.IS_BOOTSTRAPPING, BootstrappingException.class);
      simple(scene, ErrorCode.TRUNCATE_ERROR, TruncateException.class);
      simple(scene, ErrorCode.CDC_WRITE_FAILURE, CdcWriteFailureException.class);
      simple(scene, ErrorCode.SYNTAX_ERROR, SyntaxException.class);
      simple(scene, ErrorCode.UNAUTHORIZED, UnauthorizedException.class);
      simple(scene, ErrorCode.INVALID, InvalidQueryException.class);
      simple(scene, ErrorCode.CONFIG_ERROR, ConfigurationException.class);
      scene.server.on(
          query("fine"), com.datastax.oss.protocol.internal.response.result.Void.INSTANCE);
      assertThat(scene.session.execute("fine").all()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void unavailableTellsWhatWasNeededAndWhatThereWas(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      UnavailableException e =
          error(scene, new Unavailable("m", QUORUM, 3, 1), UnavailableException.class);
      assertThat(e.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
      assertThat(e.required()).isEqualTo(3);
      assertThat(e.alive()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void timeoutsTellWhoAnswered(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      ReadTimeoutException read =
          error(scene, new ReadTimeout("m", QUORUM, 1, 2, true), ReadTimeoutException.class);
      assertThat(read.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
      assertThat(read.received()).isEqualTo(1);
      assertThat(read.required()).isEqualTo(2);
      assertThat(read.isDataPresent()).isTrue();
      WriteTimeoutException write =
          error(
              scene, new WriteTimeout("m", QUORUM, 1, 2, "BATCH_LOG"), WriteTimeoutException.class);
      assertThat(write.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
      assertThat(write.received()).isEqualTo(1);
      assertThat(write.required()).isEqualTo(2);
      assertThat(write.writeType()).isEqualTo(WriteType.BATCH_LOG);
      assertThat(write.contentions()).isEqualTo(-1);
      WriteTimeoutException unknown =
          error(scene, new WriteTimeout("m", QUORUM, 1, 2, "QUANTUM"), WriteTimeoutException.class);
      assertThat(unknown.writeType()).isEqualTo(WriteType.UNKNOWN);
      assertThat(unknown.writeTypeName()).isEqualTo("QUANTUM");
      assertThat(unknown).hasMessageContaining("writeType=QUANTUM");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void failuresTellWhoFailed(ProtocolVersion version) throws Exception {
    Map<InetAddress, Integer> reasons = Map.of(InetAddress.getByName("127.0.0.3"), 1);
    Map<InetAddress, Integer> told = version == ProtocolVersion.V5 ? reasons : Map.of();
    try (Scene scene = Scene.open(version)) {
      ReadFailureException read =
          error(
              scene,
              new ReadFailure("m", QUORUM, 1, 2, 1, reasons, true),
              ReadFailureException.class);
      assertThat(read.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
      assertThat(read.received()).isEqualTo(1);
      assertThat(read.required()).isEqualTo(2);
      assertThat(read.failures()).isEqualTo(1);
      assertThat(read.reasons()).isEqualTo(told);
      assertThat(read.isDataPresent()).isTrue();
      WriteFailureException write =
          error(
              scene,
              new WriteFailure("m", QUORUM, 1, 2, 1, reasons, "COUNTER"),
              WriteFailureException.class);
      assertThat(write.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
      assertThat(write.received()).isEqualTo(1);
      assertThat(write.required()).isEqualTo(2);
      assertThat(write.failures()).isEqualTo(1);
      assertThat(write.reasons()).isEqualTo(told);
      assertThat(write.writeType()).isEqualTo(WriteType.COUNTER);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void namesComeWithTheErrorsThatHaveThem(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      FunctionFailureException function =
          error(
              scene,
              new FunctionFailure("m", "ks", "f", List.of("int", "text")),
              FunctionFailureException.class);
      assertThat(function.keyspace()).isEqualTo("ks");
      assertThat(function.function()).isEqualTo("f");
      assertThat(function.argumentTypes()).containsExactly("int", "text");
      AlreadyExistsException exists =
          error(scene, new AlreadyExists("m", "ks", "t"), AlreadyExistsException.class);
      assertThat(exists.keyspace()).isEqualTo("ks");
      assertThat(exists.table()).isEqualTo("t");
      byte[] id = {1, 2, 3};
      UnpreparedException unprepared =
          error(scene, new Unprepared("m", id), UnpreparedException.class);
      assertThat(unprepared.statementId()).containsExactly(1, 2, 3);
    }
  }

  @ParameterizedTest
  @EnumSource(value = ProtocolVersion.class, names = "V5")
  void unknownOutcomeOfAConditionalWriteIsToldInVersion5(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      CasWriteUnknownException e =
          error(scene, new CASWriteUnknown("m", QUORUM, 1, 2), CasWriteUnknownException.class);
      assertThat(e.consistency()).isEqualTo(ConsistencyLevel.QUORUM);
      assertThat(e.received()).isEqualTo(1);
      assertThat(e.required()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void unknownErrorCodeIsAnErrorLikeAnyOther(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(
          query("q"),
          e -> {
            byte[] body = {0, 0, 0x7F, 0x01, 0, 1, '?'};
            byte[] envelope = new byte[9 + body.length];
            envelope[0] = (byte) (0x80 | e.request().version());
            envelope[2] = (byte) (e.streamId() >> 8);
            envelope[3] = (byte) e.streamId();
            envelope[8] = (byte) body.length;
            System.arraycopy(body, 0, envelope, 9, body.length);
            e.replyEnvelope(envelope);
          });
      assertThatThrownBy(() -> scene.session.execute("q"))
          .isExactlyInstanceOf(ServerException.class)
          .hasMessageContaining("7f01")
          .extracting(e -> ((ServerException) e).code())
          .isEqualTo(0x7F01);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void prepareFailsWithTheServersError(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(
          io.peregrine.testkit.server.RequestMatcher.prepare("wrong"),
          new Error(ErrorCode.SYNTAX_ERROR, "line 1:0 no viable alternative"));
      assertThatThrownBy(() -> scene.session.prepare("wrong"))
          .isInstanceOf(SyntaxException.class)
          .hasMessageContaining("no viable alternative");
      assertThatThrownBy(() -> scene.session.prepareAsync("wrong").get())
          .cause()
          .isInstanceOf(SyntaxException.class);
    }
  }
}
