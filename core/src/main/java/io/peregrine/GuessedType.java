package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import io.peregrine.type.TypeCodecs;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.util.Collection;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Which CQL type a value probably is, where the server has not said. Stateless. */
final class GuessedType {
  private static final Map<Class<?>, DataType> BY_CLASS = new LinkedHashMap<>();

  static {
    BY_CLASS.put(CharSequence.class, Primitive.VARCHAR);
    BY_CLASS.put(Integer.class, Primitive.INT);
    BY_CLASS.put(Long.class, Primitive.BIGINT);
    BY_CLASS.put(Double.class, Primitive.DOUBLE);
    BY_CLASS.put(Float.class, Primitive.FLOAT);
    BY_CLASS.put(Boolean.class, Primitive.BOOLEAN);
    BY_CLASS.put(Short.class, Primitive.SMALLINT);
    BY_CLASS.put(Byte.class, Primitive.TINYINT);
    BY_CLASS.put(BigDecimal.class, Primitive.DECIMAL);
    BY_CLASS.put(BigInteger.class, Primitive.VARINT);
    BY_CLASS.put(UUID.class, Primitive.UUID);
    BY_CLASS.put(Instant.class, Primitive.TIMESTAMP);
    BY_CLASS.put(Date.class, Primitive.TIMESTAMP);
    BY_CLASS.put(LocalDate.class, Primitive.DATE);
    BY_CLASS.put(LocalTime.class, Primitive.TIME);
    BY_CLASS.put(InetAddress.class, Primitive.INET);
    BY_CLASS.put(CqlDuration.class, Primitive.DURATION);
    BY_CLASS.put(Duration.class, Primitive.DURATION);
    BY_CLASS.put(Period.class, Primitive.DURATION);
    BY_CLASS.put(Enum.class, Primitive.VARCHAR);
    BY_CLASS.put(ByteBuffer.class, Primitive.BLOB);
    BY_CLASS.put(DirectBuffer.class, Primitive.BLOB);
    BY_CLASS.put(byte[].class, Primitive.BLOB);
    BY_CLASS.put(Point.class, DseType.POINT);
    BY_CLASS.put(LineString.class, DseType.LINE_STRING);
    BY_CLASS.put(Polygon.class, DseType.POLYGON);
    BY_CLASS.put(DateRange.class, DseType.DATE_RANGE);
  }

  private GuessedType() {}

  /**
   * The type of a value.
   *
   * @param codecs say the types of the application's own classes
   * @return the type, or null if none is known
   */
  static @Nullable DataType of(Object value, TypeCodecs codecs) {
    DataType assumed = codecs.assumedType(value.getClass());
    if (assumed != null) {
      return assumed;
    }
    if (value instanceof TupleValue tuple) {
      return tuple.type();
    }
    if (value instanceof UdtValue udt) {
      return udt.type();
    }
    if (value instanceof Map<?, ?> map) {
      DataType key = ofFirst(map.keySet(), codecs);
      DataType mapped = ofFirst(map.values(), codecs);
      return key == null || mapped == null ? null : new DataType.MapType(key, mapped);
    }
    if (value instanceof Collection<?> collection) {
      return ofCollection(collection, codecs);
    }
    if (value instanceof Optional<?> optional) {
      return ofFirst(optional.stream().toList(), codecs);
    }
    for (Map.Entry<Class<?>, DataType> entry : BY_CLASS.entrySet()) {
      if (entry.getKey().isInstance(value)) {
        return entry.getValue();
      }
    }
    return value.getClass().isArray() ? ofArray(value, codecs) : null;
  }

  private static @Nullable DataType ofCollection(Collection<?> collection, TypeCodecs codecs) {
    DataType element = ofFirst(collection, codecs);
    if (element == null) {
      return null;
    }
    return collection instanceof Set<?>
        ? new DataType.SetType(element)
        : new DataType.ListType(element);
  }

  private static @Nullable DataType ofArray(Object array, TypeCodecs codecs) {
    boolean isEmpty = Array.getLength(array) == 0;
    DataType element = ofFirst(isEmpty ? List.of() : List.of(Array.get(array, 0)), codecs);
    return element == null ? null : new DataType.ListType(element);
  }

  static WrongTypeException unknown(Object value) {
    return new WrongTypeException(
        "No CQL type is known for "
            + value.getClass().getName()
            + "; use one of the classes that the driver reads values as, register a TypeCodec that"
            + " assumes a type, or prepare the query");
  }

  private static @Nullable DataType ofFirst(Collection<?> elements, TypeCodecs codecs) {
    Iterator<?> iterator = elements.iterator();
    @Nullable Object first = iterator.hasNext() ? iterator.next() : null;
    return first == null ? Primitive.VARCHAR : of(first, codecs);
  }
}
