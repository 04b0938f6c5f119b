package io.peregrine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.ListType;
import io.peregrine.codec.DataType.MapType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.SetType;
import io.peregrine.codec.DataType.TupleType;
import io.peregrine.codec.DataType.UserType;
import io.peregrine.codec.DataType.VectorType;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The CQL text of a type says which one it is. */
class CqlTypeTest {
  private static final Map<String, UserType> USER_TYPES =
      Map.of(
          "plain", userType("plain"),
          "My\"Type", userType("My\"Type"),
          "int", userType("int"),
          "list", userType("list"));

  private static UserType userType(String name) {
    return new UserType("ks", name, List.of("f"), List.of(Primitive.INT));
  }

  private static CqlType parse(String text) {
    return CqlType.parse(text, USER_TYPES::get);
  }

  @ParameterizedTest
  @EnumSource(Primitive.class)
  void primitiveTypesGoByTheirNames(Primitive type) {
    assertThat(parse(type.toString()).type()).isEqualTo(type);
    assertThat(parse(type.name()).type()).isEqualTo(type);
  }

  @Test
  void nestedTypesAreRead() {
    assertThat(parse("frozen<map<text, list<int>>>").type())
        .isEqualTo(new MapType(Primitive.VARCHAR, new ListType(Primitive.INT)));
    assertThat(parse("vector<float, 3>").type()).isEqualTo(new VectorType(Primitive.FLOAT, 3));
    assertThat(parse("tuple<int,frozen<set<varchar>> , uuid>").type())
        .isEqualTo(
            new TupleType(List.of(Primitive.INT, new SetType(Primitive.VARCHAR), Primitive.UUID)));
  }

  @Test
  void frozenIsToldByTheText() {
    assertThat(parse("frozen<list<int>>").isFrozen()).isTrue();
    assertThat(parse("list<frozen<list<int>>>").isFrozen()).isFalse();
    assertThat(parse("frozen<list<int>>").toString()).isEqualTo("frozen<list<int>>");
  }

  @Test
  void userTypesGoByTheirNames() {
    assertThat(parse("frozen<plain>").type()).isEqualTo(userType("plain"));
    assertThat(parse("PLAIN").type()).isEqualTo(userType("plain"));
    assertThat(parse("ks.plain").type()).isEqualTo(userType("plain"));
    assertThat(parse("ks.\"My\"\"Type\"").type()).isEqualTo(userType("My\"Type"));
    assertThat(parse("list<frozen<\"My\"\"Type\">>").type())
        .isEqualTo(new ListType(userType("My\"Type")));
    assertThat(parse("\"int\"").type()).isEqualTo(userType("int"));
    assertThat(parse("list").type()).isEqualTo(userType("list"));
  }

