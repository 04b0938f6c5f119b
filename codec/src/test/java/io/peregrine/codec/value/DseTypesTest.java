package io.peregrine.codec.value;

import static io.peregrine.codec.value.ValueVectorsTest.decode;
import static io.peregrine.codec.value.ValueVectorsTest.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.DateRange.Bound;
import io.peregrine.codec.value.DateRange.Kind;
import io.peregrine.codec.value.DateRange.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Known answers of DSE's own types, both ways, and what is none. */
class DseTypesTest {
  private static final Instant MOMENT = Instant.parse("2017-02-01T15:21:51Z");

  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of(
            DseType.POINT,
            new Point(1.5, -2),
            "0101000000000000000000f83f00000000000000c0",
            "POINT (1.5 -2)"),
        Arguments.of(
            DseType.POINT,
            new Point(1, 2),
            "0101000000000000000000f03f0000000000000040",
            "POINT (1 2)"),
        Arguments.of(
            DseType.LINE_STRING,
            LineString.of(new Point(0, 0), new Point(1, 1)),
            "0102000000020000000000000000000000"
                + "0000000000000000000000000000f03f000000000000f03f",
            "LINESTRING (0 0, 1 1)"),
        Arguments.of(
            DseType.LINE_STRING, LineString.EMPTY, "010200000000000000", "LINESTRING EMPTY"),
        Arguments.of(DseType.POLYGON, Polygon.EMPTY, "010300000000000000", "POLYGON EMPTY"),
        Arguments.of(
            DseType.POLYGON,
            Polygon.of(new Point(1, 2), new Point(3, 4), new Point(5, 6)),
            "01030000000100000003000000000000000000f03f00000000000000400000000000000840"
                + "000000000000104000000000000014400000000000001840",
            "POLYGON ((1 2, 3 4, 5 6))"),
        Arguments.of(
            DseType.POLYGON,
            Polygon.of(LineString.of(new Point(1, 2)), LineString.EMPTY),
            "01030000000200000001000000000000000000f03f000000000000004000000000",
            "POLYGON ((1 2), EMPTY)"),
        Arguments.of(
            DseType.DATE_RANGE,
            DateRange.date(MOMENT, Precision.MILLISECOND),
            "0000000159fa44829806",
            "2017-02-01T15:21:51.000Z"),
        Arguments.of(
            DseType.DATE_RANGE,
            DateRange.date(MOMENT, Precision.DAY),
            "0000000159f6f8880002",
            "2017-02-01"),
        Arguments.of(
            DseType.DATE_RANGE,
            DateRange.between(MOMENT, Precision.YEAR, MOMENT, Precision.MONTH),
            "010000015957536400000000015a872a97ff01",
            "[2017 TO 2017-02]"),
        Arguments.of(
            DseType.DATE_RANGE,
            DateRange.until(MOMENT, Precision.DAY),
            "0300000159fc1ee3ff02",
            "[* TO 2017-02-01]"),
        Arguments.of(
            DseType.DATE_RANGE,
            DateRange.from(MOMENT, Precision.HOUR),
            "0200000159fa30818003",
            "[2017-02-01T15Z TO *]"),
        Arguments.of(DseType.DATE_RANGE, DateRange.OPEN, "04", "[* TO *]"),
        Arguments.of(DseType.DATE_RANGE, DateRange.ANY, "05", "*"),
        Arguments.of(
            DseType.DATE_RANGE,
            DateRange.of(
                Kind.CLOSED,
                new Bound(0x125e961f9d1L, Precision.MILLISECOND),
                new Bound(0x176bb3e6fffL, Precision.YEAR)),
            "0100000125e961f9d10600000176bb3e6fff00",
            "[2010-01-01T10:15:30.001Z TO 2020]"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void valueAndBytesAndTextAreOne(DseType type, Object value, String hex, String text) {
    assertThat(encode(type, value)).isEqualTo(hex);
    assertThat(decode(type, hex)).isEqualTo(value).hasSameHashCodeAs(value);
    assertThat(value).hasToString(text);
    assertThat(value).isNotEqualTo("text");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyCutIsMalformed(DseType type, Object value, String hex, String text) {
    for (int length = 2; length < hex.length(); length += 2) {
      String cut = hex.substring(0, length);
      assertThatThrownBy(() -> decode(type, cut)).isInstanceOf(MalformedMessageException.class);
    }
    assertThatThrownBy(() -> decode(type, hex + "00"))
        .isInstanceOf(MalformedMessageException.class);
    assertThat(decode(type, "")).isNull();
    assertThatThrownBy(() -> encode(type, text)).isInstanceOf(WrongTypeException.class);
  }

  @Test
  void bigEndianGeometriesAreRead() {
    ByteBuffer bytes = ByteBuffer.allocate(100).order(ByteOrder.BIG_ENDIAN);
    bytes.put((byte) 0).putInt(3).putInt(1).putInt(2);
    bytes.putDouble(1.5).putDouble(-2).putDouble(3).putDouble(4e300).flip();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    assertThat(decode(DseType.POLYGON, HexFormat.of().formatHex(copy)))
        .isEqualTo(Polygon.of(new Point(1.5, -2), new Point(3, 4e300)));
  }

  @ParameterizedTest
  @CsvSource({
    "POINT, 0201000000000000000000f83f00000000000000c0, byte order 2",
    "POINT, 0102000000000000000000f83f00000000000000c0, shape 2",
    "LINE_STRING, 0102000000ffffff7f, count 2147483647",
    "LINE_STRING, 0102000000ffffffff, count -1",
    "POLYGON, 0103000000ffffff0f, count 268435455",
    "POLYGON, 010300000001000000ffffff0f, count 268435455",
    "DATE_RANGE, 06, kind 6",
    "DATE_RANGE, ff, kind -1",
    "DATE_RANGE, 0000000159fa44829807, precision 7"
  })
  void whatIsWrongIsNamed(DseType type, String hex, String problem) {
    assertThatThrownBy(() -> decode(type, hex))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @EnumSource
  void boundsLieAtTheEndsOfTheirUnit(Precision precision) {
    for (String text : List.of("2016-02-29T23:59:59.999Z", "1969-12-31T12:30:30.500Z")) {
      Instant moment = Instant.parse(text);
      Instant floor = precision.floor(moment);
      Instant ceiling = precision.ceiling(moment);
      assertThat(moment).isBetween(floor, ceiling);
      assertThat(precision.floor(ceiling)).isEqualTo(floor);
      assertThat(precision.floor(ceiling.plusMillis(1))).isEqualTo(ceiling.plusMillis(1));
      assertThat(precision.ceiling(floor)).isEqualTo(ceiling);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SINGLE", "CLOSED", "OPEN_HIGH", "OPEN_LOW"})
  void boundsMustBeThoseOfTheKind(Kind kind) {
    assertThatThrownBy(() -> DateRange.of(kind, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    Bound bound = new Bound(0, Precision.DAY);
    assertThatThrownBy(() -> DateRange.of(Kind.OPEN, bound, bound))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void geometriesDoNotChangeWithTheirLists() {
    List<Point> points = new ArrayList<>(List.of(new Point(0, 0)));
    LineString line = new LineString(points);
    points.clear();
    assertThat(line.points()).hasSize(1);
    assertThat(new Point(-0.0, 1e22)).hasToString("POINT (-0 10000000000000000000000)");
    assertThat(LineString.of()).isEqualTo(LineString.EMPTY);
  }
}
