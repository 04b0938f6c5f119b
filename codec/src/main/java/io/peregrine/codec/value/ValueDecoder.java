package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.row.DateRangeReader;
import io.peregrine.codec.row.GeometryReader;
import io.peregrine.codec.row.ListReader;
import io.peregrine.codec.row.MapReader;
import io.peregrine.codec.row.TupleReader;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.VectorReader;
import io.peregrine.codec.row.Vints;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes Java objects of encoded values (v5 specification, section 6). Stateless; any thread may use
 * it.
 *
 * <table>
 * <caption>CQL types and Java classes</caption>
 * <tr><th>CQL</th><th>Java</th></tr>
 * <tr><td>ascii, text</td><td>String</td></tr>
 * <tr><td>bigint, counter</td><td>Long</td></tr>
 * <tr><td>blob, custom types</td><td>ByteBuffer, a read-only copy</td></tr>
 * <tr><td>boolean</td><td>Boolean</td></tr>
 * <tr><td>date, time, timestamp</td><td>LocalDate, LocalTime, Instant</td></tr>
 * <tr><td>decimal, varint</td><td>BigDecimal, BigInteger</td></tr>
 * <tr><td>double, float</td><td>Double, Float</td></tr>
 * <tr><td>duration</td><td>CqlDuration</td></tr>
 * <tr><td>inet</td><td>InetAddress</td></tr>
 * <tr><td>int, smallint, tinyint</td><td>Integer, Short, Byte</td></tr>
 * <tr><td>uuid, timeuuid</td><td>UUID</td></tr>
 * <tr><td>list, vector</td><td>List</td></tr>
 * <tr><td>set, map</td><td>Set, Map, in the order of the bytes</td></tr>
 * <tr><td>tuple, user-defined type</td><td>TupleValue, UdtValue</td></tr>
 * <tr><td>types of DSE</td><td>Point, LineString, Polygon, DateRange</td></tr>
 * </table>
 *
 * <p>Collections are unmodifiable. A value of no bytes is the empty text or blob; of any other type
 * it is null. A set or map is refused if too many of its keys have one hash: see {@link KeyCrowd}.
 */
public final class ValueDecoder {
  private static final ByteOrder WIRE = ByteOrder.BIG_ENDIAN;
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  /**
   * As many bytes as make a BigInteger whatever is in them: its magnitude has less than 2^31 bits.
   */
  static final int MAX_INTEGER_LENGTH = (1 << 28) - 1;

  private ValueDecoder() {}

  /**
   * Decodes one value.
   *
   * @param type its type
   * @param buffer where its bytes are
   * @param offset where they begin, behind the length
   * @param length how many there are; negative for null
   * @return the object, or null
   * @throws MalformedMessageException if the bytes are none that the type has; its offset is
   *     counted from the beginning of the innermost value
   */
  public static @Nullable Object decode(
      DataType type, DirectBuffer buffer, int offset, int length) {
    if (length < 0) {
      return null;
    }
    buffer.boundsCheck(offset, length);
    if (type instanceof DataType.Primitive primitive) {
      return decodePrimitive(primitive, buffer, offset, length);
    }
    if (type instanceof DataType.CustomType) {
      return blob(buffer, offset, length);
    }
    if (length == 0) {
      return null;
    }
    return type instanceof DataType.DseType dse
        ? decodeDse(dse, buffer, offset, length)
        : decodeNested(type, buffer, offset, length);
  }

  private static @Nullable Object decodePrimitive(
      DataType.Primitive type, DirectBuffer buffer, int offset, int length) {
    switch (type) {
      case ASCII:
      case VARCHAR:
        return buffer.getStringWithoutLengthUtf8(offset, length);
      case BLOB:
        return blob(buffer, offset, length);
      default:
        return length == 0 ? null : decodeNumber(type, buffer, offset, length);
    }
  }

