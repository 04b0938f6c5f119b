package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.TupleType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.testkit.cassandra.RealCassandra;
import io.peregrine.testkit.leak.LeakCheck;
import io.peregrine.type.CqlLiterals;
import io.peregrine.type.UdtMapper;
import io.peregrine.type.ValueSequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server is the judge of literals: what it reads must be what was written. */
@RealCassandra
@ExtendWith(LeakCheck.class)
class RealLiteralsTest {
  private static final long SEED = 20261127;
  private static final int STRINGS = 1_500;
  private static final int AT_ONCE = 50;

  /** What a query could be broken out of with. */
  private static final List<String> PIECES =
      List.of(
          "'",
          "''",
          "\"",
          "$$",
          "$",
          "--",
          "//",
          "/*",
          "*/",
          ";",
          "\0",
          "\n",
          "\r",
          "\\",
          "\\'",
          "%s",
          "%",
          "%(a)s",
          "?",
          ":a",
          "APPLY BATCH;",
          "DROP TABLE victim;",
          "') ; ",
          "0x",
          "\u2019",
          "\uFF07",
          "\u02BC",
          "😀",
          "\uFFFF",
          "\u0080",
          " ",
          "a",
          "NULL",
          "\t",
          "{",
          "}");

  private static RealSession real;

  record Address(String street, int zipCode) {}

  @BeforeAll
  static void open() {
    real = new RealSession(ProtocolVersion.V5, "literals");
    real.execute("CREATE TABLE texts (k int PRIMARY KEY, v text, l list<text>, m map<text, text>)");
    real.execute("CREATE TABLE victim (k int PRIMARY KEY)");
    real.execute("CREATE TYPE address (street text, zip_code int)");
    real.execute(
        "CREATE TABLE nested (k int PRIMARY KEY, s set<int>, t frozen<tuple<int, text>>,"
            + " a frozen<address>)");
  }

  @AfterAll
  static void close() {
    real.close();
  }

  private static String hostile(Random random) {
    StringBuilder text = new StringBuilder();
    int pieces = random.nextInt(8);
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  @Test
  void hostileTextComesBackAsItIsAndDoesNothingElse() {
    Random random = new Random(SEED);
    for (int from = 0; from < STRINGS; from += AT_ONCE) {
      Map<Integer, String> written = new LinkedHashMap<>();
      Map<Integer, List<String>> lists = new LinkedHashMap<>();
      List<SimpleStatement> inserts = new ArrayList<>();
      for (int k = from; k < from + AT_ONCE; k++) {
        String text = hostile(random);
        List<String> list = List.of(hostile(random), text);
        written.put(k, text);
        lists.put(k, list);
        inserts.add(
            SimpleStatement.format(
                "INSERT INTO texts (k, v, l, m) VALUES (%s, %s, %s, %s) -- the end\n",
                k, text, list, Map.of(text, list.get(0))));
      }
      Concurrent.execute(real.session, inserts);
      Set<Integer> read = new HashSet<>();
      for (Row row :
          real.session.execute(
              real.session
                  .literals()
                  .format(
                      "SELECT k, v, l, m FROM texts WHERE k IN %s",
                      ValueSequence.copyOf(written.keySet())))) {
        int k = row.getInt(0);
        read.add(k);
        assertThat(row.getString(1)).as("seed %d, key %d", SEED, k).isEqualTo(written.get(k));
        assertThat(row.getList(2, String.class)).isEqualTo(lists.get(k));
        assertThat(row.getMap(3, String.class, String.class))
            .isEqualTo(Map.of(written.get(k), lists.get(k).get(0)));
      }
      assertThat(read).isEqualTo(written.keySet());
    }
    assertThat(real.execute("SELECT * FROM victim").all()).isEmpty();
  }

  @Test
  void everyTypesLiteralIsReadAsTheValue() {
    CqlLiterals literals = new CqlLiterals();
    List<CqlCase> cases = new ArrayList<>(CqlCase.typical());
    for (CqlCase extreme : CqlCase.extreme()) {
      // An exponent beyond what the parser takes has no literal; see the case's own.
      if (!extreme.literal().startsWith("blobAs")) {
        cases.add(extreme);
      }
    }
    Set<String> types = new LinkedHashSet<>();
    cases.forEach(c -> types.add(c.type()));
    for (String type : types) {
      real.execute("CREATE TABLE t_" + type + " (k int PRIMARY KEY, v " + type + ")");
    }
    for (CqlCase c : cases) {
      real.session.execute(
          SimpleStatement.of(
              "INSERT INTO t_"
                  + c.type()
                  + " (k, v) VALUES (1, "
                  + literals.literal(c.value())
                  + ")"));
      Object read = real.row("SELECT v FROM t_" + c.type() + " WHERE k = 1").getObject(0);
      assertThat(read).as("%s as %s", c, literals.literal(c.value())).isEqualTo(c.value());
    }
  }

  @Test
  void valuesOfOthersAreReadAsTheyWereWritten() {
    CqlLiterals literals = real.session.literals();
    PreparedStatement select = real.session.prepare("SELECT t, a FROM nested WHERE k = 1");
    io.peregrine.codec.DataType.UserType address =
        (io.peregrine.codec.DataType.UserType) select.resultColumns().type(1);
    literals.register(Address.class, UdtMapper.of(Address.class).literals(address));
    TupleType pair = new TupleType(List.of(Primitive.INT, Primitive.VARCHAR));
    TupleValue tuple = TupleValue.of(pair, 5, "it's");
    Address home = new Address("'; DROP TABLE victim; --", 7);
    real.session.execute(
        real.session
            .literals()
            .formatNamed(
                "INSERT INTO nested (k, s, t, a) VALUES (1, %(s)s, %(t)s, %(a)s)",
                Map.of("s", Set.of(3, 1, 2), "t", tuple, "a", home)));
    Row row = real.row("SELECT s, t, a FROM nested WHERE k = 1");
    assertThat(row.getSet(0, Integer.class)).containsExactly(1, 2, 3);
    assertThat(row.get(1, TupleValue.class)).isEqualTo(tuple);
    assertThat(row.get(2, Address.class)).isEqualTo(home);
  }
}
