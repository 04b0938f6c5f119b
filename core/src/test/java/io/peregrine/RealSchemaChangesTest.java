package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.metadata.TableMetadata;
import io.peregrine.metadata.UserTypeMetadata;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Prepared statements outlive what happens to their tables on a real server. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealSchemaChangesTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "changes");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  @BeforeEach
  void makeTableAnew() {
    real.execute("DROP TABLE IF EXISTS kv");
    real.execute("CREATE TABLE kv (k int PRIMARY KEY, v int)");
    real.execute("INSERT INTO kv (k, v) VALUES (1, 11)");
  }

  @Test
  void schemaChangesAnswerWithoutRows() {
    List<String> changes =
        List.of(
            "CREATE TYPE pair (a int, b int)",
            "ALTER TYPE pair ADD c int",
            "CREATE TABLE t (k int PRIMARY KEY, p frozen<pair>)",
            "ALTER TABLE t ADD v text",
            "CREATE INDEX t_by_v ON t (v)",
            "DROP INDEX t_by_v",
            "CREATE FUNCTION twice (x int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS"
                + " 'return x == null ? null : 2 * x;'",
            "CREATE FUNCTION plus (x int, y int) CALLED ON NULL INPUT RETURNS int LANGUAGE java AS"
                + " 'return x + y;'",
            "CREATE AGGREGATE total (int) SFUNC plus STYPE int INITCOND 0",
            "DROP AGGREGATE total",
            "DROP FUNCTION twice",
            "DROP FUNCTION plus",
            "TRUNCATE t",
            "DROP TABLE t",
            "DROP TYPE pair");
    for (String change : changes) {
      ResultSet result = real.execute(change);
      assertThat(result.all()).as(change).isEmpty();
      assertThat(result.columnDefinitions().size()).as(change).isZero();
      assertThat(result.wasApplied()).as(change).isTrue();
    }
    assertThat(real.<Integer>offer(SimpleStatement.of("TRUNCATE kv"), rows -> rows.rowCount()))
        .isZero();
  }

  @Test
  void listenersAreToldOfEachChangeOnceTheMetadataHasIt() {
    List<String> told = new CopyOnWriteArrayList<>();
    SchemaChangeListener listener =
        new SchemaChangeListener() {
          @Override
          public void onTableCreated(TableMetadata created) {
            told.add("created " + created.name());
          }

          @Override
          public void onTableUpdated(TableMetadata current, TableMetadata previous) {
            told.add(previous.columns().size() + " to " + current.columns().size() + " columns");
          }

          @Override
          public void onTableDropped(TableMetadata dropped) {
            told.add("dropped " + dropped.name());
            throw new IllegalStateException("a listener that throws harms nobody");
          }

          @Override
          public void onUserTypeCreated(UserTypeMetadata created) {
            told.add("created " + created.name());
          }
        };
    real.cluster.schema().addListener(listener);
    real.execute("CREATE TYPE news (a int)");
    real.execute("CREATE TABLE heard (k int PRIMARY KEY)");
    real.execute("ALTER TABLE heard ADD v int");
    real.execute("DROP TABLE heard");
    assertThat(told)
        .containsSubsequence("created news", "created heard", "1 to 2 columns", "dropped heard")
        .hasSize(4);
    assertThat(real.cluster.schema().removeListener(listener)).isTrue();
    real.execute("DROP TYPE news");
    assertThat(told).hasSize(4);
  }

  @Test
  void forgottenStatementIsPreparedAgainOnBothRoads() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    PreparedStatement select = real.session.prepare("SELECT v FROM kv WHERE k = ?");
    for (int round = 1; round <= 3; round++) {
      makeTableAnew();
      real.session.execute(insert.bind(1, round));
      assertThat(real.row(select.bind(1)).getInt(0)).isEqualTo(round);
      makeTableAnew();
      BoundStatement bound = insert.bind(1, -round);
      assertThat(real.<Integer>offer(bound, rows -> rows.rowCount())).isZero();
      int read = real.offer(select.bind(1), rows -> rows.next() ? rows.getInt(0) : 0);
      assertThat(read).isEqualTo(-round);
    }
  }

  @Test
  void manyRequestsThatFindTheirStatementForgottenAllSucceed() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    makeTableAnew();
    List<ResponseFuture> answers = new ArrayList<>();
    BoundStatement bound = insert.bind();
    for (int i = 0; i < 300; i++) {
      answers.add(real.session.executeAsync(bound.setInt(0, i).setInt(1, i)));
    }
    answers.forEach(RealSession::await);
    assertThat(real.row("SELECT count(*) FROM kv").getLong(0)).isEqualTo(300);
  }

  @Test
  void batchOfForgottenStatementsIsSentAgain() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    PreparedStatement update = real.session.prepare("UPDATE kv SET v = ? WHERE k = ?");
    makeTableAnew();
    BatchStatement batch = BatchStatement.logged();
    for (int i = 0; i < 10; i++) {
      batch.add(insert.bind(i, i)).add(update.bind(-i, 100 + i));
    }
    real.session.execute(batch);
    assertThat(real.row("SELECT count(*) FROM kv").getLong(0)).isEqualTo(20);
  }

  @Test
  void statementOfATableThatIsGoneFailsWithTheServersWords() {
    PreparedStatement select = real.session.prepare("SELECT v FROM kv WHERE k = ?");
    real.execute("DROP TABLE kv");
    assertThatThrownBy(() -> real.session.execute(select.bind(1)))
        .isInstanceOf(InvalidQueryException.class)
        .hasMessageContaining("kv");
  }

  @Test
  void addedColumnAppearsInPreparedSelectOfAll() {
    PreparedStatement select = real.session.prepare("SELECT * FROM kv WHERE k = ?");
    assertThat(real.row(select.bind(1)).columnDefinitions().size()).isEqualTo(2);
    real.execute("ALTER TABLE kv ADD a text");
    real.execute("UPDATE kv SET a = 'new' WHERE k = 1");
    for (int i = 0; i < 3; i++) {
      Row row = real.row(select.bind(1));
      assertThat(row.columnDefinitions().toString()).isEqualTo("[k int, a text, v int]");
      assertThat(row.getInt("v")).isEqualTo(11);
      assertThat(row.getString(1)).isEqualTo("new");
    }
    real.execute("ALTER TABLE kv DROP v");
    String inPlace =
        real.offer(
            select.bind(1),
            rows -> rows.columnDefinitions() + (rows.next() ? rows.getString("a") : ""));
    assertThat(inPlace).isEqualTo("[k int, a text]new");
    assertThat(real.row(select.bind(1)).columnDefinitions().size()).isEqualTo(2);
    if (version == ProtocolVersion.V5) {
      assertThat(select.resultColumns().indexOf("a")).isEqualTo(1);
    }
  }

  @Test
  void tableOfOtherColumnsUnderTheSameNameIsReadByItsOwn() {
    PreparedStatement select = real.session.prepare("SELECT * FROM kv WHERE k = ?");
    assertThat(real.row(select.bind(1)).getInt("v")).isEqualTo(11);
    real.execute("DROP TABLE kv");
    real.execute("CREATE TABLE kv (k int PRIMARY KEY, a double, v text)");
    real.execute("INSERT INTO kv (k, a, v) VALUES (1, 0.5, 'text')");
    Row row = real.row(select.bind(1));
    assertThat(row.columnDefinitions().type(2)).isEqualTo(Primitive.VARCHAR);
    assertThat(row.getString("v")).isEqualTo("text");
    assertThat(row.getDouble("a")).isEqualTo(0.5);
    real.execute("DROP TABLE kv");
    makeTableAnew();
  }

  @Test
  void pagesGoOnAfterAColumnWasAdded() {
    for (int k = 0; k < 50; k++) {
      real.execute("INSERT INTO kv (k, v) VALUES (?, ?)", k, k);
    }
    PreparedStatement select = real.session.prepare("SELECT * FROM kv");
    ResultSet result = real.session.execute(select.bind().setPageSize(10));
    List<Integer> keys = new ArrayList<>();
    keys.add(result.one().getInt("k"));
    real.execute("ALTER TABLE kv ADD a text");
    for (Row row : result) {
      keys.add(row.getInt("k"));
      assertThat(row.getInt("v")).isEqualTo(row.getInt("k"));
    }
    assertThat(keys).hasSize(50).doesNotHaveDuplicates();
  }
}
