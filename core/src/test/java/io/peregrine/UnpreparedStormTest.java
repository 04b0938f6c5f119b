package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many requests that meet a node which has forgotten their statement have it told once. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class UnpreparedStormTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final String OTHER = "SELECT v FROM u WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final int REQUESTS = 1_000;
  private static final RequestMatcher EXECUTE = opcode(ProtocolConstants.Opcode.EXECUTE);

  private static BoundStatement prepared(Scene scene, String text) {
    scene.server.define(text, KEY, VALUE, 0);
    scene.server.on(execute(text), e -> e.reply(rows(VALUE).row(int32(7))));
    return scene.session.prepare(text).bind(1);
  }

  private static int prepares(Scene scene, String text) {
    return scene.server.observed().requests(prepare(text)).size();
  }

  /** All of them are in flight before the first is answered. */
  private static void storm(Scene scene, Answers answers, BoundStatement... statements) {
    HeldRequests held = new HeldRequests();
    int all = REQUESTS * statements.length;
    scene.server.onFirst(all, EXECUTE, held);
    for (int i = 0; i < REQUESTS; i++) {
      for (BoundStatement statement : statements) {
        assertThat(scene.session.offer(statement, answers, i)).isEqualTo(Session.ACCEPTED);
      }
    }
    scene.server.observed().awaitRequests(all, EXECUTE);
    for (int i = 0; i < all; i++) {
      Exchange execute = held.take();
      byte[] id = ((Execute) execute.request().message()).queryId;
      execute.reply(new Unprepared("forgotten", id));
    }
  }

  /**
   * Many requests of a statement that the server has forgotten.
   *
   * @return the PREPARE for which they wait
   */
  private static Exchange stormOfAForgotten(BoundStatement select, Scene scene, Answers answers) {
    scene.server.forgetPrepared();
    scene.server.observed().forgetRequests();
    HeldRequests preparing = new HeldRequests();
    scene.server.once(prepare(SELECT), preparing);
    storm(scene, answers, select);
    return preparing.take();
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void eachStatementIsPreparedOnceAndEachRequestAnswered(ProtocolVersion version) {
    try (Scene scene = Scene.open(version, b -> b.maxRequestsPerConnection(8_192))) {
      BoundStatement select = prepared(scene, SELECT);
      BoundStatement other = prepared(scene, OTHER);
      scene.server.forgetPrepared();
      scene.server.observed().forgetRequests();
      Answers answers = new Answers();
      storm(scene, answers, select, other);
      for (int i = 0; i < 2 * REQUESTS; i++) {
        assertThat(answers.take().rows()).containsExactly(List.of(7));
      }
      assertThat(prepares(scene, SELECT)).isEqualTo(1);
      assertThat(prepares(scene, OTHER)).isEqualTo(1);
      assertThat(answers.size()).isZero();
    }
  }

  @Test
  void connectionsOfSeveralAgentsWaitForTheSamePrepare() {
    try (Scene scene =
        Scene.open(ProtocolVersion.V5, b -> b.selectorAgents(3).connectionsPerNode(3))) {
      BoundStatement select = prepared(scene, SELECT);
      while (scene.session.poolState().values().iterator().next().openConnections() < 3) {
        Thread.onSpinWait();
      }
      Answers answers = new Answers();
      Exchange one = stormOfAForgotten(select, scene, answers);
      // What the others do next would come before the answers to these.
      for (int i = 0; i < 30; i++) {
        scene.session.execute("q");
      }
      assertThat(answers.size()).isZero();
      one.replyByDefault();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(answers.take().rows()).containsExactly(List.of(7));
      }
      assertThat(prepares(scene, SELECT)).isEqualTo(1);
    }
  }

  @Test
  void errorOfThePrepareIsToldToEach() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      BoundStatement select = prepared(scene, SELECT);
      Answers answers = new Answers();
      Exchange preparing = stormOfAForgotten(select, scene, answers);
      // Behind all of them, so that they have arrived when this has.
      scene.session.execute("q");
      preparing.reply(new Error(ErrorCode.INVALID, "table t does not exist"));
      for (int i = 0; i < REQUESTS; i++) {
        Answers.Answer answer = answers.take();
        assertThat(answer.code()).isEqualTo(ErrorCode.INVALID);
        assertThat(answer.error()).hasMessageContaining("table t does not exist");
      }
      assertThat(prepares(scene, SELECT)).isEqualTo(1);
      assertThat(answers.size()).isZero();
    }
  }

  @Test
  void requestThatWasOnItsWayMeanwhileIsOnlySentAgain() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      BoundStatement select = prepared(scene, SELECT);
      scene.server.forgetPrepared();
      scene.server.observed().forgetRequests();
      HeldRequests held = new HeldRequests();
      scene.server.onFirst(2, EXECUTE, held);
      ResponseFuture first = scene.session.executeAsync(select);
      ResponseFuture second = scene.session.executeAsync(select);
      held.take().reply(new Unprepared("forgotten", ScriptedServer.preparedId(SELECT)));
      assertThat(first.join().all()).hasSize(1);
      // This one was worked on for longer than the PREPARE took.
      held.take().reply(new Unprepared("forgotten", ScriptedServer.preparedId(SELECT)));
      assertThat(second.join().all()).hasSize(1);
      assertThat(prepares(scene, SELECT)).isEqualTo(1);
      assertThat(scene.server.observed().requests(EXECUTE)).hasSize(4);
    }
  }

  @Test
  void acceptedRequestWaitsForRoomToBeSentAgain() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.maxRequestsPerConnection(2))) {
      BoundStatement select = prepared(scene, SELECT);
      scene.server.forgetPrepared();
      HeldRequests held = new HeldRequests();
      HeldRequests preparing = new HeldRequests();
      scene.server.onFirst(2, EXECUTE, held);
      scene.server.on(prepare(SELECT), preparing);
      scene.server.on(RequestMatcher.query("held"), held);
      Answers answers = new Answers();
      assertThat(scene.session.offer(select, answers, 1)).isEqualTo(Session.ACCEPTED);
      assertThat(scene.session.offer(select, answers, 2)).isEqualTo(Session.ACCEPTED);
      for (int i = 0; i < 2; i++) {
        held.take().reply(new Unprepared("forgotten", ScriptedServer.preparedId(SELECT)));
      }
      Exchange prepare = preparing.take();
      // Another one takes the place of the one that waits for the PREPARE.
      ResponseFuture other = scene.session.executeAsync("held");
      while (other.isCompletedExceptionally()) {
        other = scene.session.executeAsync("held");
      }
      Exchange last = held.take();
      HeldRequests again = new HeldRequests();
      scene.server.onFirst(2, EXECUTE, again);
      prepare.replyByDefault();
      Exchange first = again.take();
      assertThat(scene.session.offer(SimpleStatement.of("q"), answers, 3)).isEqualTo(Session.BUSY);
      assertThat(answers.size()).as("nobody has failed for want of room").isZero();
      first.reply(rows(VALUE).row(int32(1)));
      again.take().reply(rows(VALUE).row(int32(2)));
      assertThat(answers.take().rows()).containsExactly(List.of(1));
      assertThat(answers.take().rows()).containsExactly(List.of(2));
      last.replyByDefault();
      assertThat(other.join().all()).isEmpty();
    }
  }

  @Test
  void followerThatHasLessTimeDoesNotWaitForTheLeader() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (Scene scene = Scene.open(ProtocolVersion.V5, time::drive)) {
      BoundStatement select = prepared(scene, SELECT);
      scene.server.forgetPrepared();
      HeldRequests preparing = new HeldRequests();
      scene.server.on(prepare(SELECT), preparing);
      ResponseFuture patient = scene.session.executeAsync(select);
      TestTime.until(scene.cluster, "the leader", () -> preparing.size() == 1);
      ResponseFuture hasty = scene.session.executeAsync(select.setTimeout(timeout));
      TestTime.until(scene.cluster, "the follower", () -> preparing.size() == 2);
      time.pass(timeout);
      assertThatThrownBy(hasty::result).isInstanceOf(OperationTimedOutException.class);
      preparing.take().replyByDefault();
      assertThat(patient.result().all()).hasSize(1);
    }
  }

  @Test
  void followerGoesOnWhenTheLeadersTimeIsUp() {
    TestTime time = new TestTime();
    Duration timeout = Duration.ofSeconds(2);
    try (Scene scene = Scene.open(ProtocolVersion.V5, time::drive)) {
      BoundStatement select = prepared(scene, SELECT);
      scene.server.forgetPrepared();
      scene.server.once(prepare(SELECT), Exchange::silence);
      ResponseFuture leader = scene.session.executeAsync(select.setTimeout(timeout));
      TestTime.until(scene.cluster, "the leader's PREPARE", () -> prepares(scene, SELECT) == 2);
      int executed = scene.server.observed().requests(EXECUTE).size();
      ResponseFuture follower = scene.session.executeAsync(select.setTimeout(Duration.ZERO));
      TestTime.until(
          scene.cluster,
          "the follower",
          () -> scene.server.observed().requests(EXECUTE).size() > executed);
      time.pass(timeout);
      assertThatThrownBy(leader::result).isInstanceOf(OperationTimedOutException.class);
      assertThat(follower.result().all()).hasSize(1);
      assertThat(prepares(scene, SELECT)).isEqualTo(3);
    }
  }

  @Test
  void lossOfTheConnectionEndsAllOfThemOnce() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      BoundStatement select = prepared(scene, SELECT);
      Answers answers = new Answers();
      stormOfAForgotten(select, scene, answers).reset();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(answers.take().code()).isIn(ErrorView.CONNECTION_LOST, ErrorView.NOT_CONNECTED);
      }
      assertThat(answers.size()).isZero();
    }
  }

  @Test
  void closingEndsAllOfThemOnce() {
    for (boolean cluster : new boolean[] {false, true}) {
      Answers answers = new Answers();
      try (Scene scene = Scene.open(ProtocolVersion.V5)) {
        BoundStatement select = prepared(scene, SELECT);
        stormOfAForgotten(select, scene, answers);
        if (cluster) {
          scene.cluster.close();
        } else {
          scene.session.close();
        }
        for (int i = 0; i < REQUESTS; i++) {
          assertThat(answers.take().code()).isEqualTo(ErrorView.CLOSED);
        }
      }
      assertThat(answers.size()).isZero();
    }
  }

  @Test
  void callerThatRunsWaitsForOnePrepareToo() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      scene.server.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7))));
      try (Session session = scene.cluster.connect(ConnectOptions.callerRuns())) {
        BoundStatement select = session.prepare(SELECT).bind(1);
        scene.server.forgetPrepared();
        scene.server.observed().forgetRequests();
        List<ResponseFuture> futures = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
          futures.add(session.executeAsync(select));
        }
        assertThat(session.execute(select).all()).hasSize(1);
        io.peregrine.testkit.server.Observations.driveUntil(
            "all answers",
            () -> futures.stream().allMatch(ResponseFuture::isDone),
            session::invoke);
        assertThat(futures).allSatisfy(future -> assertThat(future.join().all()).hasSize(1));
        assertThat(prepares(scene, SELECT)).isEqualTo(1);
      }
    }
  }

  @Test
  void statementOfAnotherKeyspaceIsPreparedInItsOwnWhereThatCanBeSaid() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session session = scene.cluster.connect("mine")) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      scene.server.on(execute(SELECT), e -> e.reply(rows(VALUE).row(int32(7))));
      BoundStatement select = session.prepare(SELECT).bind(1);
      session.execute("USE other");
      scene.server.forgetPrepared();
      scene.server.observed().forgetRequests();
      // The scripted server does not say that the keyspace has changed; the session is told so.
      scene.server.on(
          RequestMatcher.query("USE other"),
          new com.datastax.oss.protocol.internal.response.result.SetKeyspace("other"));
      session.execute("USE other");
      assertThat(session.execute(select).all()).hasSize(1);
      Prepare prepare =
          (Prepare) scene.server.observed().requests(prepare(SELECT)).get(0).message();
      assertThat(prepare.keyspace).isEqualTo("mine");
    }
  }

  @Test
  void statementOfAnotherKeyspaceIsAClearErrorWhereItCannot() {
    try (Scene scene = Scene.open(ProtocolVersion.V4);
        Session session = scene.cluster.connect("mine")) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      BoundStatement select = session.prepare(SELECT).bind(1);
      scene.server.on(
          RequestMatcher.query("USE other"),
          new com.datastax.oss.protocol.internal.response.result.SetKeyspace("other"));
      session.execute("USE other");
      assertThat(session.execute(select).all()).isEmpty();
      scene.server.on(EXECUTE, new Unprepared("unknown", ScriptedServer.preparedId(SELECT)));
      assertThatThrownBy(() -> session.execute(select))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining(SELECT)
          .hasMessageContaining("prepared in the keyspace 'mine'")
          .hasMessageContaining("the session uses 'other'");
      assertThat(prepares(scene, SELECT)).isEqualTo(1);
    }
  }
}
