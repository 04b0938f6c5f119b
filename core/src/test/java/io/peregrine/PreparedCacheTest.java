package io.peregrine;

import static io.peregrine.testkit.server.Cells.text;
import static io.peregrine.testkit.server.RequestMatcher.prepare;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.HeldRequests;
import io.peregrine.testkit.server.RequestMatcher;
import io.peregrine.testkit.server.RowsBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which statements are prepared anew, and which are known. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class PreparedCacheTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns OTHER_KEY = Columns.of("ks", "t").and("k", DataType.VARCHAR);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final RequestMatcher EXECUTE = request -> request.message() instanceof Execute;

  private static int prepares(Scene scene, String text) {
    return scene.server.observed().requests(prepare(text)).size();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The server has these keyspaces from now on, and the driver knows. */
  private static void seeKeyspaces(Scene scene, String... names) {
    RowsBuilder rows =
        rows(Columns.of("system_schema", "keyspaces").and("keyspace_name", DataType.VARCHAR));
    for (String name : names) {
      rows.row(text(name));
    }
    scene.server.on(ClusterScene.KEYSPACES, exchange -> exchange.reply(rows));
    scene.cluster.schema().refresh();
  }

  @Test
  void knownTextIsPreparedOnceForAllSessions() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session other = scene.cluster.connect()) {
      PreparedStatement first = scene.session.prepare(SELECT);
      assertThat(scene.session.prepare(SELECT)).isSameAs(first);
      assertThat(other.prepareAsync(SELECT)).isCompletedWithValue(first);
      assertThat(prepares(scene, SELECT)).isEqualTo(1);
    }
  }

  @Test
  void eachKeyspaceHasItsOwnStatement() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session one = scene.cluster.connect("one");
        Session two = scene.cluster.connect("two")) {
      PreparedStatement inOne = one.prepare(SELECT);
      PreparedStatement inTwo = two.prepare(SELECT);
      assertThat(inTwo).isNotSameAs(inOne).isNotSameAs(scene.session.prepare(SELECT));
      two.setKeyspace("one");
      assertThat(two.prepare(SELECT)).isSameAs(inOne);
      assertThat(prepares(scene, SELECT)).isEqualTo(3);
    }
  }

  @Test
  void statementWithoutRoomIsPreparedAnewAndStillOfUse() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.preparedCacheSize(2))) {
      PreparedStatement eldest = scene.session.prepare("q0");
      scene.session.prepare("q1");
      scene.session.prepare("q2");
      scene.session.execute(eldest);
      assertThat(scene.session.prepare("q2").query()).isEqualTo("q2");
      assertThat(prepares(scene, "q2")).isEqualTo(1);
      assertThat(scene.session.prepare("q0")).isNotSameAs(eldest);
      assertThat(prepares(scene, "q0")).isEqualTo(2);
      scene.session.execute(eldest);
    }
  }

  @Test
  void statementThatIsExecutedIsNotTheFirstToGo() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.preparedCacheSize(2))) {
      PreparedStatement used = scene.session.prepare("q0");
      BoundStatement bound = used.bind();
      for (int i = 1; i < 10; i++) {
        scene.session.execute(bound);
        scene.session.prepare("q" + i);
      }
      assertThat(scene.session.prepare("q0")).isSameAs(used);
    }
  }

  @Test
  void cacheOfNoStatementsHasNone() {
    try (Scene scene = Scene.open(ProtocolVersion.V5, b -> b.preparedCacheSize(0))) {
      PreparedStatement first = scene.session.prepare(SELECT);
      assertThat(scene.session.prepare(SELECT)).isNotSameAs(first);
      assertThat(prepares(scene, SELECT)).isEqualTo(2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Cluster.builder().preparedCacheSize(-1));
    }
  }

  @Test
  void doubtfulStatementIsAskedAboutAndStaysIfItIsTheSame() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      PreparedStatement first = scene.session.prepare(SELECT);
      first.doubt();
      assertThat(scene.session.prepare(SELECT)).isSameAs(first);
      assertThat(scene.session.prepare(SELECT)).isSameAs(first);
      assertThat(prepares(scene, SELECT)).isEqualTo(2);
      first.doubt();
      scene.server.define(SELECT, OTHER_KEY, VALUE, 0);
      PreparedStatement second = scene.session.prepare(SELECT);
      assertThat(second).isNotSameAs(first);
      assertThat(scene.session.prepare(SELECT)).isSameAs(second);
      assertThat(prepares(scene, SELECT)).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void valuesOfOtherTypesThanTheVariablesHaveNowAreNotSentAgain(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.define(SELECT, KEY, VALUE, 0);
      PreparedStatement select = scene.session.prepare(SELECT);
      scene.server.forgetPrepared();
      scene.server.define(SELECT, OTHER_KEY, VALUE, 0);
      assertThatThrownBy(() -> scene.session.execute(select, 1))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("not what they were")
          .hasMessageContaining(SELECT)
          .hasMessageContaining("prepare it anew");
      assertThat(scene.server.observed().requests(EXECUTE)).hasSize(1);
      PreparedStatement anew = scene.session.prepare(SELECT);
      assertThat(anew).isNotSameAs(select);
      scene.session.execute(anew, "now a text");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void payloadGoesWithPrepareAndIsNotTheStatements(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.on(
          prepare(SELECT),
          exchange -> exchange.withCustomPayload(Map.of("said", bytes("back"))).replyByDefault());
      Map<String, ByteBuffer> payload = Map.of("sent", bytes("along"));
      PreparedStatement select = scene.session.prepare(SELECT, payload);
      assertThat(scene.server.observed().requests(prepare(SELECT)).get(0).frame().customPayload)
          .isEqualTo(payload);
      assertThat(select.responsePayload()).isEqualTo(Map.of("said", bytes("back")));
      scene.session.execute(select);
      assertThat(scene.server.observed().requests(EXECUTE).get(0).frame().customPayload).isEmpty();
      // Told again, the server is told all of it.
      scene.server.forgetPrepared();
      scene.session.execute(select);
      assertThat(scene.server.observed().requests(prepare(SELECT)))
          .hasSize(2)
          .allSatisfy(request -> assertThat(request.frame().customPayload).isEqualTo(payload));
    }
  }

  @Test
  void payloadMakesAnotherStatement() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      PreparedStatement plain = scene.session.prepare(SELECT);
      Map<String, ByteBuffer> payload = Map.of("sent", bytes("along"));
      PreparedStatement extended = scene.session.prepareAsync(SELECT, payload).join();
      assertThat(extended).isNotSameAs(plain);
      assertThat(scene.session.prepare(SELECT, payload)).isNotSameAs(extended);
      assertThat(scene.session.prepare(SELECT)).isSameAs(plain);
      assertThat(plain.responsePayload()).isEmpty();
      assertThat(prepares(scene, SELECT)).isEqualTo(3);
    }
  }

  @Test
  void version3HasNoPayload() {
    try (Scene scene = Scene.open(ProtocolVersion.V3)) {
      Map<String, ByteBuffer> payload = Map.of("sent", bytes("along"));
      assertThatThrownBy(() -> scene.session.prepare(SELECT, payload))
          .isInstanceOf(DriverException.class)
          .hasMessageContaining("custom payload")
          .hasMessageContaining("V3");
      assertThatThrownBy(() -> scene.session.prepareAsync(SELECT, payload))
          .isInstanceOf(DriverException.class)
          .hasMessageContaining("custom payload");
      assertThat(prepares(scene, SELECT)).isZero();
    }
  }

  @Test
  void closedSessionGivesNoKnownStatement() {
    try (Scene scene = Scene.open(ProtocolVersion.V5);
        Session other = scene.cluster.connect()) {
      scene.session.prepare(SELECT);
      Runnable close = other::close;
      close.run();
      assertThatThrownBy(() -> other.prepare(SELECT)).isInstanceOf(SessionClosedException.class);
      assertThat(other.prepareAsync(SELECT)).isCompletedExceptionally();
    }
  }

  @Test
  void answerThatIsOlderThanAChangeOfTheSchemaIsDoubtful() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      seeKeyspaces(scene, "kept", "dropped");
      HeldRequests held = new HeldRequests();
      scene.server.once(prepare(SELECT), held);
      CompletableFuture<PreparedStatement> preparing = scene.session.prepareAsync(SELECT);
      var late = held.take();
      seeKeyspaces(scene, "kept");
      late.replyByDefault();
      PreparedStatement first = preparing.join();
      assertThat(scene.session.prepare(SELECT)).isSameAs(first);
      assertThat(prepares(scene, SELECT)).isEqualTo(2);
      scene.session.prepare(SELECT);
      assertThat(prepares(scene, SELECT)).isEqualTo(2);
    }
  }
}
