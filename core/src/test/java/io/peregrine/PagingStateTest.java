package io.peregrine;

import static io.peregrine.testkit.server.Cells.int32;
import static io.peregrine.testkit.server.RequestMatcher.execute;
import static io.peregrine.testkit.server.RequestMatcher.query;
import static io.peregrine.testkit.server.RowsBuilder.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Responder;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class PagingStateTest {
  private static final String SELECT = "SELECT v FROM t WHERE k = ?";
  private static final Columns KEY = Columns.of("ks", "t").and("k", DataType.INT);
  private static final Columns VALUE = Columns.of("ks", "t").and("v", DataType.INT);
  private static final byte[] RAW = {0, -1, 5};

  /** The first page, and the last one for who has the state of the first. */
  private static final Responder PAGED =
      exchange -> {
        ByteBuffer state =
            exchange.request().message() instanceof Query query
                ? query.options.pagingState
                : ((Execute) exchange.request().message()).options.pagingState;
        exchange.reply(
            state == null
                ? rows(VALUE).row(int32(1)).pagingState(RAW)
                : rows(VALUE).row(int32(state.equals(ByteBuffer.wrap(RAW)) ? 2 : -1)));
      };

  private static Scene open(ProtocolVersion version) {
    Scene scene = Scene.open(version);
    scene.server.define(SELECT, KEY, VALUE, 0);
    scene.server.on(execute(SELECT), PAGED);
    scene.server.on(query(SELECT), PAGED);
    scene.server.on(query("other"), PAGED);
    return scene;
  }

  private static void refused(Scene scene, Statement<?> statement) {
    int before = scene.server.observed().requestCount();
    assertThatThrownBy(() -> scene.session.execute(statement))
        .isInstanceOf(PagingStateException.class)
        .hasMessageContaining("another query");
    assertThat(scene.server.observed().requestCount()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3", "V4", "V5"})
  void stateOfABoundStatementGoesOnAsText(ProtocolVersion version) {
    try (Scene scene = open(version)) {
      PreparedStatement select = scene.session.prepare(SELECT);
      String text = scene.session.execute(select.bind(7)).pagingState().toString();
      assertThat(text).matches("[A-Za-z0-9_-]+");
      PagingState state = PagingState.fromString(text);
      ResultSet rest = scene.session.execute(select.bind(7).setPageSize(9).setPagingState(state));
      assertThat(rest.one().getInt(0)).isEqualTo(2);
      assertThat(rest.pagingState()).isNull();
      assertThat(state.raw()).isEqualTo(RAW);
      refused(scene, select.bind(8).setPagingState(state));
      refused(scene, SimpleStatement.of("other", 7).setPagingState(state));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3", "V4", "V5"})
  void stateOfASimpleStatementGoesOnAsBytes(ProtocolVersion version) {
    try (Scene scene = open(version)) {
      SimpleStatement select =
          version == ProtocolVersion.V3
              ? SimpleStatement.of(SELECT, 7)
              : SimpleStatement.of(SELECT, 7).setCustomPayload(Map.of("a", ByteBuffer.allocate(2)));
      PagingState state = scene.session.execute(select).pagingState();
      assertThat(state.matches(select)).isTrue();
      PagingState read = PagingState.fromBytes(state.toBytes());
      assertThat(read).isEqualTo(state).hasSameHashCodeAs(state);
      assertThat(scene.session.execute(select.setPagingState(read)).one().getInt(0)).isEqualTo(2);
      assertThat(scene.session.execute(select.setPagingState(null)).one().getInt(0)).isEqualTo(1);
      refused(scene, SimpleStatement.of(SELECT, 8).setPagingState(state));
      refused(scene, SimpleStatement.of(SELECT).setPagingState(state));
      refused(scene, SimpleStatement.of("other", 7).setPagingState(state));
      refused(scene, SimpleStatement.named(SELECT, Map.of("k", 7)).setPagingState(state));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void namedValuesAreToldApartAsWell(ProtocolVersion version) {
    try (Scene scene = open(version)) {
      PagingState state =
          scene.session.execute(SimpleStatement.named(SELECT, Map.of("k", 7))).pagingState();
      assertThat(state.matches(SimpleStatement.named(SELECT, Map.of("k", 7)))).isTrue();
      assertThat(state.matches(SimpleStatement.named(SELECT, Map.of("k", 8)))).isFalse();
      assertThat(state.matches(SimpleStatement.of(SELECT, 7))).isFalse();
    }
  }

  @Test
  void anyChangedBitIsNoticed() {
    try (Scene scene = open(ProtocolVersion.V4)) {
      SimpleStatement select = SimpleStatement.of(SELECT, 7);
      byte[] bytes = scene.session.execute(select).pagingState().toBytes();
      for (int bit = 8; bit < 8 * bytes.length; bit++) {
        byte[] changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(PagingState.fromBytes(changed).matches(select)).as("bit %d", bit).isFalse();
      }
      byte[] shorter = java.util.Arrays.copyOf(bytes, bytes.length - 1);
      assertThat(PagingState.fromBytes(shorter).matches(select)).isFalse();
    }
  }

  @Test
  void whatIsNoStateIsRefusedAsSuch() {
    for (String text : new String[] {"", "AQ", "Ag" + "A".repeat(40), "n\u00f6", "%%%"}) {
      assertThatThrownBy(() -> PagingState.fromString(text))
          .as(text)
          .isInstanceOf(PagingStateException.class)
          .hasMessageContaining("no paging state");
    }
    assertThatThrownBy(() -> PagingState.of(BatchStatement.logged(), RAW))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("no pages");
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void stateOfACursorIsMadeOfItsStatement(ProtocolVersion version) {
    try (Scene scene = open(version)) {
      BoundStatement select = scene.session.prepare(SELECT).bind(7);
      PagingState fromResult = scene.session.execute(select).pagingState();
      assertThat(PagingState.of(select, RAW)).isEqualTo(fromResult);
    }
  }
}
