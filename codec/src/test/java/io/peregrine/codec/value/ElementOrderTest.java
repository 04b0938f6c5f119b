package io.peregrine.codec.value;

import static io.peregrine.codec.value.ValueVectorsTest.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.row.ValueWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sets and maps are written in the order in which Cassandra keeps them. */
class ElementOrderTest {
  private record Ordered(String type, List<?> elements) {}

  /** Elements of a type, in Cassandra's order. */
  static List<Ordered> ordered() {
    return List.of(
        new Ordered("boolean", List.of(false, true)),
        new Ordered("tinyint", List.of((byte) -128, (byte) -1, (byte) 0, (byte) 127)),
        new Ordered("smallint", List.of((short) -300, (short) -1, (short) 0, (short) 300)),
        new Ordered("int", List.of(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE)),
        new Ordered("bigint", List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE)),
        new Ordered("varint", List.of(-40_000L, -300L, -129L, -1L, 0L, 127L, 128L, 40_000L)),
        new Ordered("float", List.of(-1.5f, -0.0f, 0.0f, 2f, Float.NaN)),
        new Ordered("double", List.of(-1e300, -1.0, 0.0, 1e-300, Double.POSITIVE_INFINITY)),
        new Ordered(
            "decimal",
            List.of(new BigDecimal("-1E+3"), new BigDecimal("0.99"), new BigDecimal("1.0"))),
        new Ordered("text", List.of("", "Z", "a", "a longer one", "a longer two", "ä", "日")),
        new Ordered("blob", List.of(blob(), blob(0), blob(0, 0), blob(0x7F), blob(0x80))),
        new Ordered(
            "timeuuid",
            List.of(
                UUID.fromString("ffffffff-0000-1000-8080-808080808080"),
                UUID.fromString("00000000-0001-1000-8080-808080808080"),
                UUID.fromString("00000000-0001-1000-8000-ff0000000000"),
                UUID.fromString("00000000-0001-1000-8000-000000000000"),
                UUID.fromString("00000000-0001-1000-807f-808080808080"))),
        new Ordered(
            "uuid",
            List.of(
                UUID.fromString("ffffffff-0000-1000-8000-000000000000"),
                UUID.fromString("00000000-0001-1000-8000-000000000000"),
                UUID.fromString("00000000-0001-1000-ff00-000000000000"),
                UUID.fromString("00000000-0000-4000-8000-000000000000"),
                UUID.fromString("ffffffff-0000-4000-8000-000000000000"))),
        new Ordered("list<int>", List.of(List.of(), List.of(-1), List.of(-1, 5), List.of(0))),
        new Ordered("map<int,int>", List.of(Map.of(), Map.of(1, 1), Map.of(1, 2), Map.of(2, -1))),
        new Ordered("vector<smallint,2>", List.of(List.of((short) -1, (short) 5), shorts(0, -7))),
        new Ordered("tuple<int,text>", List.of(List.of(), List.of(1), List.of(1, "a"))));
  }

  private static ByteBuffer blob(int... bytes) {
    ByteBuffer blob = ByteBuffer.allocate(bytes.length);
    IntStream.of(bytes).forEach(octet -> blob.put((byte) octet));
    return blob.flip();
  }

  private static List<Short> shorts(int first, int second) {
    return List.of((short) first, (short) second);
  }

  @ParameterizedTest
  @MethodSource("ordered")
  void setsAreWrittenInCassandrasOrderEachElementOnce(Ordered ordered) {
    DataType set = Literals.type("set<" + ordered.type + ">");
    DataType list = Literals.type("list<" + ordered.type + ">");
    String expected = encode(list, ordered.elements);
    assertThat(encode(set, ordered.elements)).isEqualTo(expected);
    Random random = new Random(1);
    List<Object> twice = new java.util.ArrayList<>(ordered.elements);
    twice.addAll(ordered.elements);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(twice, random);
      assertThat(encode(set, twice)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("ordered")
  void mapsAreWrittenInTheOrderOfTheirKeys(Ordered ordered) {
    DataType map = Literals.type("map<" + ordered.type + ",int>");
    Map<Object, Integer> sorted = new LinkedHashMap<>();
    ordered.elements.forEach(key -> sorted.put(key, 7 * sorted.size()));
    List<Object> keys = new java.util.ArrayList<>(ordered.elements);
    Collections.reverse(keys);
    Map<Object, Integer> reversed = new LinkedHashMap<>();
    keys.forEach(key -> reversed.put(key, sorted.get(key)));
    assertThat(encode(map, reversed)).isEqualTo(encode(map, sorted));
    assertThat(encode(map, sorted)).startsWith(String.format("%08x", keys.size()));
  }

  @Test
  void elementsThatCassandraTakesForEqualStayAsTheyAre() {
    List<BigDecimal> given = List.of(new BigDecimal("1.00"), new BigDecimal("1"), BigDecimal.ZERO);
    List<BigDecimal> written = List.of(BigDecimal.ZERO, given.get(0), given.get(1));
    assertThat(encode(Literals.type("set<decimal>"), given))
        .isEqualTo(encode(Literals.type("list<decimal>"), written));
  }

  @Test
  void orderThatOnlyTheServerKnowsIsLeftAlone() {
    List<Point> points = List.of(new Point(3, 1), new Point(1, 3), new Point(2, 2));
    assertThat(encode(new DataType.SetType(DseType.POINT), points))
        .isEqualTo(encode(new DataType.ListType(DseType.POINT), points));
    DataType custom = new DataType.TupleType(List.of(new DataType.CustomType("com.example.Type")));
    List<List<ByteBuffer>> tuples = List.of(List.of(blob(2)), List.of(blob(1)));
    assertThat(encode(new DataType.SetType(custom), tuples))
        .isEqualTo(encode(new DataType.ListType(custom), tuples));
  }

  @Test
  void setsAreSortedAtAnyDepthAndWhatFollowsThemStands() {
    List<Integer> up = IntStream.range(0, 50).boxed().toList();
    List<Integer> down = up.stream().sorted(Collections.reverseOrder()).toList();
    DataType ofSets = Literals.type("tuple<set<int>,vector<set<int>,2>,set<set<int>>,text>");
    DataType ofLists = Literals.type("tuple<list<int>,vector<list<int>,2>,list<list<int>>,text>");
    List<Integer> few = List.of(8, 7);
    assertThat(encode(ofSets, List.of(down, List.of(down, few), List.of(down, few), "end")))
        .isEqualTo(
            encode(
                ofLists,
                List.of(up, List.of(up, List.of(7, 8)), List.of(up, List.of(7, 8)), "end")));
  }

  @Test
  void writerSortsWhatWasWrittenByHand() {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    ValueWriter writer = new ValueWriter().wrap(buffer, 3);
    int token = writer.beginCollection(2);
    writer.putText("b");
    writer.putInt(1);
    writer.putText("a");
    writer.putInt(2);
    writer.endMap(token, DataType.Primitive.VARCHAR);
    writer.putInt(5);
    String hex =
        IntStream.range(3, writer.position())
            .mapToObj(i -> String.format("%02x", buffer.getByte(i)))
            .collect(Collectors.joining());
    assertThat(hex)
        .isEqualTo(
            "0000001e00000002"
                + "0000000161"
                + "0000000400000002"
                + "0000000162"
                + "0000000400000001"
                + "0000000400000005");
  }
}
