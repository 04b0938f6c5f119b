package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType.TupleType;
import io.peregrine.codec.DataType.UserType;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import io.peregrine.testkit.cassandra.RealCassandra;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Collections, tuples, user-defined types and vectors, written and read through Cassandra.
 *
 * <p>The server leaves bound sets and maps as they are if they lie within other values: only those
 * that are in order already come out as those it reads from text.
 */
@RealCassandra
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ProtocolVersion.class,
    names = {"V4", "V5"})
class RealNestedTypesTest {
  private static RealSession real;

  @Parameter ProtocolVersion version;

  @BeforeParameterizedClassInvocation
  static void open(ProtocolVersion version) {
    real = new RealSession(version, "nested");
  }

  @AfterParameterizedClassInvocation
  static void close() {
    real.close();
  }

  /** A list, a vector, a tuple and the like, of two values of each type without parameters. */
  private static List<CqlCase> ofTwo() {
    List<CqlCase> cases = new ArrayList<>();
    List<CqlCase> typical = CqlCase.typical();
    for (int i = 0; i < typical.size(); i += 2) {
      CqlCase a = typical.get(i);
      CqlCase b = typical.get(i + 1);
      String type = a.type();
      List<Object> values = List.of(a.value(), b.value());
      String both = a.literal() + ", " + b.literal();
      cases.add(new CqlCase("list<" + type + ">", "[" + both + "]", values));
      cases.add(new CqlCase("frozen<list<" + type + ">>", "[" + both + "]", values));
      cases.add(new CqlCase("vector<" + type + ", 2>", "[" + both + "]", values));
      cases.add(new CqlCase("tuple<" + type + ", " + type + ">", "(" + both + ")", values));
      Map<Object, Object> byText = new LinkedHashMap<>();
      byText.put("a", a.value());
      byText.put("b", b.value());
      String map = "{'a': " + a.literal() + ", 'b': " + b.literal() + "}";
      cases.add(new CqlCase("map<text, " + type + ">", map, byText));
      if (!type.equals("duration")) {
        cases.add(new CqlCase("set<" + type + ">", "{" + both + "}", new LinkedHashSet<>(values)));
        Map<Object, Object> byValue = new LinkedHashMap<>();
        byValue.put(a.value(), 1);
        byValue.put(b.value(), 2);
        String keys = "{" + a.literal() + ": 1, " + b.literal() + ": 2}";
        cases.add(new CqlCase("map<" + type + ", int>", keys, byValue));
      }
    }
    return cases;
  }

  @Test
  void whatTheDriverWritesIsWhatTheServerMakesOfTheText() {
    checkAll("of_two", ofTwo());
  }