  private static Object decodeNumber(
      DataType.Primitive type, DirectBuffer buffer, int offset, int length) {
    switch (type) {
      case BOOLEAN:
        check(type, length, 1);
        return buffer.getByte(offset) != 0;
      case TINYINT:
        check(type, length, 1);
        return buffer.getByte(offset);
      case SMALLINT:
        check(type, length, 2);
        return buffer.getShort(offset, WIRE);
      case INT:
        check(type, length, 4);
        return buffer.getInt(offset, WIRE);
      case BIGINT:
      case COUNTER:
        check(type, length, 8);
        return buffer.getLong(offset, WIRE);
      case FLOAT:
        check(type, length, 4);
        return buffer.getFloat(offset, WIRE);
      case DOUBLE:
        check(type, length, 8);
        return buffer.getDouble(offset, WIRE);
      case UUID:
      case TIMEUUID:
        check(type, length, 16);
        return new UUID(buffer.getLong(offset, WIRE), buffer.getLong(offset + 8, WIRE));
      case VARINT:
        return integer(type, buffer, offset, length);
      case DECIMAL:
        return decimal(buffer, offset, length);
      case INET:
        return inet(buffer, offset, length);
      default:
        return decodeTime(type, buffer, offset, length);
    }
  }

  private static Object decodeTime(
      DataType.Primitive type, DirectBuffer buffer, int offset, int length) {
    switch (type) {
      case DATE:
        check(type, length, 4);
        return LocalDate.ofEpochDay((buffer.getInt(offset, WIRE) & 0xFFFF_FFFFL) - (1L << 31));
      case TIME:
        check(type, length, 8);
        long nanos = buffer.getLong(offset, WIRE);
        if (nanos < 0 || nanos >= NANOS_PER_DAY) {
          throw malformed(type, nanos + " ns are not within a day");
        }
        return LocalTime.ofNanoOfDay(nanos);
      case TIMESTAMP:
        check(type, length, 8);
        return Instant.ofEpochMilli(buffer.getLong(offset, WIRE));
      case DURATION:
        return duration(buffer, offset, length);
      default:
        throw new IllegalArgumentException("no decoding for " + type);
    }
  }

  private static Object decimal(DirectBuffer buffer, int offset, int length) {
    if (length < 5) {
      throw malformed(DataType.Primitive.DECIMAL, "length " + length + ", at least 5 are needed");
    }
    BigInteger unscaled = integer(DataType.Primitive.DECIMAL, buffer, offset + 4, length - 4);
    return new BigDecimal(unscaled, buffer.getInt(offset, WIRE));
  }

  private static BigInteger integer(
      DataType.Primitive type, DirectBuffer buffer, int offset, int length) {
    if (length > MAX_INTEGER_LENGTH) {
      throw malformed(
          type,
          length
              + " bytes of a number, but a BigInteger has at most "
              + MAX_INTEGER_LENGTH
              + "; read the value as bytes");
    }
    return new BigInteger(bytes(buffer, offset, length));
  }

