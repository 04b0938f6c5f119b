package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.UnknownColumnException;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.RowsBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class BadInputTest {
  private static final String INSERT = "INSERT INTO t (k, v) VALUES (?, ?)";
  private static final Columns VARIABLES =
      Columns.of("ks", "t").and("k", DataType.VARCHAR).and("v", DataType.INT);

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <T> T missing(@Nullable T nothing) {
    return nothing;
  }

  @Test
  void statementsRefuseWhatDoesNotFitAndStayAsTheyWere() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      PreparedStatement insert = scene.session.prepare(INSERT);
      assertThatThrownBy(() -> insert.bind("k", 1, 2))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("got 3, 2 expected")
          .hasMessageContaining(INSERT);
      assertThatThrownBy(() -> insert.bind(missing((Object[]) null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("(Object) null");
      assertThatThrownBy(() -> insert.bind("k", "no int")).isInstanceOf(WrongTypeException.class);
      BoundStatement bound = insert.bind("k", 1);
      assertThatThrownBy(() -> bound.setLong(1, 5))
          .isInstanceOf(WrongTypeException.class)
          .hasMessageContaining("'v' (1)")
          .hasMessageContaining("Use the setter of that type");
      assertThatThrownBy(() -> bound.set(1, 5L)).isInstanceOf(WrongTypeException.class);
      assertThatThrownBy(() -> bound.set("nosuch", 5))
          .isInstanceOf(UnknownColumnException.class)
          .hasMessageContaining("'nosuch'")
          .hasMessageContaining("[k, v]");
      for (int wrong : new int[] {-1, 2, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> bound.setInt(wrong, 5))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bound.set(wrong, "x"))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bound.setNull(wrong))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bound.unset(wrong)).isInstanceOf(IndexOutOfBoundsException.class);
      }
      scene.session.execute(bound);
      assertThat(
              ((com.datastax.oss.protocol.internal.request.Execute)
                      scene.server.observed().requests(execute(INSERT)).get(0).message())
                  .options
                  .positionalValues)
          .containsExactly(Cells.text("k"), Cells.int32(1));
    }
  }

  @Test
  void partitionKeyMustBeThere() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.define(INSERT, VARIABLES, Columns.NONE, 0);
      BoundStatement bound = scene.session.prepare(INSERT).bind().setInt(1, 1);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> scene.session.execute(bound))
            .isInstanceOf(InvalidStatementException.class)
            .hasMessageContaining("partition key column 'k'")
            .hasMessageContaining(INSERT);
        assertThatThrownBy(() -> scene.session.executeAsync(bound))
            .isInstanceOf(InvalidStatementException.class);
        assertThatThrownBy(() -> scene.session.offer(bound, new Answers(), 1))
            .isInstanceOf(InvalidStatementException.class);
        assertThatThrownBy(() -> BatchStatement.logged().add(bound))
            .isInstanceOf(InvalidStatementException.class);
        bound.setNull(0);
      }
      scene.session.execute(bound.setString(0, "k"));
      assertThat(scene.server.observed().requests(execute(INSERT))).hasSize(1);
    }
  }

  @Test
  void unknownColumnOfARowIsToldWithThoseThereAre() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      scene.server.on(
          io.peregrine.testkit.server.RequestMatcher.query("q"),
          RowsBuilder.rows(VARIABLES).row(Cells.text("k"), Cells.int32(1)).build());
      Row row = scene.session.execute("q").one();
      assertThat(row).isNotNull();
      assertThatThrownBy(() -> row.getInt("nosuch"))
          .isInstanceOf(UnknownColumnException.class)
          .hasMessageContaining("[k, v]");
      assertThatThrownBy(() -> row.getInt(2)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> row.getLong("v")).isInstanceOf(WrongTypeException.class);
      assertThatThrownBy(() -> row.getUuid(1)).isInstanceOf(WrongTypeException.class);
      assertThat(row.getInt("v")).isEqualTo(1);
      assertThat(row).hasToString("Row(k=k, v=1)");
    }
  }

  @Test
  void optionsOfAStatementAreChecked() {
    SimpleStatement statement = SimpleStatement.of("q");
    assertThatThrownBy(() -> statement.setTimeout(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> statement.setPageSize(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> statement.setSerialConsistency(ConsistencyLevel.QUORUM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SERIAL or LOCAL_SERIAL");
  }

  @Test
  void simpleStatementsAreChecked() {
    assertThatThrownBy(() -> SimpleStatement.of(missing((String) null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("query");
    assertThatThrownBy(() -> SimpleStatement.of("q", missing((Object[]) null)))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("(Object) null");
    assertThatThrownBy(() -> SimpleStatement.of("q", new Object[65_536]))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("65536 values");
    assertThatThrownBy(() -> SimpleStatement.named("q", Map.of("n".repeat(65_536), 1)))
        .isInstanceOf(InvalidStatementException.class);
    assertThatThrownBy(
            () -> BatchStatement.logged().add(SimpleStatement.named("q :a", Map.of("a", 1))))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("q :a");
  }

  @Test
  void settingsOfAClusterAreChecked() {
    ClusterBuilder builder = Cluster.builder();
    assertThatThrownBy(() -> builder.addContactPoint(" "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.addContactPoint(missing((InetSocketAddress) null)))
        .isInstanceOf(NullPointerException.class);
    for (int port : new int[] {0, -1, 65_536}) {
      assertThatThrownBy(() -> builder.port(port))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(port));
    }
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.requestTimeout(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.pageSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.maxRequestsPerConnection(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.maxRequestsPerConnection(32_769))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sessionRefusesNothingAndGoesOn() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      assertThatThrownBy(() -> scene.session.execute(missing((String) null)))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> scene.session.prepare(missing((String) null)))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> scene.cluster.invoke())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("invoked()");
      assertThat(scene.session.execute("q").all()).isEmpty();
    }
  }
}
