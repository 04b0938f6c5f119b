package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.result.Prepared;
import com.datastax.oss.protocol.internal.response.result.RowsMetadata;
import com.datastax.oss.protocol.internal.response.result.Void;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class UnpreparedTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final String INSERT = "INSERT INTO t (k) VALUES (?)";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.VARCHAR);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final RequestMatcher EXECUTE = opcode(ProtocolConstants.Opcode.EXECUTE);

  private static BoundStatement prepared(Scene scene) {
    scene.server.define(SELECT, KEY, VALUE, 0);
    scene.server.define(INSERT, KEY, Columns.NONE, 0);
    scene.server.on(RequestMatcher.execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7))));
    return scene.session.prepare(SELECT).bind("key");
  }

  private static void forgetAndAnswerAgain(Scene scene, Runnable use) {
    scene.server.forgetPrepared();
    int prepares = scene.server.observed().requests(prepare(SELECT)).size();
    int executes = scene.server.observed().requests(EXECUTE).size();
    use.run();
    List<Request> all = scene.server.observed().requests();
    assertThat(scene.server.observed().requests(prepare(SELECT))).hasSize(prepares + 1);
    assertThat(scene.server.observed().requests(EXECUTE)).hasSize(executes + 2);
    List<Request> last = all.subList(all.size() - 3, all.size());
    assertThat(last).extracting(Request::connection).containsOnly(last.get(0).connection());
    // The same bytes, but for the stream id.
    byte[] first = last.get(0).envelope();
    byte[] again = last.get(2).envelope();
    first[2] = first[3] = again[2] = again[3] = 0;
    assertThat(again).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void forgottenStatementIsRepairedOnTheSameConnection(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      forgetAndAnswerAgain(scene, () -> assertThat(scene.session.execute(select).all()).hasSize(1));
      forgetAndAnswerAgain(
          scene, () -> assertThat(scene.session.executeAsync(select).join().all()).hasSize(1));
      Answers answers = new Answers();
      forgetAndAnswerAgain(
          scene,
          () -> {
            scene.session.offer(select, answers, 9);
            Answers.Answer answer = answers.take();
            assertThat(answer.error()).isNull();
            assertThat(answer.correlationId()).isEqualTo(9);
            assertThat(answer.rows()).containsExactly(List.of(7));
          });
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void statementChangedMeanwhileIsNotWhatIsSentAgain(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.forgetPrepared();
      HeldRequests held = new HeldRequests();
      scene.server.once(EXECUTE, held);
      ResponseFuture future = scene.session.executeAsync(select);
      Exchange first = held.take();
      select.setString(0, "changed").setPageSize(1);
      first.replyByDefault();
      assertThat(future.join().all()).hasSize(1);
      assertThat(scene.server.observed().requests(EXECUTE))
          .hasSize(2)
          .allSatisfy(
              r ->
                  assertThat(((Execute) r.message()).options.positionalValues)
                      .containsExactly(text("key")));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void batchOfSeveralForgottenStatementsIsRepaired(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      BoundStatement insert = scene.session.prepare(INSERT).bind("x");
      scene.server.forgetPrepared();
      scene.session.execute(BatchStatement.logged().add(insert).add(select).add(insert));
      assertThat(scene.server.observed().requests(opcode(ProtocolConstants.Opcode.BATCH)))
          .hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void pageAfterARestartIsRepaired(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.on(
          RequestMatcher.execute(SELECT),
          e ->
              e.reply(
                  ((Execute) e.request().message()).options.pagingState == null
                      ? rows(VALUE).row(int32(1)).pagingState((byte) 1)
                      : rows(VALUE).row(int32(2))));
      ResultSet result = scene.session.execute(select);
      scene.server.forgetPrepared();
      assertThat(result.all()).extracting(row -> row.getInt("v")).containsExactly(1, 2);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void serverThatForgetsAtOnceIsNotAskedForever(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      byte[] id = ScriptedServer.preparedId(SELECT);
      scene.server.on(EXECUTE, new Unprepared("unknown", id));
      assertThatThrownBy(() -> scene.session.execute(select))
          .isInstanceOf(UnpreparedException.class);
      assertThat(scene.server.observed().requests(EXECUTE)).hasSize(2);
      Answers answers = new Answers();
      scene.session.offer(select, answers, 1);
      assertThat(answers.take().code()).isEqualTo(ErrorCode.UNPREPARED);
      assertThat(answers.size()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void unknownIdThatNobodySentIsTheServersError(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.on(EXECUTE, new Unprepared("unknown", new byte[] {1}));
      assertThatThrownBy(() -> scene.session.execute(select))
          .isInstanceOf(UnpreparedException.class);
      assertThat(scene.server.observed().requests(EXECUTE)).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void prepareThatFailsIsTheError(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.forgetPrepared();
      scene.server.on(prepare(SELECT), new Error(ErrorCode.INVALID, "table t does not exist"));
      assertThatThrownBy(() -> scene.session.execute(select))
          .isInstanceOf(InvalidQueryException.class)
          .hasMessageContaining("table t does not exist");
      Answers answers = new Answers();
      scene.session.offer(select, answers, 1);
      assertThat(answers.take().code()).isEqualTo(ErrorCode.INVALID);
      scene.server.on(prepare(SELECT), Void.INSTANCE);
      assertThatThrownBy(() -> scene.session.execute(select))
          .isInstanceOf(UnexpectedAnswerException.class)
          .hasMessageContaining("answered PREPARE with");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void otherIdForTheSameTextIsAnError(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.forgetPrepared();
      scene.server.on(
          prepare(SELECT),
          new Prepared(
              new byte[] {9, 9},
              new byte[16],
              new RowsMetadata(List.of(), null, new int[0], null),
              new RowsMetadata(0, null, null, null)));
      assertThatThrownBy(() -> scene.session.execute(select))
          .isInstanceOf(UnexpectedAnswerException.class)
          .hasMessageContaining("another id")
          .hasMessageContaining(SELECT);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void repairCountsAgainstTheRequestsTimeout(ProtocolVersion version) {
    TestTime time = new TestTime();
    try (Scene scene = Scene.open(version, time::drive)) {
      Duration timeout = Duration.ofSeconds(1);
      BoundStatement select = prepared(scene).setTimeout(timeout);
      scene.server.forgetPrepared();
      HeldRequests held = new HeldRequests();
      scene.server.on(prepare(SELECT), held);
      ResponseFuture future = scene.session.executeAsync(select);
      TestTime.until(scene.cluster, "the PREPARE", () -> held.size() == 1);
      time.pass(timeout);
      assertThatThrownBy(future::result).isInstanceOf(OperationTimedOutException.class);
      held.take().replyByDefault();
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void connectionLostDuringTheRepairIsTold(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.forgetPrepared();
      scene.server.on(prepare(SELECT), Exchange::reset);
      assertThatThrownBy(() -> scene.session.execute(select))
          .isInstanceOf(RequestAbortedException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void handlerThatThrowsAfterAFailedRepairIsNotCalledAgain(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      BoundStatement select = prepared(scene);
      scene.server.forgetPrepared();
      scene.server.on(prepare(SELECT), new Error(ErrorCode.INVALID, "no"));
      AtomicInteger calls = new AtomicInteger();
      scene.session.offer(
          select,
          new RequestHandler() {
            @Override
            public void onRows(long correlationId, RowCursor rows) {
              calls.addAndGet(1_000);
            }

            @Override
            public void onError(long correlationId, ErrorView error) {
              calls.incrementAndGet();
              throw new MalformedMessageException("on purpose", 0, "thrown by the handler");
            }
          },
          1);
      Answers after = new Answers();
      while (calls.get() == 0) {
        Thread.onSpinWait();
      }
      scene.session.offer(SimpleStatement.of("q"), after, 2);
      assertThat(after.take().error()).isNull();
      assertThat(calls).hasValue(1);
    }
  }
}
