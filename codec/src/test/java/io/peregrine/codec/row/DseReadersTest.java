package io.peregrine.codec.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.DateRange.Kind;
import io.peregrine.codec.value.DateRange.Precision;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import io.peregrine.codec.value.ValueEncoder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.Instant;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DSE's values and numbers of variable length, read in place. */
class DseReadersTest {
  private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
  private final GeometryReader geometry = new GeometryReader();
  private final DateRangeReader range = new DateRangeReader();

  @Test
  void ringsOfAPolygonAreReadInAnyOrder() {
    LineString outer = LineString.of(new Point(0, 0), new Point(9, 0), new Point(9, 9));
    LineString hole = LineString.of(new Point(1, 2), new Point(3, 4));
    ValueReader value =
        value(DseType.POLYGON, Polygon.of(outer, LineString.EMPTY, hole), DseType.POLYGON);
    assertThat(value.getGeometry(geometry)).isTrue();
    assertThat(geometry.shape()).isEqualTo(DseType.POLYGON);
    assertThat(geometry.ringCount()).isEqualTo(3);
    assertThat(geometry.size()).isEqualTo(3);
    assertThat(geometry.x(1)).isEqualTo(9);
    assertThat(geometry.ring(2).size()).isEqualTo(2);
    assertThat(geometry.x(1)).isEqualTo(3);
    assertThat(geometry.y(1)).isEqualTo(4);
    assertThat(geometry.ring(1).size()).isZero();
    assertThatThrownBy(() -> geometry.x(0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(geometry.ring(0).y(2)).isEqualTo(9);
    assertThatThrownBy(() -> geometry.ring(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> geometry.y(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shapeIsTakenFromTheBytesWhereTheTypeIsNotKnown() {
    assertThat(value(DseType.POINT, new Point(1, 2), null).getGeometry(geometry)).isTrue();
    assertThat(geometry.shape()).isEqualTo(DseType.POINT);
    assertThat(geometry.ringCount()).isEqualTo(1);
    assertThat(geometry.size()).isEqualTo(1);
    assertThat(geometry.y(0)).isEqualTo(2);
    LineString line = LineString.of(new Point(5, 6), new Point(7, 8));
    assertThat(value(DseType.LINE_STRING, line, null).getGeometry(geometry)).isTrue();
    assertThat(geometry.shape()).isEqualTo(DseType.LINE_STRING);
    assertThat(geometry.x(1)).isEqualTo(7);
  }

  @Test
  void nullLeavesAReaderOverNothing() {
    value(DseType.POINT, new Point(1, 2), null).getGeometry(geometry);
    assertThat(value(DseType.POINT, null, DseType.POINT).getGeometry(geometry)).isFalse();
    assertThat(geometry.shape()).isNull();
    assertThat(geometry.size()).isZero();
    assertThat(geometry.ringCount()).isZero();
    assertThat(value(DseType.DATE_RANGE, null, DseType.DATE_RANGE).getDateRange(range)).isFalse();
    assertThat(range.kind()).isNull();
  }

  @Test
  void boundsOfADateRangeAreReadInPlace() {
    Instant from = Instant.parse("2017-02-01T00:00:00Z");
    DateRange closed = DateRange.between(from, Precision.DAY, from, Precision.YEAR);
    assertThat(value(DseType.DATE_RANGE, closed, null).getDateRange(range)).isTrue();
    assertThat(range.kind()).isEqualTo(Kind.CLOSED);
    assertThat(range.lowerMillis()).isEqualTo(from.toEpochMilli());
    assertThat(range.lowerPrecision()).isEqualTo(Precision.DAY);
    assertThat(range.upperMillis())
        .isEqualTo(Instant.parse("2017-12-31T23:59:59.999Z").toEpochMilli());
    assertThat(range.upperPrecision()).isEqualTo(Precision.YEAR);
    DateRange until = DateRange.until(from, Precision.SECOND);
    value(DseType.DATE_RANGE, until, DseType.DATE_RANGE).getDateRange(range);
    assertThat(range.lowerPrecision()).isNull();
    assertThat(range.lowerMillis()).isZero();
    assertThat(range.upperMillis()).isEqualTo(from.toEpochMilli() + 999);
  }

  @Test
  void gettersOfOtherTypesAreRefused() {
    ValueReader point = value(DseType.POINT, new Point(1, 2), DseType.POINT);
    assertThatThrownBy(() -> point.getDateRange(range)).isInstanceOf(WrongTypeException.class);
    ValueReader open = value(DseType.DATE_RANGE, DateRange.OPEN, DseType.DATE_RANGE);
    assertThatThrownBy(() -> open.getGeometry(geometry)).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(open::getVarintAsLong).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(open::getDecimalScale).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(open::getDurationDays).isInstanceOf(WrongTypeException.class);
    assertThatThrownBy(() -> geometry.wrap(bytes, 0, 0, Primitive.INT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "127",
        "128",
        "-129",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890"
      })
  void numbersAreExactOrRefused(String digits) {
    BigInteger number = new BigInteger(digits);
    ValueReader varint = value(Primitive.VARINT, number, Primitive.VARINT);
    if (number.bitLength() < 64) {
      assertThat(varint.getVarintAsLong()).isEqualTo(number.longValueExact());
    } else {
      assertThatThrownBy(varint::getVarintAsLong).isInstanceOf(ArithmeticException.class);
    }
    ValueReader decimal = value(Primitive.DECIMAL, new BigDecimal(number, -7), Primitive.DECIMAL);
    assertThat(decimal.getDecimalScale()).isEqualTo(-7);
    if (number.bitLength() < 64) {
      assertThat(decimal.getDecimalUnscaledAsLong()).isEqualTo(number.longValueExact());
    } else {
      assertThatThrownBy(decimal::getDecimalUnscaledAsLong)
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("getObject");
    }
  }

  @Test
  void numbersLongerThanNeededAreExactToo() {
    for (int sign = -1; sign <= 0; sign++) {
      bytes.setMemory(0, 20, (byte) sign);
      bytes.putLong(12, sign == 0 ? Long.MAX_VALUE : Long.MIN_VALUE, ByteOrder.BIG_ENDIAN);
      ValueReader value = new ValueReader().wrap(bytes, 0, 20, Primitive.VARINT);
      assertThat(value.getVarintAsLong()).isEqualTo(sign == 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
      bytes.putByte(3, (byte) 5);
      assertThatThrownBy(value::getVarintAsLong).isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void bulkReadAndWriteTakeAnyLengthAndPlace() {
    for (int size = 1; size < 9; size++) {
      float[] floats = new float[size];
      int[] ints = new int[size];
      long[] longs = new long[size];
      double[] doubles = new double[size];
      for (int i = 0; i < size; i++) {
        floats[i] = -1.5f * i + 0.1f;
        ints[i] = -70_000 * i + 3;
        longs[i] = (-7L << 40) * i + 3;
        doubles[i] = -1.5 * i + 0.1;
      }
      assertThat(bulk(Primitive.FLOAT, floats, new float[size])).isEqualTo(floats);
      assertThat(bulk(Primitive.INT, ints, new int[size])).isEqualTo(ints);
      assertThat(bulk(Primitive.BIGINT, longs, new long[size])).isEqualTo(longs);
      assertThat(bulk(Primitive.TIMESTAMP, longs, new long[size])).isEqualTo(longs);
      assertThat(bulk(Primitive.DOUBLE, doubles, new double[size])).isEqualTo(doubles);
    }
  }

  /** Writes an array in bulk, reads it one by one against the objects, and again in bulk. */
  private Object bulk(DataType element, Object array, Object into) {
    int size = java.lang.reflect.Array.getLength(array);
    DataType.VectorType type = new DataType.VectorType(element, size);
    VectorReader vector = new VectorReader();
    assertThat(value(type, array, type).getVector(vector)).isTrue();
    for (int i = 0; i < size && element != Primitive.TIMESTAMP; i++) {
      assertThat(vector.next()).isTrue();
      assertThat(vector.getObject()).isEqualTo(java.lang.reflect.Array.get(array, i));
    }
    if (into instanceof float[] floats) {
      vector.getFloats(floats);
    } else if (into instanceof int[] ints) {
      vector.getInts(ints);
    } else if (into instanceof double[] doubles) {
      vector.getDoubles(doubles);
    } else {
      vector.getLongs((long[]) into);
    }
    return into;
  }

  private ValueReader value(DataType type, @Nullable Object value, @Nullable DataType known) {
    ExpandableArrayBuffer fresh = new ExpandableArrayBuffer(8);
    ValueEncoder.encode(type, value, new ValueWriter().wrap(fresh, 3));
    int length = fresh.getInt(3, ByteOrder.BIG_ENDIAN);
    return new ValueReader().wrap(fresh, 7, length, known);
  }
}
