package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.MapReader;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.VectorReader;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A real server's answers, read where they lie, without an object for any value. */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealReadersTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "readers");
    real.execute("CREATE TYPE item (name text, price double, tags frozen<set<text>>)");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  @Test
  void primitivesAreReadWithoutObjects() {
    real.execute(
        "CREATE TABLE prims (k text, c int, d double, u uuid, b boolean," + " PRIMARY KEY (k, c))");
    UUID uuid = UUID.randomUUID();
    BoundStatement insert =
        real.session.prepare("INSERT INTO prims (k, c, d, u, b) VALUES (?, ?, ?, ?, ?)").bind();
    for (int i = 0; i < 100; i++) {
      insert.setString(0, "ß").setInt(1, i).setDouble(2, i / 4.0).setUuid(3, uuid);
      insert.setBoolean(4, i % 2 == 0);
      if (i == 50) {
        insert.setNull(2);
      }
      assertThat(real.<Integer>offer(insert, rows -> rows.rowCount())).isZero();
    }
    BoundStatement select = real.session.prepare("SELECT * FROM prims WHERE k = ?").bind("ß");
    StringBuilder text = new StringBuilder();
    double sum =
        real.offer(
            select,
            rows -> {
              int b = rows.columnDefinitions().indexOf("b");
              int d = rows.columnDefinitions().indexOf("d");
              int u = rows.columnDefinitions().indexOf("u");
              double total = 0;
              int n = 0;
              while (rows.next()) {
                rows.appendTo(0, text);
                assertThat(rows.getInt(1)).isEqualTo(n);
                assertThat(rows.getBoolean(b)).isEqualTo(n % 2 == 0);
                assertThat(rows.isNull(d)).isEqualTo(n == 50);
                assertThat(rows.getUuidMostSignificantBits(u))
                    .isEqualTo(uuid.getMostSignificantBits());
                total += rows.getDouble(d);
                n++;
              }
              assertThat(n).isEqualTo(rows.rowCount()).isEqualTo(100);
              return total;
            });
    assertThat(sum).isEqualTo(99 * 100 / 2 / 4.0 - 12.5);
    assertThat(text).hasToString("ß".repeat(100));
  }

  @Test
  void readersWalkWhatIsNested() {
    real.execute(
        "CREATE TABLE carts (k int PRIMARY KEY, v list<frozen<map<text, frozen<tuple<int,"
            + " frozen<item>>>>>>)");
    Map<String, Object> tea =
        Map.of("name", "tea", "price", 2.5, "tags", new TreeSet<>(List.of("hot", "green")));
    real.session.execute(
        real.session
            .prepare("INSERT INTO carts (k, v) VALUES (1, ?)")
            .bind(List.of(Map.of("first", List.of(3, tea)), Map.of("second", List.of(1)))));
    BoundStatement select = real.session.prepare("SELECT v FROM carts WHERE k = ?").bind(1);
    StringBuilder seen = new StringBuilder();
    real.offer(
        select,
        rows -> {
          rows.columnDefinitions();
          ListReader list = new ListReader();
          MapReader map = new MapReader();
          TupleReader tuple = new TupleReader();
          TupleReader item = new TupleReader();
          ListReader tags = new ListReader();
          assertThat(rows.next()).isTrue();
          assertThat(rows.getList(0, list)).isTrue();
          assertThat(list.size()).isEqualTo(2);
          while (list.next()) {
            assertThat(list.getMap(map)).isTrue();
            while (map.next()) {
              map.key().appendTo(seen);
              assertThat(map.value().getTuple(tuple)).isTrue();
              seen.append(' ').append(tuple.at(0).getInt());
              if (tuple.at(1).getTuple(item)) {
                seen.append(' ').append(item.at("name").getString());
                seen.append(' ').append(item.at(1).getDouble());
                item.at("tags").getList(tags);
                while (tags.next()) {
                  seen.append(' ').append(tags.getString());
                }
              } else {
                seen.append(" nothing");
              }
              seen.append("; ");
            }
          }
          assertThat(rows.next()).isFalse();
          return null;
        });
    assertThat(seen).hasToString("first 3 tea 2.5 green hot; second 1 nothing; ");
  }

  @Test
  void readersWalkVectorsOfAllKinds() {
    real.execute(
        "CREATE TABLE faces (k int PRIMARY KEY, f vector<float, 384>, t vector<text, 3>,"
            + " n vector<vector<bigint, 2>, 2>)");
    float[] face = new float[384];
    IntStream.range(0, face.length).forEach(i -> face[i] = i / 3f);
    PreparedStatement insert =
        real.session.prepare("INSERT INTO faces (k, f, t, n) VALUES (?, ?, ?, ?)");
    real.session.execute(
        insert.bind(1, face, List.of("a", "", "ccc"), List.of(List.of(1L, 2L), List.of(3L, 4L))));
    real.session.execute(insert.bind(2, null, null, null));
    PreparedStatement select = real.session.prepare("SELECT f, t, n FROM faces WHERE k = ?");
    float[] read = new float[384];
    StringBuilder texts = new StringBuilder();
    long[] numbers = new long[4];
    real.offer(
        select.bind(1),
        rows -> {
          rows.columnDefinitions();
          VectorReader vector = new VectorReader();
          VectorReader inner = new VectorReader();
          assertThat(rows.next()).isTrue();
          assertThat(rows.getVector(0, vector)).isTrue();
          assertThat(vector.getFloats(read)).isEqualTo(384);
          rows.getVector("t", vector);
          while (vector.next()) {
            texts.append(vector.getString()).append('|');
          }
          rows.getVector(2, vector);
          for (int i = 0; vector.next(); i += 2) {
            vector.getVector(inner);
            long[] pair = new long[2];
            inner.getLongs(pair);
            numbers[i] = pair[0];
            numbers[i + 1] = pair[1];
          }
          return null;
        });
    assertThat(read).isEqualTo(face);
    assertThat(texts).hasToString("a||ccc|");
    assertThat(numbers).containsExactly(1, 2, 3, 4);
    boolean present =
        real.offer(
            select.bind(2),
            rows -> {
              rows.columnDefinitions();
              rows.next();
              return rows.getVector(0, new VectorReader());
            });
    assertThat(present).isFalse();
  }

  @Test
  void preparedStatementsColumnsAreKnownInPlace() {
    real.execute("CREATE TABLE maps (k int PRIMARY KEY, m map<text, int>)");
    real.execute("INSERT INTO maps (k, m) VALUES (1, {'a': 1, 'b': 2})");
    BoundStatement select = real.session.prepare("SELECT m FROM maps WHERE k = ?").bind(1);
    Map<String, Integer> read = new TreeMap<>();
    boolean carried =
        real.offer(
            select,
            rows -> {
              MapReader map = new MapReader();
              rows.next();
              rows.getMap("m", map);
              while (map.next()) {
                read.put(map.key().getString(), map.value().getInt());
              }
              return rows.carriesMetadata();
            });
    assertThat(read).isEqualTo(Map.of("a", 1, "b", 2));
    // Version 5 can tell when columns change, so they need not come with each answer.
    assertThat(carried).isEqualTo(version == ProtocolVersion.V4);
  }

  @Test
  void pagesAreDecodedIntoColumns() {
    real.execute("CREATE TABLE sums (k int, c int, d double, PRIMARY KEY (k, c))");
    PreparedStatement insert = real.session.prepare("INSERT INTO sums (k, c, d) VALUES (1, ?, ?)");
    for (int i = 0; i < 25; i++) {
      real.session.execute(insert, i, i / 2.0);
    }
    DecodingSession<double[]> columns =
        real.session.decoding(
            rows -> {
              double[] column = new double[rows.rowCount()];
              for (int i = 0; rows.next(); i++) {
                column[i] = rows.getDouble(0);
              }
              return column;
            });
    PreparedStatement select = real.session.prepare("SELECT d FROM sums WHERE k = ?");
    List<Integer> lengths = new ArrayList<>();
    double sum = 0;
    DecodedPage<double[]> page = columns.execute(select.bind(1).setPageSize(10));
    while (page != null) {
      lengths.add(page.content().length);
      sum += DoubleStream.of(page.content()).sum();
      page = page.nextPage();
    }
    assertThat(lengths).containsExactly(10, 10, 5);
    assertThat(sum).isEqualTo(150);
  }
}
