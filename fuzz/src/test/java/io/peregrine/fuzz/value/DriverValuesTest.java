package io.peregrine.fuzz.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.dse.driver.api.core.data.geometry.LineString;
import com.datastax.dse.driver.api.core.data.geometry.Point;
import com.datastax.dse.driver.api.core.data.geometry.Polygon;
import com.datastax.dse.driver.api.core.data.time.DateRange;
import com.datastax.dse.driver.api.core.type.codec.DseTypeCodecs;
import com.datastax.oss.driver.api.core.DefaultProtocolVersion;
import com.datastax.oss.driver.api.core.type.codec.TypeCodec;
import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.value.DateRange.Kind;
import io.peregrine.codec.value.DateRange.Precision;
import java.nio.ByteBuffer;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** The Java driver's codecs and ours agree on every value of every type, byte for byte. */
class DriverValuesTest {
  private static final long YEAR_9999 = 253_402_300_799_999L;

  static {
    // The driver's codecs log, nobody listens, and SLF4J need not say so.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }

  @Provide
  Arbitrary<TypedValue> values() {
    return GeneratedValues.any().filter(value -> !comparesTuples(value.type()));
  }

  /**
   * Whether values of a type are told apart by tuples in them: for the driver, a null collection
   * within a tuple equals an empty one, so that its sets lose one of the two.
   */
  private static boolean comparesTuples(DataType type) {
    if (type instanceof DataType.SetType set) {
      return holdsTuples(set.element());
    }
    if (type instanceof DataType.MapType map) {
      return holdsTuples(map.key()) || comparesTuples(map.value());
    }
    return parts(type).stream().anyMatch(DriverValuesTest::comparesTuples);
  }

  private static boolean holdsTuples(DataType type) {
    return type instanceof DataType.TupleType
        || type instanceof DataType.UserType
        || parts(type).stream().anyMatch(DriverValuesTest::holdsTuples);
  }

  private static List<DataType> parts(DataType type) {
    if (type instanceof DataType.ListType list) {
      return List.of(list.element());
    }
    if (type instanceof DataType.SetType set) {
      return List.of(set.element());
    }
    if (type instanceof DataType.MapType map) {
      return List.of(map.key(), map.value());
    }
    if (type instanceof DataType.VectorType vector) {
      return List.of(vector.element());
    }
    if (type instanceof DataType.TupleType tuple) {
      return tuple.components();
    }
    return type instanceof DataType.UserType udt ? udt.fieldTypes() : List.of();
  }

  @Property(tries = 20_000, seed = "20261122")
  void theJavaDriverReadsWhatWeWrite(@ForAll("values") TypedValue value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.encoded());
    assertThat(DriverValues.read(value.type(), bytes)).isEqualTo(value.value());
  }

  @Property(tries = 20_000, seed = "20261122")
  void weReadWhatTheJavaDriverWrites(@ForAll("values") TypedValue value) {
    ByteBuffer bytes = DriverValues.write(value.type(), value.value());
    assertThat(TypedValue.decode(value.type(), bytes)).isEqualTo(value.value());
  }

  /** It writes sets and maps in the order that it is given, so it is given the one of ours. */
  @Property(tries = 20_000, seed = "20261122")
  void weWriteWhatTheJavaDriverWrites(@ForAll("values") TypedValue value) {
    ByteBuffer bytes = ByteBuffer.wrap(value.encoded());
    Object written = Objects.requireNonNull(TypedValue.decode(value.type(), bytes));
    assertThat(DriverValues.write(value.type(), written)).isEqualTo(bytes);
  }

  @Property(tries = 5_000, seed = "20261122")
  void dateRangesAreThoseOfTheJavaDriver(
      @ForAll Kind kind,
      @ForAll Precision from,
      @ForAll Precision to,
      @ForAll @LongRange(min = 0, max = YEAR_9999 - 1) long start,
      @ForAll @LongRange(min = 0, max = YEAR_9999) long length)
      throws ParseException {
    Instant lower = Instant.ofEpochMilli(start);
    Instant upper = Instant.ofEpochMilli(start + 1 + length % (YEAR_9999 - start));
    io.peregrine.codec.value.DateRange range =
        switch (kind) {
          case SINGLE -> io.peregrine.codec.value.DateRange.date(lower, from);
          case CLOSED -> io.peregrine.codec.value.DateRange.between(lower, from, upper, to);
          case OPEN_HIGH -> io.peregrine.codec.value.DateRange.from(lower, from);
          case OPEN_LOW -> io.peregrine.codec.value.DateRange.until(upper, to);
          case OPEN -> io.peregrine.codec.value.DateRange.OPEN;
          case SINGLE_OPEN -> io.peregrine.codec.value.DateRange.ANY;
        };
    assertSame(
        DseType.DATE_RANGE, range, DseTypeCodecs.DATE_RANGE, DateRange.parse(range.toString()));
  }

