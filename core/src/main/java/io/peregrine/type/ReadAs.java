package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import io.peregrine.codec.value.TupleValue;
import io.peregrine.codec.value.UdtValue;
import io.peregrine.codec.value.ValueEncoder;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The codec of the classes that the driver reads values as of its own accord. Immutable; any thread
 * may use it.
 *
 * @param javaClass the class that {@code type} is read as, or one above it
 * @param <T> that class
 */
record ReadAs<T>(Class<T> javaClass) implements TypeCodec<T> {
  private static final Set<Class<?>> PLAIN =
      Set.of(
          String.class,
          Long.class,
          Integer.class,
          Short.class,
          Byte.class,
          Boolean.class,
          Double.class,
          Float.class,
          BigDecimal.class,
          BigInteger.class,
          UUID.class,
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          CqlDuration.class,
          Point.class,
          LineString.class,
          Polygon.class,
          DateRange.class);

  private static final Set<Class<?>> NESTED =
      Set.of(
          Object.class,
          Number.class,
          CharSequence.class,
          Comparable.class,
          InetAddress.class,
          ByteBuffer.class,
          List.class,
          Set.class,
          Map.class,
          Collection.class,
          Iterable.class,
          TupleValue.class,
          UdtValue.class);

  /** Whether a value is null, or of no bytes where that means nothing: not a text or blob. */
  static boolean isAbsent(DataType type, ValueGetters value) {
    int length = value.valueLength();
    return length < 0
        || length == 0
            && type != Primitive.VARCHAR
            && type != Primitive.ASCII
            && type != Primitive.BLOB
            && !(type instanceof DataType.CustomType);
  }

  /** Whether objects of a class have no others inside, and no codec but this one by default. */
  static boolean isPlain(Class<?> javaClass) {
    return PLAIN.contains(javaClass);
  }

  /** Whether a class is one that values are read as, or above one. */
  static boolean isRead(Class<?> javaClass) {
    return PLAIN.contains(javaClass) || NESTED.contains(javaClass);
  }

  /** What {@link io.peregrine.codec.value.ValueDecoder} makes of values of a type. */
  static Class<?> of(DataType type) {
    if (type instanceof Primitive primitive) {
      return ofPrimitive(primitive);
    }
    if (type instanceof DseType dse) {
      return switch (dse) {
        case POINT -> Point.class;
        case LINE_STRING -> LineString.class;
        case POLYGON -> Polygon.class;
        case DATE_RANGE -> DateRange.class;
      };
    }
    if (type instanceof DataType.ListType || type instanceof DataType.VectorType) {
      return List.class;
    }
    if (type instanceof DataType.SetType) {
      return Set.class;
    }
    if (type instanceof DataType.MapType) {
      return Map.class;
    }
    if (type instanceof DataType.TupleType) {
      return TupleValue.class;
    }
    return type instanceof DataType.UserType ? UdtValue.class : ByteBuffer.class;
  }

  private static Class<?> ofPrimitive(Primitive type) {
    return switch (type) {
      case ASCII, VARCHAR -> String.class;
      case BIGINT, COUNTER -> Long.class;
      case BLOB -> ByteBuffer.class;
      case BOOLEAN -> Boolean.class;
      case DECIMAL -> BigDecimal.class;
      case DOUBLE -> Double.class;
      case FLOAT -> Float.class;
      case INT -> Integer.class;
      case TIMESTAMP -> Instant.class;
      case UUID, TIMEUUID -> UUID.class;
      case VARINT -> BigInteger.class;
      case INET -> InetAddress.class;
      case DATE -> LocalDate.class;
      case TIME -> LocalTime.class;
      case SMALLINT -> Short.class;
      case TINYINT -> Byte.class;
      case DURATION -> CqlDuration.class;
    };
  }

  @Override
  public boolean accepts(DataType type) {
    return javaClass.isAssignableFrom(of(type));
  }

  @Override
  public void encode(DataType type, T value, ValueWriter writer) {
    ValueEncoder.encode(type, value, writer);
  }

  @Override
  @SuppressWarnings("NullAway")
  public T decode(DataType type, ValueGetters value) {
    return javaClass.cast(value.getObject());
  }
}
