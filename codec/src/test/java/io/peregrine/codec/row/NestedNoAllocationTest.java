package io.peregrine.codec.row;

import static io.peregrine.codec.row.NoAllocationTest.assertAllocatesNothing;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.DateRange.Precision;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Every type can be read in place without allocation, at any depth, by index and by name. */
class NestedNoAllocationTest {
  private static final DataType.UserType UDT =
      new DataType.UserType(
          "ks",
          "address",
          List.of("street", "numbers"),
          List.of(Primitive.VARCHAR, new DataType.SetType(Primitive.INT)));
  private static final DataType.TupleType TUPLE =
      new DataType.TupleType(List.of(Primitive.BIGINT, UDT));
  private static final DataType MAP =
      new DataType.MapType(Primitive.VARCHAR, new DataType.ListType(TUPLE));
  private static final DataType VECTORS =
      new DataType.VectorType(new DataType.VectorType(Primitive.DOUBLE, 3), 2);
  private static final DataType TEXTS = new DataType.VectorType(Primitive.VARCHAR, 2);
  private static final ColumnDefinitions COLUMNS =
      ColumnDefinitions.of(
          "ks",
          "t",
          List.of("map", "vec", "texts", "dur", "vi", "dec", "ip", "Line", "poly", "range", "emb"),
          List.of(
              MAP,
              VECTORS,
              TEXTS,
              Primitive.DURATION,
              Primitive.VARINT,
              Primitive.DECIMAL,
              Primitive.INET,
              DseType.LINE_STRING,
              DseType.POLYGON,
              DseType.DATE_RANGE,
              new DataType.VectorType(Primitive.FLOAT, 1536)));

  private final RowCursor cursor = new RowCursor();
  private final MapReader map = new MapReader();
  private final ListReader list = new ListReader();
  private final ListReader set = new ListReader();
  private final TupleReader tuple = new TupleReader();
  private final TupleReader udt = new TupleReader();
  private final VectorReader outer = new VectorReader();
  private final VectorReader inner = new VectorReader();
  private final GeometryReader geometry = new GeometryReader();
  private final DateRangeReader range = new DateRangeReader();
  private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
  private final StringBuilder text = new StringBuilder(64);
  private final double[] doubles = new double[3];
  private final float[] floats = new float[1536];

  @Test
  void valuesWithinValuesAllocateNothing() throws Exception {
    UnsafeBuffer bytes = row();
    assertAllocatesNothing(
        () -> {
          RowCursor row = cursor.wrap(ProtocolVersion.V5, bytes, 0, bytes.capacity(), COLUMNS);
          long sum = 0;
          while (row.next()) {
            sum += readMap(row) + readVectors(row);
          }
          return sum;
        });
  }

  @Test
  void everyOtherTypeAllocatesNothingByName() throws Exception {
    UnsafeBuffer bytes = row();
    assertAllocatesNothing(
        () -> {
          RowCursor row = cursor.wrap(ProtocolVersion.V5, bytes, 0, bytes.capacity(), COLUMNS);
          long sum = 0;
          while (row.next()) {
            sum += readNumbers(row) + readDse(row);
          }
          return sum;
        });
  }

  @Test
  void writingDseValuesAndVectorsAllocatesNothing() {
    ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(8192);
    ValueWriter writer = new ValueWriter();
    LineString line = LineString.of(new Point(1, 2), new Point(3, 4));
    Polygon polygon = Polygon.of(line, line);
    DateRange years =
        DateRange.between(Instant.EPOCH, Precision.YEAR, Instant.EPOCH, Precision.DAY);
    assertAllocatesNothing(
        () -> {
          writer.wrap(buffer, 0);
          writer.putPoint(1, 2);
          writer.putLineString(line);
          writer.putPolygon(polygon);
          writer.putDateRange(years);
          writer.putVector(floats);
          writer.putVector(doubles);
          return writer.position();
        });
  }

  private long readMap(RowCursor row) {
    long sum = row.getMap("map", map) ? map.size() : 0;
    while (map.next()) {
      text.setLength(0);
      sum += map.key().appendTo(text);
      map.value().getList(list);
      while (list.next()) {
        list.getTuple(tuple);
        sum += tuple.at(0).getLong();
        tuple.at(1).getTuple(udt);
        sum += udt.at("street").appendTo(text);
        udt.at("numbers").getList(set);
        while (set.next()) {
          sum += set.getInt();
        }
      }
    }
    return sum;
  }

  private long readVectors(RowCursor row) {
    long sum = row.getVector(1, outer) ? 1 : 0;
    while (outer.next()) {
      outer.getVector(inner);
      sum += inner.getDoubles(doubles) + (long) doubles[2];
      while (inner.next()) {
        sum += (long) inner.getDouble();
      }
    }
    row.getVector("texts", outer);
    while (outer.next()) {
      outer.getBytes(view);
      sum += view.capacity();
    }
    row.getVector("emb", outer);
    return sum + outer.getFloats(floats) + (long) floats[1535];
  }

  private long readNumbers(RowCursor row) {
    ValueGetters duration = row.cell("dur");
    long sum = duration.getDurationMonths() + duration.getDurationDays();
    sum += duration.getDurationNanos();
    sum += row.cell("VI").getVarintAsLong();
    sum += row.cell("dec").getDecimalScale() + row.cell("dec").getDecimalUnscaledAsLong();
    row.getBytes("ip", view);
    return sum + view.getByte(3);
  }

  private long readDse(RowCursor row) {
    row.cell("\"Line\"").getGeometry(geometry);
    long sum = geometry.size();
    row.cell("poly").getGeometry(geometry);
    for (int i = 0; i < geometry.ringCount(); i++) {
      geometry.ring(i);
      for (int j = 0; j < geometry.size(); j++) {
        sum += (long) (geometry.x(j) + geometry.y(j));
      }
    }
    row.cell("range").getDateRange(range);
    sum += range.lowerMillis() + range.upperMillis();
    return sum + (range.upperPrecision() == Precision.DAY ? 1 : 0);
  }

  private static UnsafeBuffer row() throws Exception {
    List<Object> address = List.of("größer", Set.of(1, 2, 3));
    Object tuple = Arrays.asList(7L, io.peregrine.codec.value.UdtValue.of(UDT, address));
    LineString line = LineString.of(new Point(0, 0), new Point(5, 0), new Point(5, 5));
    Object[] values = {
      Map.of("key", List.of(tuple, tuple)),
      List.of(List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0)),
      List.of("one", "three"),
      new CqlDuration(1, 2, 3_000_000_000_000L),
      BigInteger.valueOf(-300),
      new BigDecimal("-123.45"),
      InetAddress.getByName("127.0.0.1"),
      line,
      Polygon.of(line, line),
      DateRange.between(Instant.EPOCH, Precision.YEAR, Instant.EPOCH, Precision.DAY),
      new float[1536]
    };
    Body body = new Body().ints(RowCursor.NO_METADATA, values.length, 1);
    for (int i = 0; i < values.length; i++) {
      body.cells(COLUMNS.type(i), values[i]);
    }
    return body.buffer();
  }
}
