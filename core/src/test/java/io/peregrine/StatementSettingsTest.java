package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import java.nio.ByteBuffer;
import java.time.Duration;
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
      assertThat(bound.timeoutNanos(PlainProfiles.session().standard())).isEqualTo(3_000_000_000L);
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