  @Property(tries = 2_000, seed = "20261122")
  void pointsAndLinesAreThoseOfTheJavaDriver(
      @ForAll @Size(min = 4, max = 24) List<Integer> coordinates) {
    List<io.peregrine.codec.value.Point> ours = new ArrayList<>();
    List<Point> theirs = new ArrayList<>();
    for (int i = 0; i + 1 < coordinates.size(); i += 2) {
      // The driver refuses lines that cross themselves, so these go from left to right.
      double x = i + Math.floorMod(coordinates.get(i), 1024) / 1024.0;
      double y = coordinates.get(i + 1) / 1024.0;
      ours.add(new io.peregrine.codec.value.Point(x, y));
      theirs.add(Point.fromCoordinates(x, y));
    }
    assertSame(DseType.POINT, ours.get(0), DseTypeCodecs.POINT, theirs.get(0));
    assertSame(
        DseType.LINE_STRING,
        new io.peregrine.codec.value.LineString(ours),
        DseTypeCodecs.LINE_STRING,
        LineString.fromPoints(
            theirs.get(0), theirs.get(1), theirs.subList(2, theirs.size()).toArray(Point[]::new)));
  }

  @Property(tries = 1_000, seed = "20261122")
  void polygonsAreThoseOfTheJavaDriver(
      @ForAll @LongRange(min = -1_000, max = 1_000) long x,
      @ForAll @LongRange(min = 4, max = 1_000) long width,
      @ForAll boolean hole) {
    List<io.peregrine.codec.value.LineString> rings = new ArrayList<>();
    rings.add(square(x, width, false));
    Polygon.Builder theirs = Polygon.builder();
    addRing(theirs, rings.get(0));
    if (hole) {
      rings.add(square(x + 1, width - 2, true));
      addRing(theirs, rings.get(1));
    }
    assertSame(
        DseType.POLYGON,
        new io.peregrine.codec.value.Polygon(rings),
        DseTypeCodecs.POLYGON,
        theirs.build());
  }

  /** A closed square; outer rings go against the clock, holes with it. */
  private static io.peregrine.codec.value.LineString square(
      long at, long width, boolean clockwise) {
    io.peregrine.codec.value.Point corner = new io.peregrine.codec.value.Point(at, at);
    io.peregrine.codec.value.Point right = new io.peregrine.codec.value.Point(at + width, at);
    io.peregrine.codec.value.Point top = new io.peregrine.codec.value.Point(at, at + width);
    return io.peregrine.codec.value.LineString.of(
        corner,
        clockwise ? top : right,
        new io.peregrine.codec.value.Point(at + width, at + width),
        clockwise ? right : top,
        corner);
  }

  private static void addRing(Polygon.Builder builder, io.peregrine.codec.value.LineString ring) {
    Point[] points =
        ring.points().stream()
            .limit(4)
            .map(point -> Point.fromCoordinates(point.x(), point.y()))
            .toArray(Point[]::new);
    builder.addRing(points[0], points[1], points[2], points[3]);
  }

  private static <T> void assertSame(DataType type, Object ours, TypeCodec<T> codec, T theirs) {
    ByteBuffer bytes = ByteBuffer.wrap(new TypedValue(type, ours).encoded());
    assertThat(bytes).isEqualTo(codec.encode(theirs, DefaultProtocolVersion.V5));
    assertThat(TypedValue.decode(type, bytes)).isEqualTo(ours);
    // The driver leaves the time zone away where a bound is less precise than a second; DSE does
    // not. Its geometries are not equal to themselves read again, so that their text must do.
    String text = ours.toString().replace("Z", "");
    assertThat(theirs.toString().replace("Z", "")).isEqualTo(text);
    assertThat(String.valueOf(codec.decode(bytes, DefaultProtocolVersion.V5)).replace("Z", ""))
        .isEqualTo(text);
  }
}