  private static List<CqlCase> deep() {
    List<CqlCase> cases = new ArrayList<>();
    cases.add(
        new CqlCase(
            "map<int, frozen<set<text>>>",
            "{1: {'a', 'b'}, 2: {'c'}, 3: {}}",
            Map.of(1, new TreeSet<>(List.of("a", "b")), 2, Set.of("c"), 3, Set.of())));
    cases.add(
        new CqlCase(
            "set<frozen<map<int, frozen<list<double>>>>>",
            "{{1: [0.5, 2.0]}, {1: [], 2: [1.0]}}",
            Set.of(
                Map.of(1, List.of(0.5, 2.0)),
                new TreeMap<>(Map.of(1, List.of(), 2, List.of(1.0))))));
    cases.add(
        new CqlCase(
            "vector<vector<float, 2>, 3>",
            "[[1.0, 2.0], [-0.0, NaN], [0.5, 1e30]]",
            List.of(List.of(1f, 2f), List.of(-0.0f, Float.NaN), List.of(0.5f, 1e30f))));
    cases.add(
        new CqlCase(
            "vector<vector<text, 1>, 2>",
            "[['long " + "x".repeat(300) + "'], ['']]",
            List.of(List.of("long " + "x".repeat(300)), List.of(""))));
    cases.add(
        new CqlCase(
            "vector<frozen<list<int>>, 2>",
            "[[1, 2, 3], []]",
            List.of(List.of(1, 2, 3), List.of())));
    cases.add(
        new CqlCase(
            "vector<frozen<tuple<int, text>>, 2>",
            "[(1, 'a'), (2, null)]",
            List.of(List.of(1, "a"), Arrays.asList(2, null))));
    cases.add(
        new CqlCase(
            "list<frozen<vector<int, 2>>>",
            "[[1, 2], [3, 4]]",
            List.of(List.of(1, 2), List.of(3, 4))));
    cases.add(
        new CqlCase(
            "tuple<int, frozen<tuple<text, frozen<list<blob>>>>, boolean>",
            "(null, ('x', [0x01, 0x]), true)",
            Arrays.asList(null, List.of("x", List.of(CqlCase.bytes(1), CqlCase.bytes())), true)));
    List<Integer> dimensions = IntStream.range(0, 1536).boxed().toList();
    cases.add(new CqlCase("vector<int, 1536>", dimensions.toString(), dimensions));
    cases.add(new CqlCase("frozen<list<int>>", "[]", List.of()));
    cases.add(new CqlCase("frozen<set<text>>", "{}", Set.of()));
    cases.add(new CqlCase("frozen<map<text, int>>", "{}", Map.of()));
    cases.add(new CqlCase("tuple<int, text>", "(null, null)", Arrays.asList(null, null)));
    return cases;
  }

  @Test
  void typesNestToAnyDepth() {
    checkAll("deep", deep());
  }

  @Test
  void userTypesHoldCollectionsVectorsAndEachOther() {
    real.execute("CREATE TYPE address (street text, \"Zip Code\" int)");
    real.execute(
        "CREATE TYPE person (name text, phones frozen<map<text, text>>, face vector<float, 2>,"
            + " homes frozen<list<frozen<address>>>, pair frozen<tuple<int, frozen<address>>>)");
    Map<String, Object> home = Map.of("street", "Main", "Zip Code", 12345);
    String homeText = "{street: 'Main', \"Zip Code\": 12345}";
    Map<String, Object> nowhere = new LinkedHashMap<>();
    nowhere.put("street", null);
    nowhere.put("Zip Code", null);
    String nowhereText = "{street: null, \"Zip Code\": null}";
    Map<String, Object> person = new LinkedHashMap<>();
    person.put("name", "Ann");
    person.put("phones", new TreeMap<>(Map.of("home", "1", "work", "2")));
    person.put("face", List.of(0.5f, -1f));
    person.put("homes", List.of(home, nowhere));
    person.put("pair", Arrays.asList(1, home));
    String personText =
        "{name: 'Ann', phones: {'home': '1', 'work': '2'}, face: [0.5, -1.0], homes: ["
            + homeText
            + ", "
            + nowhereText
            + "], pair: (1, "
            + homeText
            + ")}";
    checkAll(
        "udts",
        List.of(
            new CqlCase("frozen<address>", homeText, home),
            new CqlCase("address", homeText, home),
            new CqlCase("frozen<person>", personText, person),
            new CqlCase("person", personText, person),
            new CqlCase(
                "vector<address, 2>",
                "[" + homeText + ", " + nowhereText + "]",
                List.of(home, nowhere)),
            new CqlCase(
                "list<frozen<map<text, frozen<tuple<int, frozen<person>>>>>>",
                "[{'a': (1, " + personText + "), 'b': (null, null)}]",
                List.of(
                    new TreeMap<>(
                        Map.of("a", List.of(1, person), "b", Arrays.asList(null, null)))))));
  }

