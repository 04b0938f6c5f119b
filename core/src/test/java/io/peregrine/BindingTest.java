package io.peregrine;

import static io.peregrine.testkit.server.RequestMatcher.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.request.Batch;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.testkit.server.Cells;
import io.peregrine.testkit.server.Columns;
import io.peregrine.testkit.server.Request;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which values a prepared statement may be given, and which may be left out. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class BindingTest {
  private static final String UPDATE = "UPDATE t SET a = ?, b = ? WHERE p = ? AND q = ?";
  private static final Columns VARIABLES =
      Columns.of("ks", "t")
          .and("a", DataType.INT)
          .and("p", DataType.INT)
          .and("q", DataType.VARCHAR)
          .and("b", DataType.INT)
          .and("c", DataType.INT);

  private static PreparedStatement prepare(Scene scene) {
    // The key's second column is the first variable of the two.
    scene.server.define(UPDATE, VARIABLES, Columns.NONE, 2, 1);
    return scene.session.prepare(UPDATE);
  }

  /** By the bytes: native-protocol's server takes unset for null. */
  private static void assertSent(Scene scene, Object... values) {
    ByteBuffer expected = ByteBuffer.allocate(1_000).putShort((short) values.length);
    for (Object value : values) {
      if (value == BoundStatement.UNSET) {
        expected.putInt(-2);
      } else {
        ByteBuffer bytes = value instanceof Integer i ? Cells.int32(i) : Cells.text((String) value);
        expected.putInt(bytes.remaining()).put(bytes);
      }
    }
    List<Request> seen = scene.server.observed().requests(execute(UPDATE));
    assertThat(seen.get(seen.size() - 1).envelope())
        .containsSequence(Arrays.copyOf(expected.array(), expected.position()));
  }

  private static Map<String, @Nullable Object> named(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> named = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      named.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return named;
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void valuesLeftOutAreUnset(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      PreparedStatement update = prepare(scene);
      Object unset = BoundStatement.UNSET;
      scene.session.execute(update, 1, 2, "q");
      assertSent(scene, 1, 2, "q", unset, unset);
      scene.session.executeAsync(update, unset, 2, "q", 4).join();
      assertSent(scene, unset, 2, "q", 4, unset);
      scene.session.execute(update.bindNamed(named("q", "named", "p", 7, "other", "ignored")));
      assertSent(scene, unset, 7, "named", unset, unset);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V4", "V5"})
  void partitionKeyMayNotBeLeftOut(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      PreparedStatement update = prepare(scene);
      assertThatThrownBy(() -> update.bind(1, 2))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("Too few values")
          .hasMessageContaining("got 2, 3 required for the partition key")
          .hasMessageContaining(UPDATE);
      assertThatThrownBy(() -> update.bind(new Object[0]))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("got 0, 3 required");
      assertThatThrownBy(() -> update.bind(1, BoundStatement.UNSET, "q"))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("partition key column 'p'")
          .hasMessageContaining("not set");
      assertThatThrownBy(() -> update.bindNamed(named("p", 1, "a", 2)))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("partition key column 'q'");
      BoundStatement later = update.bind().setInt(1, 7);
      assertThatThrownBy(() -> scene.session.execute(later))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("partition key column 'q'");
      BoundStatement nothing = update.bindNamed(named("p", 1, "q", null));
      assertThatThrownBy(() -> scene.session.execute(nothing))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("'q'")
          .hasMessageContaining("null");
      scene.session.execute(later.set("q", "now it is"));
      assertSent(
          scene, BoundStatement.UNSET, 7, "now it is", BoundStatement.UNSET, BoundStatement.UNSET);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"V3", "V4", "V5"})
  void moreValuesThanVariablesAreRefused(ProtocolVersion version) {
    try (Scene scene = Scene.open(version)) {
      PreparedStatement update = prepare(scene);
      assertThatThrownBy(() -> update.bind(1, 2, "q", 4, 5, 6))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("Too many values")
          .hasMessageContaining("got 6, 5 expected")
          .hasMessageContaining(UPDATE);
      assertThatThrownBy(() -> scene.session.execute(update, 1, 2, "q", 4, 5, 6))
          .isInstanceOf(InvalidStatementException.class);
      assertThat(scene.server.observed().requests(execute(UPDATE))).isEmpty();
    }
  }

  @Test
  void version3TakesAllValuesOrNone() {
    try (Scene scene = Scene.open(ProtocolVersion.V3)) {
      PreparedStatement update = prepare(scene);
      assertThatThrownBy(() -> update.bind(1, 2, "q", 4))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("Too few values")
          .hasMessageContaining("got 4, 5 expected")
          .hasMessageContaining("V3");
      assertThatThrownBy(() -> update.bindNamed(named("a", 1, "p", 2, "q", "q", "c", 4)))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("Variable 'b'")
          .hasMessageContaining("V3");
      assertThatThrownBy(() -> update.bind(1, 2, "q", BoundStatement.UNSET, 5))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("Variable 'b'");
      scene.session.execute(update, 1, 2, "q", 4, 5);
      assertSent(scene, 1, 2, "q", 4, 5);
    }
  }

  @Test
  void batchTakesTextsAndPreparedStatementsWithTheirValues() {
    try (Scene scene = Scene.open(ProtocolVersion.V5)) {
      PreparedStatement update = prepare(scene);
      scene.session.execute(
          BatchStatement.unlogged()
              .add("INSERT INTO t (k) VALUES (?)", 9)
              .add(update, 1, 2, "q", 4, 5)
              .add(update.bind(6, 7, "r", 8, 9)));
      var batch =
          (Batch)
              scene
                  .server
                  .observed()
                  .requests(request -> request.message() instanceof Batch)
                  .get(0)
                  .message();
      assertThat(batch.queriesOrIds).hasSize(3);
      assertThat(batch.queriesOrIds.get(0)).isEqualTo("INSERT INTO t (k) VALUES (?)");
      assertThat(batch.values.get(0)).containsExactly(Cells.int32(9));
      assertThat(batch.values.get(1)).startsWith(Cells.int32(1), Cells.int32(2), Cells.text("q"));
      assertThat(batch.values.get(2)).startsWith(Cells.int32(6), Cells.int32(7), Cells.text("r"));
      assertThatThrownBy(() -> BatchStatement.logged().add(update, 1))
          .isInstanceOf(InvalidStatementException.class)
          .hasMessageContaining("required for the partition key");
    }
  }
}
