package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Prepare;
import com.datastax.oss.protocol.internal.response.Error;
import com.datastax.oss.protocol.internal.response.error.Unprepared;
import com.datastax.oss.protocol.internal.response.result.SetKeyspace;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.ContinuousPages;
import io.peregrine.testkit.server.Exchange;
import io.peregrine.testkit.server.Observations;
import io.peregrine.testkit.server.Request;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams of statements that their node does not know any more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ContinuousUnpreparedTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns VALUE = Columns.of("mine", "t").and("v", DataType.INT);
  private static final Columns KEY = Columns.of("mine", "t").and("k", DataType.INT);
  private static final RequestMatcher EXECUTE = request -> request.message() instanceof Execute;
  private static final ContinuousPagingOptions DEFAULTS = ContinuousPagingOptions.defaults();

  /** A session in the keyspace "mine" that has prepared the statement, and then uses another. */
  private static BoundStatement moveOn(Scene scene, Session session) {
    scene.server.define(SELECT, KEY, VALUE, 0);
    ContinuousPages.of(VALUE, 9, 2, Cells::int32).serve(scene.server, execute(SELECT));
    scene.server.on(query("USE other"), new SetKeyspace("other"));
    BoundStatement bound = session.prepare(SELECT).bind(1).setPageSize(2);
    session.execute("USE other");
    scene.server.forgetPrepared();
    scene.server.observed().forgetRequests();
    return bound;
  }

  private static List<@Nullable String> keyspaces(Scene scene) {
    List<Request> prepares = scene.server.observed().requests(prepare(SELECT));
    return prepares.stream().map(request -> ((Prepare) request.message()).keyspace).toList();
  }

  private static void untilEveryStreamIdIsFree(Session session) {
    Observations.until(
        "every stream id is free",
        () ->
            session.poolState().values().stream()
                .allMatch(state -> state.inFlight() == 0 && state.orphaned() == 0));
  }

  @Test
  void statementIsPreparedAgainInItsOwnKeyspace() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2);
        Session session = scene.cluster.connect("mine")) {
      BoundStatement bound = moveOn(scene, session);
      assertThat(session.continuous().execute(bound, DEFAULTS)).hasSize(18);
      assertThat(keyspaces(scene)).containsExactly("mine");
      // The text is another statement in the keyspace that is used now.
      assertThat(session.prepare(SELECT)).isNotSameAs(bound.preparedStatement());
      untilEveryStreamIdIsFree(session);
    }
  }

  @Test
  void keyspaceIsNamedAlsoWhereTheSessionUsesIt() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2);
        Session session = scene.cluster.connect("mine")) {
      BoundStatement bound = moveOn(scene, session);
      session.execute("USE mine");
      scene.server.on(query("USE mine"), new SetKeyspace("mine"));
      session.execute("USE mine");
      assertThat(session.continuous().execute(bound, DEFAULTS)).hasSize(18);
      assertThat(keyspaces(scene)).containsExactly("mine");
    }
  }

  @Test
  void keyspaceThatCannotBeNamedIsAClearError() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V1);
        Session session = scene.cluster.connect("mine")) {
      BoundStatement bound = moveOn(scene, session);
      assertThatThrownBy(() -> session.continuous().execute(bound, DEFAULTS))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining(SELECT)
          .hasMessageContaining("prepared in the keyspace 'mine'")
          .hasMessageContaining("the session uses 'other'");
      assertThat(keyspaces(scene)).isEmpty();
      untilEveryStreamIdIsFree(session);
    }
  }

  @Test
  void errorOfThePrepareIsTold() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2);
        Session session = scene.cluster.connect("mine")) {
      BoundStatement bound = moveOn(scene, session);
      scene.server.once(prepare(SELECT), e -> e.reply(new Error(ErrorCode.OVERLOADED, "later")));
      assertThatThrownBy(() -> session.continuous().execute(bound, DEFAULTS))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("later");
      scene.server.once(prepare(SELECT), Exchange::silence);
      assertThatThrownBy(
              () -> session.continuous().execute(bound.setTimeout(Duration.ofSeconds(2)), DEFAULTS))
          .isInstanceOf(OperationTimedOutException.class);
      bound.setTimeout(Duration.ofSeconds(20));
      assertThat(session.continuous().execute(bound, DEFAULTS)).hasSize(18);
    }
  }

  @Test
  void variablesOfOtherTypesAreRefused() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2);
        Session session = scene.cluster.connect("mine")) {
      BoundStatement bound = moveOn(scene, session);
      Columns text = Columns.of("mine", "t").and("k", DataType.VARCHAR);
      scene.server.define(SELECT, text, VALUE, 0);
      assertThatThrownBy(() -> session.continuous().execute(bound, DEFAULTS))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("are not what they were");
      untilEveryStreamIdIsFree(session);
    }
  }

  @Test
  void nodeThatForgetsItAtOnceIsAskedNoThirdTime() {
    try (Scene scene = Scene.open(ProtocolVersion.DSE_V2);
        Session session = scene.cluster.connect("mine")) {
      BoundStatement bound = moveOn(scene, session);
      scene.server.on(EXECUTE, new Unprepared("unknown", ScriptedServer.preparedId(SELECT)));
      assertThatThrownBy(() -> session.continuous().execute(bound, DEFAULTS))
          .isInstanceOf(UnpreparedException.class);
      assertThat(keyspaces(scene)).hasSize(1);
      assertThat(scene.server.observed().requests(EXECUTE)).hasSize(2);
      untilEveryStreamIdIsFree(session);
    }
  }
}
