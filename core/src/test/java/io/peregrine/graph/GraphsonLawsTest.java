package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What is sent as a parameter comes back the same as a result. */
class GraphsonLawsTest {
  private static final int DEPTH = 3;

  private static Arbitrary<Point> points() {
    return Combinators.combine(Arbitraries.doubles(), Arbitraries.doubles()).as(Point::new);
  }

  private static Arbitrary<Object> scalars() {
    List<Arbitrary<?>> all =
        List.of(
            // A lone surrogate has no UTF-8, and is sent as a question mark.
            Arbitraries.strings().ascii().ofMaxLength(9),
            Arbitraries.of("é😀", "\u2028"),
            Arbitraries.integers(),
            Arbitraries.longs(),
            Arbitraries.shorts(),
            Arbitraries.bytes(),
            Arbitraries.doubles(),
            Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, -0.0, Double.MIN_VALUE),
            Arbitraries.floats(),
            Arbitraries.bigIntegers(),
            Arbitraries.bigDecimals(),
            Arbitraries.of(true, false),
            Arbitraries.create(UUID::randomUUID),
            Arbitraries.longs()
                .between(-1_000_000_000_000L, 1_000_000_000_000L)
                .map(Instant::ofEpochMilli),
            Arbitraries.integers().between(-1_000_000, 1_000_000).map(LocalDate::ofEpochDay),
            Arbitraries.longs().between(0, 86_399_999_999_999L).map(LocalTime::ofNanoOfDay),
            Arbitraries.longs().map(Duration::ofNanos),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(9).map(ByteBuffer::wrap),
            points(),
            points().list().ofMaxSize(4).map(LineString::new),
            points()
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(LineString::new)
                .list()
                .ofMaxSize(3)
                .map(Polygon::new));
    return Arbitraries.oneOf(all.stream().map(each -> each.map(value -> (Object) value)).toList());
  }

  private static Arbitrary<Object> values(int depth) {
    if (depth == 0) {
      return scalars();
    }
    Arbitrary<Object> inner = values(depth - 1);
    return Arbitraries.frequencyOf(
        Tuple.of(4, scalars()),
        Tuple.of(1, inner.list().ofMaxSize(3).map(list -> (Object) list)),
        Tuple.of(1, inner.set().ofMaxSize(3).map(set -> (Object) set)),
        Tuple.of(1, Arbitraries.maps(inner, inner).ofMaxSize(3).map(map -> (Object) map)));
  }

  @Provide
  Arbitrary<Object> parameters() {
    return values(DEPTH);
  }

  @Provide
  Arbitrary<Object> flat() {
    return scalars();
  }

  private static Object sentAndRead(Object value, GraphProtocol protocol) {
    byte[] json = ParameterWriter.write(Map.of("p", value), protocol);
    Object read = TypedGraphson.read(JsonReader.read(new String(json, StandardCharsets.UTF_8)));
    return ((Map<?, ?>) read).get("p");
  }

  @Property(seed = "20261127", edgeCases = EdgeCasesMode.NONE)
  void parametersOfTheThirdFormAreReadAsTheyWere(@ForAll("parameters") Object value) {
    assertThat(sentAndRead(value, GraphProtocol.GRAPHSON_3)).isEqualTo(value);
  }

  @Property(seed = "20261127")
  void scalarsOfTheSecondFormAreReadAsTheyWere(@ForAll("flat") Object value) {
    assertThat(sentAndRead(value, GraphProtocol.GRAPHSON_2)).isEqualTo(value);
  }

  @Property(seed = "20261127")
  void resultOfTheFirstFormIsHadAsTheClassThatWasSent(@ForAll("flat") Object value) {
    if (value instanceof Number number && !JsonWriter.isFinite(number)) {
      return;
    }
    byte[] json = ParameterWriter.write(Map.of("p", value), GraphProtocol.GRAPHSON_1);
    Object read = PlainGraphson.read(JsonReader.read(new String(json, StandardCharsets.UTF_8)));
    GraphResult result = new GraphResult(read).get("p");
    Class<?> as = value instanceof ByteBuffer ? ByteBuffer.class : value.getClass();
    assertThat((Object) result.as(as)).isEqualTo(value);
  }

  @Property(seed = "20261127")
  void durationsOfMonthsAreReadAsTheyWere(
      @ForAll int months, @ForAll int days, @ForAll long nanos) {
    CqlDuration duration =
        new CqlDuration(months & 0x7FFFFFFF, days & 0x7FFFFFFF, nanos & Long.MAX_VALUE);
    assertThat(sentAndRead(duration, GraphProtocol.GRAPHSON_3)).isEqualTo(duration);
  }

  @Property(tries = 200, seed = "20261127")
  void numbersOfAnyLengthThatIsReadAreExact(@ForAll BigInteger value) {
    BigInteger large = value.pow(9);
    assertThat(new GraphResult(new JsonNumber(large.toString()).value()).as(BigInteger.class))
        .isEqualTo(large);
  }
}
