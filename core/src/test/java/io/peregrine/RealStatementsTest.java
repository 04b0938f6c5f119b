package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of statement and its settings, executed by a real Cassandra. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealStatementsTest {
  private static final int MANY = 10_000;

  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "statements");
    real.execute("CREATE TABLE kv (k text PRIMARY KEY, v int)");
    real.execute("CREATE TABLE series (k int, c int, v text, PRIMARY KEY (k, c))");
    real.execute("CREATE TABLE hits (k text PRIMARY KEY, c counter)");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  private static int value(String key) {
    return real.row("SELECT v FROM kv WHERE k = ?", key).getInt(0);
  }

  @Test
  void versionAskedForIsSpoken() {
    List<Integer> versions = new ArrayList<>();
    for (Row row : real.execute("SELECT driver_name, protocol_version FROM system_views.clients")) {
      if ("Peregrine".equals(row.getString(0))) {
        versions.add(row.getInt(1));
      }
    }
    assertThat(versions).contains(version.code());
  }

  @Test
  void valuesGoByPositionAndByName() {
    real.execute("INSERT INTO kv (k, v) VALUES (?, ?)", "position", 1);
    real.session.execute(
        SimpleStatement.named(
            "INSERT INTO kv (k, v) VALUES (:key, :\"Value\")", Map.of("Value", 2, "key", "name")));
    assertThat(value("position")).isEqualTo(1);
    assertThat(value("name")).isEqualTo(2);
  }

  @Test
  void boundStatementIsReusedWhileItsRequestsAreUnderWay() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    assertThat(insert.partitionKeyIndexes()).containsExactly(0);
    BoundStatement bound = insert.bind();
    List<ResponseFuture> answers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      answers.add(real.session.executeAsync(bound.setString(0, "reused" + i).setInt(1, i)));
    }
    answers.forEach(RealSession::await);
    for (int i = 0; i < 500; i += 50) {
      assertThat(value("reused" + i)).isEqualTo(i);
    }
    bound.clear().setInt(1, 1);
    assertThatThrownBy(() -> real.session.execute(bound))
        .isInstanceOf(InvalidStatementException.class)
        .hasMessageContaining("'k'");
  }

  @Test
  void batchesOfAllKindsTakeEffect() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    BoundStatement bound = insert.bind();
    for (BatchStatement batch : List.of(BatchStatement.logged(), BatchStatement.unlogged())) {
      batch.add(SimpleStatement.of("INSERT INTO kv (k, v) VALUES (?, ?)", "batch0", 10));
      batch.add(SimpleStatement.of("INSERT INTO kv (k, v) VALUES ('batch1', 11)"));
      batch.add(bound.setString(0, "batch2").setInt(1, 12));
      batch.add(bound.setString(0, "batch3").setInt(1, 13));
      real.session.execute(batch);
      for (int i = 0; i < 4; i++) {
        assertThat(value("batch" + i)).isEqualTo(10 + i);
      }
      real.execute("TRUNCATE kv");
    }
    PreparedStatement count = real.session.prepare("UPDATE hits SET c = c + ? WHERE k = ?");
    BatchStatement counters = BatchStatement.counter().add(count.bind(2L, "a"));
    real.session.execute(counters.add(count.bind(3L, "a")).add(count.bind(-1L, "b")));
    assertThat(real.row("SELECT c FROM hits WHERE k = 'a'").getLong(0)).isEqualTo(5);
    assertThat(real.row("SELECT c FROM hits WHERE k = 'b'").getLong(0)).isEqualTo(-1);
    assertThatThrownBy(() -> real.session.execute(BatchStatement.logged().add(count.bind(1L, "a"))))
        .isInstanceOf(InvalidQueryException.class);
  }

  @Test
  void warningInFrontOfAnAnswerDoesNotDisturb() {
    // More than the 5 KiB from which the server warns of large batches.
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    BatchStatement batch = BatchStatement.unlogged();
    for (int i = 0; i < 400; i++) {
      batch.add(insert.bind("warned" + "-".repeat(50) + i, i));
    }
    assertThat(real.session.execute(batch).all()).isEmpty();
    assertThat(value("warned" + "-".repeat(50) + 399)).isEqualTo(399);
    // A count without a partition is warned of too, and this answer has rows.
    assertThat(real.row("SELECT count(*) FROM kv").getLong(0)).isGreaterThanOrEqualTo(400);
  }

  @Test
  void conditionalWriteSaysWhetherItWasApplied() {
    PreparedStatement insert =
        real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?) IF NOT EXISTS");
    BoundStatement bound = insert.bind("lwt", 1);
    bound.setSerialConsistency(ConsistencyLevel.LOCAL_SERIAL);
    ResultSet first = real.session.execute(bound);
    assertThat(first.wasApplied()).isTrue();
    assertThat(first.all()).hasSize(1);
    ResultSet second = real.session.execute(insert.bind("lwt", 2));
    assertThat(second.wasApplied()).isFalse();
    Row there = second.one();
    assertThat(there.getString("k")).isEqualTo("lwt");
    assertThat(there.getInt("v")).isEqualTo(1);
    assertThat(second.wasApplied()).isFalse();
    assertThat(real.execute("UPDATE kv SET v = 3 WHERE k = 'lwt' IF v = 1").wasApplied()).isTrue();
    assertThat(real.execute("UPDATE kv SET v = 4 WHERE k = 'lwt' IF v = 1").wasApplied()).isFalse();
    assertThat(real.execute("DELETE FROM kv WHERE k = 'nobody' IF EXISTS").wasApplied()).isFalse();
    ResultSet batch = real.session.execute(BatchStatement.logged().add(insert.bind("lwt", 9)));
    assertThat(batch.wasApplied()).isFalse();
    assertThat(real.execute("INSERT INTO kv (k, v) VALUES ('plain', 1)").wasApplied()).isTrue();
  }

  @Test
  void pagesFollowEachOtherToTheLastRow() {
    PreparedStatement insert =
        real.session.prepare("INSERT INTO series (k, c, v) VALUES (?, ?, ?)");
    BatchStatement batch = BatchStatement.unlogged();
    for (int i = 0; i < MANY; i += 500) {
      batch.clear();
      for (int c = i; c < i + 500; c++) {
        batch.add(insert.bind(1, c, "v" + c));
      }
      real.session.execute(batch);
    }
    List<Integer> expected = IntStream.range(0, MANY).boxed().toList();
    PreparedStatement select = real.session.prepare("SELECT c, v FROM series WHERE k = ?");
    for (Statement<?> statement :
        List.of(
            select.bind(1).setPageSize(97),
            SimpleStatement.of("SELECT c, v FROM series WHERE k = ?", 1).setPageSize(333),
            SimpleStatement.of("SELECT c, v FROM series WHERE k = 1").setPageSize(MANY),
            select.bind(1).setPageSize(0))) {
      List<Integer> read = new ArrayList<>();
      for (Row row : real.session.execute(statement)) {
        assertThat(row.getString("v")).isEqualTo("v" + row.getInt(0));
        read.add(row.getInt(0));
      }
      assertThat(read).as("%s", statement).isEqualTo(expected);
    }
    ResultSet page = real.session.execute(select.bind(1).setPageSize(4000));
    List<Integer> sizes = new ArrayList<>();
    sizes.add(page.availableWithoutFetching());
    while (page.hasMorePages()) {
      assertThat(page.rawPagingState()).isNotEmpty();
      page = RealSession.await(page.fetchNextPage());
      sizes.add(page.availableWithoutFetching());
    }
    assertThat(sizes).containsExactly(4000, 4000, 2000);
    assertThat(page.rawPagingState()).isNull();
    boolean more = real.offer(select.bind(1).setPageSize(10), rows -> rows.hasMorePages());
    assertThat(more).isTrue();
  }

  @Test
  void timestampsAndTimesToLiveArriveAtTheServer() {
    PreparedStatement insert = real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)");
    SimpleStatement written = SimpleStatement.of("SELECT WRITETIME(v), v FROM kv WHERE k = 'time'");
    real.session.execute(insert.bind("time", 1).setTimestamp(1_000));
    assertThat(real.row(written).getLong(0)).isEqualTo(1_000);
    real.session.execute(
        SimpleStatement.of("INSERT INTO kv (k, v) VALUES ('time', 2)").setTimestamp(2_000));
    assertThat(real.row(written).getLong(0)).isEqualTo(2_000);
    real.session.execute(BatchStatement.logged().add(insert.bind("time", 3)).setTimestamp(3_000));
    assertThat(real.row(written).getLong(0)).isEqualTo(3_000);
    // What is older than what is there changes nothing.
    real.session.execute(insert.bind("time", 4).setTimestamp(2_500));
    assertThat(real.row(written).getInt(1)).isEqualTo(3);
    PreparedStatement mortal =
        real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?) USING TTL ? AND TIMESTAMP ?");
    real.session.execute(mortal.bind("mortal", 1, 10_000, 5_000L));
    Row row = real.row("SELECT TTL(v), WRITETIME(v) FROM kv WHERE k = 'mortal'");
    assertThat(row.getInt(0)).isBetween(1, 10_000);
    assertThat(row.getLong(1)).isEqualTo(5_000);
  }

  @Test
  void optionsOfACallReachTheServerHoweverItIsMade() {
    BoundStatement insert =
        real.session.prepare("INSERT INTO kv (k, v) VALUES (?, ?)").bind("options", 1);
    SimpleStatement written =
        SimpleStatement.of("SELECT WRITETIME(v), v FROM kv WHERE k = 'options'");
    Answers answers = new Answers();
    RequestOptions options = RequestOptions.builder().timestamp(1_000).build();
    assertThat(real.session.offer(insert.setTimestamp(9), options, answers, 1))
        .isEqualTo(Session.ACCEPTED);
    assertThat(answers.take().error()).isNull();
    assertThat(real.row(written).getLong(0)).isEqualTo(1_000);
    Concurrent.execute(
        real.session,
        List.of(insert, insert),
        ConcurrentOptions.defaults()
            .requestOptions(RequestOptions.builder().timestamp(2_000).build()));
    assertThat(real.row(written).getLong(0)).isEqualTo(2_000);
    // By itself it is as old as it says, and changes nothing.
    real.session.execute(insert.setInt(1, 5));
    assertThat(real.row(written).getInt(1)).isEqualTo(1);
  }

  @Test
  void requestIsTracedWhenAsked() {
    String query = "INSERT INTO kv (k, v) VALUES ('traced by v" + version.code() + "', 1)";
    assertThat(real.session.execute(SimpleStatement.of(query).setTracing(true)).all()).isEmpty();
    PreparedStatement select = real.session.prepare("SELECT v FROM kv WHERE k = ?");
    BoundStatement traced = select.bind("traced by v" + version.code()).setTracing(true);
    assertThat(real.row(traced).getInt(0)).isEqualTo(1);
    assertThat(real.<Boolean>offer(traced, rows -> rows.next() && rows.getInt(0) == 1)).isTrue();
    // The server writes traces after it has answered.
    Waiting.until("the trace", Duration.ofSeconds(20), () -> isTraced(query));
  }

  private static boolean isTraced(String query) {
    for (Row row : real.execute("SELECT parameters FROM system_traces.sessions")) {
      Map<String, String> parameters = row.getMap(0, String.class, String.class);
      if (parameters != null && query.equals(parameters.get("query"))) {
        return true;
      }
    }
    return false;
  }

  @Test
  void useReachesTheConnectionsThatRequestsTake() {
    String other = "Other_" + version.code();
    real.execute("DROP KEYSPACE IF EXISTS \"" + other + "\"");
    real.execute(
        "CREATE KEYSPACE \""
            + other
            + "\" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
    real.execute("CREATE TABLE \"" + other + "\".only_here (k int PRIMARY KEY)");
    real.execute("INSERT INTO \"" + other + "\".only_here (k) VALUES (7)");
    try (Session session = real.cluster.connect();
        Session inKeyspace = real.cluster.connect(other)) {
      SimpleStatement select = SimpleStatement.of("SELECT k FROM only_here");
      assertThatThrownBy(() -> session.execute(select)).isInstanceOf(InvalidQueryException.class);
      session.execute("USE \"" + other + "\"");
      assertThat(session.execute(select).one().getInt(0)).isEqualTo(7);
      assertThat(inKeyspace.execute(select).one().getInt(0)).isEqualTo(7);
      assertThatThrownBy(() -> session.execute("USE nowhere"))
          .isInstanceOf(InvalidQueryException.class);
      assertThat(session.execute(select).one().getInt(0)).isEqualTo(7);
    }
    assertThatThrownBy(() -> real.cluster.connect("nowhere"))
        .isInstanceOf(NoHostAvailableException.class)
        .hasMessageContaining("nowhere");
    real.execute("DROP KEYSPACE \"" + other + "\"");
  }
}
