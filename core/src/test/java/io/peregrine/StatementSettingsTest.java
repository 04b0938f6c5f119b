package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.opcode;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.Opcode;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.UnsupportedFeatureException;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RequestMatcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a statement has from where. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class StatementSettingsTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);

  private static Execute lastExecute(Scene scene) {
    var seen = scene.server.observed().requests(execute(SELECT));
    return (Execute) seen.get(seen.size() - 1).message();
  }

  @Test
  void boundStatementsHaveTheirPreparedStatementsSettings() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(SELECT, KEY, KEY, 0);
      PreparedStatement select = scene.session.prepare(SELECT);
      BoundStatement before = select.bind(1);
      select
          .setConsistency(ConsistencyLevel.QUORUM)
          .setSerialConsistency(ConsistencyLevel.LOCAL_SERIAL)
          .setPageSize(17)
          .setTimeout(Duration.ofSeconds(3))
          .setIdempotent(true);
      BoundStatement bound = select.bind(1);
      assertThat(bound.isIdempotent()).isTrue();
      assertThat(before.isIdempotent()).isFalse();
      assertThat(bound.settings().timeoutNanos(PlainProfiles.session().standard()))
          .isEqualTo(3_000_000_000L);
      scene.session.execute(bound);
      Execute sent = lastExecute(scene);
      assertThat(sent.options.consistency).isEqualTo(ConsistencyLevel.QUORUM.code());
      assertThat(sent.options.serialConsistency).isEqualTo(ConsistencyLevel.LOCAL_SERIAL.code());
      assertThat(sent.options.pageSize).isEqualTo(17);
      scene.session.execute(bound.setConsistency(ConsistencyLevel.ALL).setPageSize(18));
      assertThat(lastExecute(scene).options.consistency).isEqualTo(ConsistencyLevel.ALL.code());
      assertThat(lastExecute(scene).options.pageSize).isEqualTo(18);
      scene.session.execute(before);
      assertThat(lastExecute(scene).options.consistency)
          .isEqualTo(ConsistencyLevel.LOCAL_ONE.code());
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, ByteBuffer> lastPayload(Scene scene, RequestMatcher which) {
    var seen = scene.server.observed().requests(which);
    return seen.get(seen.size() - 1).frame().customPayload;
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void boundStatementsHaveTheirPreparedStatementsPayload(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.server.define(SELECT, KEY, KEY, 0);
      PreparedStatement select = scene.session.prepare(SELECT);
      BoundStatement before = select.bind(1);
      ByteBuffer value = bytes("prepared's");
      select.setCustomPayload(Map.of("a", value, "b", bytes("2")));
      value.put(0, (byte) 'X');
      Map<String, ByteBuffer> payload = Map.of("a", bytes("prepared's"), "b", bytes("2"));
      BoundStatement bound = select.bind(1);
      assertThat(bound.customPayload()).isEqualTo(payload);
      scene.session.execute(bound.setPageSize(7));
      assertThat(lastPayload(scene, execute(SELECT))).isEqualTo(payload);
      RequestOptions options =
          RequestOptions.builder().customPayload(Map.of("b", bytes("call's"))).build();
      scene.session.execute(bound, options);
      assertThat(lastPayload(scene, execute(SELECT)))
          .isEqualTo(Map.of("a", bytes("prepared's"), "b", bytes("call's")));
      scene.session.execute(bound.executeAs("ann"));
      assertThat(lastPayload(scene, execute(SELECT)))
          .containsAllEntriesOf(payload)
          .containsEntry("ProxyExecute", bytes("ann"));
      scene.session.execute(bound.executeAs(null).setCustomPayload(Map.of("own", bytes("3"))));
      assertThat(lastPayload(scene, execute(SELECT))).isEqualTo(Map.of("own", bytes("3")));
      scene.session.execute(select.bind(2).setCustomPayload(Map.of()));
      assertThat(lastPayload(scene, execute(SELECT))).isEmpty();
      scene.session.execute(BatchStatement.logged().add(select, 3));
      assertThat(lastPayload(scene, opcode(Opcode.BATCH))).isEqualTo(payload);
      scene.session.execute(before);
      assertThat(lastPayload(scene, execute(SELECT))).isEmpty();
      select.setCustomPayload(Map.of());
      scene.session.execute(select, 4);
      assertThat(lastPayload(scene, execute(SELECT))).isEmpty();
    }
  }

  @Test
  void statementsThatShareTheirSettingsChangeThemEachForItself() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(SELECT, KEY, KEY, 0);
      PreparedStatement select = scene.session.prepare(SELECT).setPageSize(17);
      BoundStatement one = select.bind(1);
      BoundStatement other = select.bind(1);
      one.setPageSize(18).setCustomPayload(Map.of("one", bytes("1")));
      scene.session.execute(other);
      assertThat(lastExecute(scene).options.pageSize).isEqualTo(17);
      assertThat(lastPayload(scene, execute(SELECT))).isEmpty();
      scene.session.execute(select, 1);
      assertThat(lastExecute(scene).options.pageSize).isEqualTo(17);
      scene.session.execute(one);
      assertThat(lastExecute(scene).options.pageSize).isEqualTo(18);
      assertThat(lastPayload(scene, execute(SELECT))).isEqualTo(Map.of("one", bytes("1")));
    }
  }

  @Test
  void payloadOfAPreparedStatementIsRefusedWhereTheProtocolHasNone() {
    try (Scene scene = Scene.open(ProtocolVersion.V3)) {
      scene.server.define(SELECT, KEY, KEY, 0);
      PreparedStatement select = scene.session.prepare(SELECT);
      select.setCustomPayload(Map.of("a", bytes("1")));
      assertThatThrownBy(() -> scene.session.execute(select, 1))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("custom payload");
      Map<String, ByteBuffer> many = new HashMap<>();
      for (int i = 0; i <= 0xFFFF; i++) {
        many.put("k" + i, bytes(""));
      }
      assertThatThrownBy(() -> select.setCustomPayload(many))
          .isInstanceOf(RequestTooLargeException.class);
    }
  }

  @Test
  void badSettingsOfAPreparedStatementAreRefused() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      PreparedStatement q = scene.session.prepare("q");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> q.setSerialConsistency(ConsistencyLevel.ONE));
      assertThatIllegalArgumentException().isThrownBy(() -> q.setPageSize(-1));
      assertThatIllegalArgumentException().isThrownBy(() -> q.setTimeout(Duration.ofNanos(-1)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void keyspaceIsSentWhereTheProtocolHasIt(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      scene.session.execute(SimpleStatement.of("q").setKeyspace("other"));
      Query sent = (Query) scene.server.observed().requests(query("q")).get(0).message();
      assertThat(sent.options.keyspace).isEqualTo(version == ProtocolVersion.V5 ? "other" : null);
    }
  }

  @Test
  void routingKeyOfSeveralColumnsIsAComposite() {
    byte[] composite =
        RoutingKey.toBytes(
            ByteBuffer.wrap(new byte[] {1, 2, 3, 4}),
            ByteBuffer.wrap(new byte[] {9, 'a', 'b'}, 1, 2));
    assertThat(composite).containsExactly(0, 4, 1, 2, 3, 4, 0, 0, 2, 'a', 'b', 0);
    assertThat(RoutingKey.toBytes(ByteBuffer.wrap(new byte[] {7, 8}, 1, 1))).containsExactly(8);
  }

  @Test
  void partTooLongForACompositeIsRefused() {
    SimpleStatement statement = SimpleStatement.of("q");
    ByteBuffer tooLong = ByteBuffer.allocate(65_536);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> statement.setRoutingKey(ByteBuffer.allocate(1), tooLong))
        .withMessageContaining("65536 bytes");
    statement.setRoutingKey(tooLong);
  }
}