  private static Object inet(DirectBuffer buffer, int offset, int length) {
    if (length != 4 && length != 16) {
      throw malformed(DataType.Primitive.INET, "length " + length + " is neither 4 nor 16");
    }
    try {
      return InetAddress.getByAddress(bytes(buffer, offset, length));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object duration(DirectBuffer buffer, int offset, int length) {
    int end = offset + length;
    int daysAt = offset + vintSize(buffer, offset, offset, end);
    int nanosAt = daysAt + vintSize(buffer, daysAt, offset, end);
    int last = nanosAt + vintSize(buffer, nanosAt, offset, end);
    long months = Vints.unZigZag(Vints.getUnsigned(buffer, offset));
    long days = Vints.unZigZag(Vints.getUnsigned(buffer, daysAt));
    long nanos = Vints.unZigZag(Vints.getUnsigned(buffer, nanosAt));
    if (last != end || months != (int) months || days != (int) days) {
      throw malformed(
          DataType.Primitive.DURATION,
          months + " months, " + days + " days, " + (end - last) + " bytes left over");
    }
    try {
      return new CqlDuration((int) months, (int) days, nanos);
    } catch (InvalidValueException e) {
      throw malformed(DataType.Primitive.DURATION, String.valueOf(e.getMessage()));
    }
  }

  private static int vintSize(DirectBuffer buffer, int at, int start, int end) {
    int size = at < end ? Vints.sizeByFirst(buffer.getByte(at)) : 1;
    if (size > end - at) {
      throw new MalformedMessageException(
          "duration", at - start, size + " bytes are needed, " + (end - at) + " are left");
    }
    return size;
  }

  private static Object decodeDse(
      DataType.DseType type, DirectBuffer buffer, int offset, int length) {
    if (type == DataType.DseType.DATE_RANGE) {
      return dateRange(new DateRangeReader().wrap(buffer, offset, length));
    }
    GeometryReader reader = new GeometryReader().wrap(buffer, offset, length, type);
    if (type == DataType.DseType.POINT) {
      return new Point(reader.x(0), reader.y(0));
    }
    if (type == DataType.DseType.LINE_STRING) {
      return line(reader);
    }
    List<LineString> rings = new ArrayList<>(reader.ringCount());
    for (int i = 0; i < reader.ringCount(); i++) {
      rings.add(line(reader.ring(i)));
    }
    return new Polygon(rings);
  }

  private static LineString line(GeometryReader reader) {
    List<Point> points = new ArrayList<>(reader.size());
    for (int i = 0; i < reader.size(); i++) {
      points.add(new Point(reader.x(i), reader.y(i)));
    }
    return new LineString(points);
  }

  private static DateRange dateRange(DateRangeReader reader) {
    DateRange.Kind kind = reader.kind();
    DateRange.Precision from = reader.lowerPrecision();
    DateRange.Precision to = reader.upperPrecision();
    return DateRange.of(
        kind == null ? DateRange.Kind.OPEN : kind,
        from == null ? null : new DateRange.Bound(reader.lowerMillis(), from),
        to == null ? null : new DateRange.Bound(reader.upperMillis(), to));
  }

  private static Object decodeNested(DataType type, DirectBuffer buffer, int offset, int length) {
    if (type instanceof DataType.ListType) {
      ListReader reader = new ListReader().wrap(buffer, offset, length, type);
      List<@Nullable Object> list = new ArrayList<>(reader.size());
      while (reader.next()) {
        list.add(reader.getObject());
      }
      return Collections.unmodifiableList(list);
    }
    if (type instanceof DataType.SetType) {
      ListReader reader = new ListReader().wrap(buffer, offset, length, type);
      Set<@Nullable Object> set = new LinkedHashSet<>();
      KeyCrowd crowd = new KeyCrowd(set);
      while (reader.next()) {
        Object element = reader.getObject();
        set.add(element);
        crowd.check(type, element);
      }
      return Collections.unmodifiableSet(set);
    }
    if (type instanceof DataType.MapType) {
      MapReader reader = new MapReader().wrap(buffer, offset, length, type);
      Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
      KeyCrowd crowd = new KeyCrowd(map.keySet());
      while (reader.next()) {
        Object key = reader.key().getObject();
        map.put(key, reader.value().getObject());
        crowd.check(type, key);
      }
      return Collections.unmodifiableMap(map);
    }
    if (type instanceof DataType.VectorType vector) {
      VectorReader reader = new VectorReader().wrap(buffer, offset, length, vector);
      List<@Nullable Object> list = new ArrayList<>(reader.size());
      while (reader.next()) {
        list.add(reader.getObject());
      }
      return Collections.unmodifiableList(list);
    }
    List<@Nullable Object> components = components(type, buffer, offset, length);
    return type instanceof DataType.UserType udt
        ? UdtValue.of(udt, components)
        : TupleValue.of((DataType.TupleType) type, components);
  }

  private static List<@Nullable Object> components(
      DataType type, DirectBuffer buffer, int offset, int length) {
    TupleReader reader = new TupleReader().wrap(buffer, offset, length, type);
    List<@Nullable Object> components = new ArrayList<>(reader.size());
    for (int i = 0; i < reader.size(); i++) {
      ValueGetters component = reader.at(i);
      components.add(component.getObject());
    }
    return components;
  }

  private static ByteBuffer blob(DirectBuffer buffer, int offset, int length) {
    return ByteBuffer.wrap(bytes(buffer, offset, length)).asReadOnlyBuffer();
  }

  private static byte[] bytes(DirectBuffer buffer, int offset, int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(offset, bytes);
    return bytes;
  }

  private static void check(DataType type, int length, int size) {
    if (length != size) {
      throw malformed(type, "length " + length + " where " + size + " is needed");
    }
  }

  private static MalformedMessageException malformed(DataType type, String problem) {
    return new MalformedMessageException(type.toString(), 0, problem);
  }
}