  @Test
  void fieldAddedToATypeIsNullInOldValues() {
    real.execute("CREATE TYPE growing (a int)");
    real.execute("CREATE TABLE growing_values (k int PRIMARY KEY, v frozen<growing>)");
    PreparedStatement insert =
        real.session.prepare("INSERT INTO growing_values (k, v) VALUES (?, ?)");
    real.session.execute(insert.bind(1, Map.of("a", 1)));
    real.execute("ALTER TYPE growing ADD b text");
    UdtValue old = real.row("SELECT v FROM growing_values").get(0, UdtValue.class);
    assertThat(old.type().fieldNames()).containsExactly("a", "b");
    assertThat(old.get("a")).isEqualTo(1);
    assertThat(old.get("b")).isNull();
    // Prepared before the type grew: what it writes is still right.
    real.session.execute(insert.bind(1, Map.of("a", 2)));
    assertThat(real.row("SELECT v FROM growing_values").get(0, UdtValue.class).fields())
        .containsExactly(2, null);
  }

  @Test
  void readValueCanBeWrittenAgain() {
    real.execute("CREATE TYPE point (x int, y int)");
    real.execute(
        "CREATE TABLE again (k int PRIMARY KEY, u frozen<point>, t tuple<int, frozen<point>>)");
    real.execute("INSERT INTO again (k, u, t) VALUES (1, {x: 1, y: 2}, (3, {x: 4}))");
    Row row = real.row("SELECT u, t FROM again WHERE k = 1");
    UdtValue point = row.get("u", UdtValue.class);
    TupleValue tuple = row.get("t", TupleValue.class);
    assertThat(point.type()).isInstanceOf(UserType.class);
    assertThat(tuple.type()).isInstanceOf(TupleType.class);
    PreparedStatement insert = real.session.prepare("INSERT INTO again (k, u, t) VALUES (?, ?, ?)");
    real.session.execute(insert.bind(2, point, tuple));
    Row copy = real.row("SELECT u, t FROM again WHERE k = 2");
    assertThat(copy.getObject(0)).isEqualTo(point);
    assertThat(copy.getObject(1)).isEqualTo(tuple);
    // A simple statement knows the type by the value.
    real.execute("INSERT INTO again (k, u, t) VALUES (?, ?, ?)", 3, point, tuple);
    assertThat(real.row("SELECT u, t FROM again WHERE k = 3").getObject(1)).isEqualTo(tuple);
  }

  @Test
  void emptyCollectionThatIsNotFrozenIsNullAndUnsetLeavesIt() {
    real.execute(
        "CREATE TABLE holders (k int PRIMARY KEY, l list<int>, s set<text>, m map<int, text>)");
    PreparedStatement insert =
        real.session.prepare("INSERT INTO holders (k, l, s, m) VALUES (1, ?, ?, ?)");
    real.session.execute(insert.bind(List.of(1), Set.of("a"), Map.of(1, "a")));
    real.session.execute(insert.bind());
    Row full = real.row("SELECT l, s, m FROM holders");
    assertThat(full.getList(0, Integer.class)).containsExactly(1);
    assertThat(full.getSet(1, String.class)).containsExactly("a");
    assertThat(full.getMap(2, Integer.class, String.class)).containsExactly(Map.entry(1, "a"));
    real.session.execute(insert.bind(List.of(), Set.of(), Map.of()));
    real.execute("INSERT INTO holders (k) VALUES (1)");
    Row empty = real.row("SELECT l, s, m FROM holders");
    for (int i = 0; i < 3; i++) {
      assertThat(empty.isNull(i)).isTrue();
      assertThat(empty.getObject(i)).isNull();
    }
  }

  @Test
  void collectionOfManyElementsComesBackInOrder() {
    real.execute("CREATE TABLE many (k int PRIMARY KEY, v frozen<list<int>>, m map<int, text>)");
    List<Integer> numbers = IntStream.range(0, 100_000).boxed().toList();
    Map<Integer, String> names =
        numbers.stream().limit(5000).collect(Collectors.toMap(i -> i, i -> "name " + i));
    PreparedStatement insert = real.session.prepare("INSERT INTO many (k, v, m) VALUES (1, ?, ?)");
    real.session.execute(insert.bind(numbers, names));
    Row row = real.row("SELECT v, m FROM many");
    assertThat(row.getList(0, Integer.class)).isEqualTo(numbers);
    assertThat(row.getMap(1, Integer.class, String.class)).isEqualTo(names);
  }