  @Test
  void classNamesAreReadAsOnTheWire() {
    String marshal = "org.apache.cassandra.db.marshal.";
    assertThat(parse("'" + marshal + "ListType(" + marshal + "Int32Type)'").type())
        .isEqualTo(new ListType(Primitive.INT));
    assertThat(parse("'LineStringType'").type()).isEqualTo(DataType.DseType.LINE_STRING);
    CqlType custom = parse("'com.acme.It''sType'");
    assertThat(custom.type()).isEqualTo(new DataType.CustomType("com.acme.It'sType"));
    assertThat(custom.isKnown()).isTrue();
    assertThat(parse("empty").type())
        .isEqualTo(new DataType.CustomType("org.apache.cassandra.db.marshal.EmptyType"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "<",
        ">",
        "list",
        "list<",
        "list<>",
        "list<int",
        "list<int>>",
        "list<int> x",
        "list<int, int>",
        "map<int>",
        "map<int,>",
        "map<int, int, int>",
        "tuple<>",
        "tuple<int,>",
        "set<int",
        "vector<float>",
        "vector<float, 0>",
        "vector<float, -1>",
        "vector<float, x>",
        "vector<float, 99999999999>",
        "frozen<>",
        "frozen<int",
        "bag<int>",
        "int int",
        "'abc",
        "\"abc",
        "\"\"",
        "''x",
        "plain.",
        "plain.other",
        "no_such_type",
        "int.",
        "list<no_such>",
        "\u00e9",
        "int\n",
        "'a(b",
        "frozen",
        ".",
        "..",
        ".plain."
      })
  void textThatIsNoTypeIsKeptAndNotKnown(String text) {
    CqlType type = CqlType.parse(text, name -> name.equals("plain") ? userType(name) : null);
    assertThat(type.isKnown()).isFalse();
    assertThat(type.text()).isEqualTo(text);
    assertThat(type.type()).isInstanceOf(DataType.CustomType.class);
  }

  @Test
  void nestingIsBounded() {
    int most = DataType.MAX_NESTING - 1;
    assertThat(parse("list<".repeat(most) + "int" + ">".repeat(most)).isKnown()).isTrue();
    assertThat(parse("frozen<list<".repeat(most) + "int" + ">>".repeat(most)).isKnown()).isTrue();
    for (String open : List.of("list<", "frozen<", "tuple<", "map<int, ", "frozen <")) {
      for (int depth : new int[] {DataType.MAX_NESTING + 1, 100_000}) {
        assertThat(parse(open.repeat(depth) + "int" + ">".repeat(depth)).isKnown()).isFalse();
      }
    }
    assertThat(parse("'" + "ListType(".repeat(100_000) + "'").isKnown()).isFalse();
  }

  @Test
  void generatedTypesSurviveTheirText() {
    Random random = new Random(20261127);
    for (int i = 0; i < 20_000; i++) {
      DataType type = generate(random, 6);
      String text = text(random, type);
      CqlType parsed = parse(text);
      assertThat(parsed.type()).as(text).isEqualTo(type);
      assertThat(parsed.isKnown()).isTrue();
    }
  }

  @Test
  void brokenTextIsNeverAnError() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(text(random, generate(random, 4)));
      for (int changes = random.nextInt(3); changes >= 0 && text.length() > 0; changes--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.deleteCharAt(at);
        } else {
          text.setCharAt(at, "<>,'\" .(x0".charAt(random.nextInt(10)));
        }
      }
      assertThat(parse(text.toString()).text()).isEqualTo(text.toString());
    }
  }

  private static DataType generate(Random random, int depth) {
    Primitive[] primitives = Primitive.values();
    return switch (random.nextInt(depth == 0 ? 2 : 8)) {
      case 0 -> primitives[random.nextInt(primitives.length)];
      case 1 -> userType(List.of("plain", "My\"Type", "int").get(random.nextInt(3)));
      case 2 -> new ListType(generate(random, depth - 1));
      case 3 -> new SetType(generate(random, depth - 1));
      case 4 -> new MapType(generate(random, depth - 1), generate(random, depth - 1));
      case 5 ->
          new TupleType(
              IntStream.rangeClosed(0, random.nextInt(3))
                  .mapToObj(i -> generate(random, depth - 1))
                  .toList());
      case 6 -> new VectorType(generate(random, depth - 1), 1 + random.nextInt(1_000));
      default -> DataType.DseType.values()[random.nextInt(4)];
    };
  }

  /** Text as a server might write it: frozen here and there, blanks or none. */
  private static String text(Random random, DataType type) {
    String comma = random.nextBoolean() ? ", " : ",";
    String text;
    if (type instanceof ListType list) {
      text = "list<" + text(random, list.element()) + ">";
    } else if (type instanceof SetType set) {
      text = "set<" + text(random, set.element()) + ">";
    } else if (type instanceof MapType map) {
      text = "map<" + text(random, map.key()) + comma + text(random, map.value()) + ">";
    } else if (type instanceof VectorType vector) {
      text = "vector<" + text(random, vector.element()) + comma + vector.dimensions() + ">";
    } else if (type instanceof TupleType tuple) {
      text =
          tuple.components().stream()
              .map(component -> text(random, component))
              .collect(Collectors.joining(comma, "tuple<", ">"));
    } else if (type instanceof UserType user) {
      text = user.name().equals("int") ? "\"int\"" : CqlNames.quoted(user.name());
    } else {
      return type.toString();
    }
    return random.nextBoolean() ? "frozen<" + text + ">" : text;
  }
}
