package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How values find their variables, as a real Cassandra takes them. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealBindingTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "binding");
    real.execute("CREATE TABLE pair (k int PRIMARY KEY, a int, b int)");
    real.execute("CREATE TABLE place (x int, y text, v int, PRIMARY KEY ((x, y)))");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  @Test
  void everyVariableOfANameHasItsValue() {
    PreparedStatement insert =
        real.session.prepare("INSERT INTO pair (k, a, b) VALUES (:k, :v, :v)");
    real.session.execute(insert.bind().set("v", 7).set("k", 1));
    real.session.execute(insert.bindNamed(Map.of("k", 2, "v", 8)));
    real.session.execute(
        SimpleStatement.named(
            "INSERT INTO pair (k, a, b) VALUES (:k, :v, :v)", Map.of("k", 3, "v", 9)));
    for (int k = 1; k <= 3; k++) {
      Row row = real.row("SELECT a, b FROM pair WHERE k = ?", k);
      assertThat(List.of(row.getInt(0), row.getInt(1))).containsOnly(6 + k);
    }
  }

  @Test
  void textWithTooFewOrTooManyValuesIsRefusedByTheServer() {
    String insert = "INSERT INTO pair (k, a, b) VALUES (?, ?, ?)";
    assertThatThrownBy(() -> real.execute(insert, 10, 1)).isInstanceOf(InvalidQueryException.class);
    assertThatThrownBy(() -> real.execute(insert, 10, 1, 2, 3))
        .isInstanceOf(InvalidQueryException.class);
    assertThatThrownBy(
            () ->
                real.session.execute(
                    SimpleStatement.named(
                        "INSERT INTO pair (k, a, b) VALUES (:k, :a, :b)", Map.of("k", 10, "a", 1))))
        .isInstanceOf(InvalidQueryException.class);
    assertThat(real.execute("SELECT a FROM pair WHERE k = 10").all()).isEmpty();
  }

  @Test
  void statementOfABatchKeepsWhatItLeavesUnset() {
    PreparedStatement insert = real.session.prepare("INSERT INTO pair (k, a, b) VALUES (?, ?, ?)");
    real.session.execute(insert.bind(20, 1, 2));
    real.session.execute(
        BatchStatement.unlogged()
            .add(insert.bind(20).setInt(1, 5))
            .add(insert.bind(21).setNull(1).setInt(2, 6)));
    Row kept = real.row("SELECT a, b FROM pair WHERE k = 20");
    assertThat(List.of(kept.getInt(0), kept.getInt(1))).containsExactly(5, 2);
    Row other = real.row("SELECT a, b FROM pair WHERE k = 21");
    assertThat(other.isNull(0)).isTrue();
    assertThat(other.getInt(1)).isEqualTo(6);
  }

  @Test
  void keyOfSeveralColumnsIsFoundInWhateverOrderItIsWritten() {
    PreparedStatement insert = real.session.prepare("INSERT INTO place (v, y, x) VALUES (?, ?, ?)");
    PreparedStatement select = real.session.prepare("SELECT v FROM place WHERE y = ? AND x = ?");
    assertThat(insert.partitionKeyIndexes()).containsExactly(2, 1);
    assertThat(select.partitionKeyIndexes()).containsExactly(1, 0);
    real.session.execute(insert.bind(30, "here", 3));
    assertThat(real.row(select.bind("here", 3)).getInt(0)).isEqualTo(30);
  }

  @Test
  void statementWithoutVariablesIsPreparedAndExecutedLikeAnyOther() {
    PreparedStatement insert =
        real.session.prepare("INSERT INTO pair (k, a, b) VALUES (40, 41, 42)");
    assertThat(insert.variables().size()).isZero();
    assertThat(real.session.execute(insert.bind()).all()).isEmpty();
    assertThat(real.row("SELECT b FROM pair WHERE k = 40").getInt(0)).isEqualTo(42);
  }

  @Test
  void timeOfTheRequestCountsForStatementsOfEveryKindInVersion5() {
    PreparedStatement insert =
        real.session.prepare("INSERT INTO pair (k, a) VALUES (?, ?) USING TTL 100");
    Instant past = Instant.ofEpochSecond(2_000_000);
    List<Statement<?>> writes =
        List.of(
            insert.bind(50, 1),
            BatchStatement.logged().add(insert.bind(51, 1)),
            SimpleStatement.of("INSERT INTO pair (k, a) VALUES (52, 1) USING TTL 100"));
    for (Statement<?> write : writes) {
      write.setNow(past);
      if (version == ProtocolVersion.V4) {
        assertThatThrownBy(() -> real.session.execute(write)).hasMessageContaining("nowInSeconds");
      } else {
        real.session.execute(write);
      }
    }
    if (version != ProtocolVersion.V4) {
      PreparedStatement left = real.session.prepare("SELECT ttl(a) FROM pair WHERE k = ?");
      for (int k = 50; k <= 52; k++) {
        BoundStatement select = left.bind(k).setNow(past.plusSeconds(30));
        assertThat(real.row(select).getInt(0)).isEqualTo(70);
        // The time to live was over long ago.
        assertThat(real.session.execute(select.setNow(null)).all()).isEmpty();
      }
    }
  }
}