  @Test
  void vectorRefusesWhatTheServerWouldRefuse() {
    real.execute("CREATE TABLE vectors (k int PRIMARY KEY, v vector<float, 3>)");
    PreparedStatement insert = real.session.prepare("INSERT INTO vectors (k, v) VALUES (1, ?)");
    assertThatThrownBy(() -> insert.bind(List.of(1f, 2f)))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> insert.bind(Arrays.asList(1f, 2f, null)))
        .isInstanceOf(InvalidValueException.class);
    real.session.execute(insert.bind(new float[] {1f, 2f, 3f}));
    assertThat(real.row("SELECT v FROM vectors").getList(0, Float.class))
        .containsExactly(1f, 2f, 3f);
    real.session.execute(insert.bind((Object) null));
    assertThat(real.row("SELECT v FROM vectors").isNull(0)).isTrue();
  }

  /** One table for all cases, a column each; row 1 is the server's doing and row 2 the driver's. */
  private static void checkAll(String table, List<CqlCase> cases) {
    String columns =
        IntStream.range(0, cases.size())
            .mapToObj(i -> "v" + i + " " + cases.get(i).type())
            .collect(Collectors.joining(", "));
    real.execute("CREATE TABLE " + table + " (k int PRIMARY KEY, " + columns + ")");
    for (int i = 0; i < cases.size(); i++) {
      CqlCase each = cases.get(i);
      String insert = "INSERT INTO " + table + " (k, v" + i + ") VALUES ";
      String select = "SELECT v" + i + " FROM " + table + " WHERE k = ";
      real.execute(insert + "(1, " + each.literal() + ")");
      real.session.execute(real.session.prepare(insert + "(2, ?)").bind(each.value()));
      Row byText = real.row(select + 1);
      Row byDriver = real.row(select + 2);
      assertThat(plain(byText.getObject(0))).as("%s", each).isEqualTo(each.value());
      assertThat(plain(byDriver.getObject(0))).as("%s", each).isEqualTo(each.value());
      assertThat(raw(byDriver)).as("%s", each).isEqualTo(raw(byText));
      Object inPlace =
          real.offer(
              SimpleStatement.of(select + 2),
              rows -> {
                rows.columnDefinitions();
                assertThat(rows.next()).isTrue();
                return rows.getObject(0);
              });
      assertThat(inPlace).as("%s", each).isEqualTo(byDriver.getObject(0));
    }
  }

  /** Tuples as lists and user-defined types as maps, all the way down. */
  private static Object plain(Object value) {
    if (value instanceof TupleValue tuple) {
      return plain(tuple.components());
    }
    if (value instanceof UdtValue udt) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < udt.size(); i++) {
        fields.put(udt.type().fieldNames().get(i), plain(udt.get(i)));
      }
      return fields;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> plain = new LinkedHashMap<>();
      map.forEach((k, v) -> plain.put(plain(k), plain(v)));
      return plain;
    }
    if (value instanceof Collection<?> items) {
      Collection<Object> plain = items instanceof Set ? new LinkedHashSet<>() : new ArrayList<>();
      items.forEach(item -> plain.add(plain(item)));
      return plain;
    }
    return value;
  }

  private static ByteBuffer raw(Row row) {
    UnsafeBuffer view = new UnsafeBuffer(0, 0);
    assertThat(row.getBytes(0, view)).isTrue();
    byte[] bytes = new byte[view.capacity()];
    view.getBytes(0, bytes);
    return ByteBuffer.wrap(bytes);
  }
}
