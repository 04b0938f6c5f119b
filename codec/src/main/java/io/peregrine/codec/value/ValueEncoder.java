package io.peregrine.codec.value;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.row.ValueWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Date;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Java objects as encoded values (v5 specification, section 6). Stateless; any thread may
 * use it, each with a writer of its own.
 *
 * <p>It takes what {@link ValueDecoder} makes, and what widens to it without loss: smaller integer
 * classes for larger integers, {@link CharSequence} for text, {@code byte[]} and {@link
 * DirectBuffer} for a blob, {@link Date} and {@link Long} milliseconds for a timestamp, any
 * collection for a list or set, arrays of {@code int}, {@code long}, {@code float} and {@code
 * double} for a list or vector of that type, a list for a tuple, a map for a user-defined type. An
 * {@link Instant} is cut to the millisecond.
 *
 * <p>The elements of a set and the entries of a map are written in Cassandra's order, whatever
 * order the Java collection has, because equal keys must be equal bytes: for the token of a
 * partition key, and for a set inside a tuple, of which the server takes the bytes as they come. A
 * set given as another collection has each element once. Elements of custom types and those of DSE,
 * whose order only the server knows, stay in the collection's.
 */
public final class ValueEncoder {
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final long DAY_OFFSET = 1L << 31;

  private ValueEncoder() {}

  /**
   * Writes one {@code [value]}. If it throws, the writer stands where it stood.
   *
   * @param type the CQL type
   * @param value the object, or null for null
   * @param writer to write to
   * @throws WrongTypeException if the CQL type does not take the object's class
   * @throws InvalidValueException if the object is out of the type's range, or null where Cassandra
   *     refuses null
   */
  public static void encode(DataType type, @Nullable Object value, ValueWriter writer) {
    int mark = writer.mark();
    try {
      write(type, value, writer);
    } catch (RuntimeException e) {
      writer.reset(mark);
      throw e;
    }
  }

  static void write(DataType type, @Nullable Object value, ValueWriter writer) {
    if (value == null) {
      writer.putNull();
    } else if (type instanceof Primitive primitive) {
      writePrimitive(primitive, value, writer);
    } else if (type instanceof DataType.CustomType) {
      writeBytes(type, value, writer);
    } else if (type instanceof DataType.DseType dse) {
      writeDse(dse, value, writer);
    } else {
      NestedEncoder.write(type, value, writer);
    }
  }

  private static void writePrimitive(Primitive type, Object value, ValueWriter writer) {
    switch (type) {
      case VARCHAR:
        writer.putText(text(type, value));
        break;
      case ASCII:
        writeAscii(text(type, value), writer);
        break;
      case BLOB:
        writeBytes(type, value, writer);
        break;
      case BOOLEAN:
        if (!(value instanceof Boolean bool)) {
          throw wrongClass(type, value, "Boolean");
        }
        writer.putBoolean(bool);
        break;
      case UUID:
      case TIMEUUID:
        writeUuid(type, value, writer);
        break;
      case INET:
        if (!(value instanceof InetAddress address)) {
          throw wrongClass(type, value, "InetAddress");
        }
        writer.putInet(address.getAddress());
        break;
      case DATE:
      case TIME:
      case TIMESTAMP:
      case DURATION:
        writeTime(type, value, writer);
        break;
      default:
        writeNumber(type, value, writer);
    }
  }

  private static void writeNumber(Primitive type, Object value, ValueWriter writer) {
    switch (type) {
      case TINYINT:
        if (!(value instanceof Byte number)) {
          throw wrongClass(type, value, "Byte");
        }
        writer.putByte(number);
        break;
      case SMALLINT:
        if (!(value instanceof Short || value instanceof Byte)) {
          throw wrongClass(type, value, "Short or Byte");
        }
        writer.putShort(((Number) value).shortValue());
        break;
      case INT:
        if (!(value instanceof Integer || value instanceof Short || value instanceof Byte)) {
          throw wrongClass(type, value, "Integer, Short or Byte");
        }
        writer.putInt(((Number) value).intValue());
        break;
      case BIGINT:
      case COUNTER:
        if (!isIntegral(value)) {
          throw wrongClass(type, value, "Long, Integer, Short or Byte");
        }
        writer.putLong(((Number) value).longValue());
        break;
      case FLOAT:
        if (!(value instanceof Float number)) {
          throw wrongClass(type, value, "Float");
        }
        writer.putFloat(number);
        break;
      case DOUBLE:
        if (!(value instanceof Double || value instanceof Float)) {
          throw wrongClass(type, value, "Double or Float");
        }
        writer.putDouble(((Number) value).doubleValue());
        break;
      default:
        writeBigNumber(type, value, writer);
    }
  }

  private static void writeBigNumber(Primitive type, Object value, ValueWriter writer) {
    if (type == Primitive.VARINT) {
      if (value instanceof BigInteger integer) {
        writer.putVarint(integer);
      } else if (isIntegral(value)) {
        writer.putVarint(((Number) value).longValue());
      } else {
        throw wrongClass(type, value, "BigInteger, Long, Integer, Short or Byte");
      }
    } else if (value instanceof BigDecimal decimal) {
      writer.putDecimal(decimal);
    } else if (value instanceof BigInteger integer) {
      writer.putDecimal(new BigDecimal(integer));
    } else if (isIntegral(value)) {
      writer.putDecimal(BigDecimal.valueOf(((Number) value).longValue()));
    } else {
      throw wrongClass(type, value, "BigDecimal, BigInteger, Long, Integer, Short or Byte");
    }
  }

  private static boolean isIntegral(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private static void writeTime(Primitive type, Object value, ValueWriter writer) {
    switch (type) {
      case DATE:
        if (!(value instanceof LocalDate date)) {
          throw wrongClass(type, value, "LocalDate");
        }
        writer.putInt((int) (checkedDay(date) + DAY_OFFSET));
        break;
      case TIME:
        if (value instanceof LocalTime time) {
          writer.putLong(time.toNanoOfDay());
        } else if (value instanceof Long nanos) {
          writer.putLong(checkedNanos(nanos));
        } else {
          throw wrongClass(type, value, "LocalTime or Long (nanoseconds of the day)");
        }
        break;
      case TIMESTAMP:
        writer.putLong(millis(type, value));
        break;
      default:
        if (!(value instanceof CqlDuration duration)) {
          throw wrongClass(type, value, "CqlDuration");
        }
        writer.putDuration(duration.months(), duration.days(), duration.nanos());
    }
  }

  private static long checkedDay(LocalDate date) {
    long day = date.toEpochDay();
    if (day < -DAY_OFFSET || day >= DAY_OFFSET) {
      throw new InvalidValueException(
          "date "
              + date
              + " is out of range: Cassandra's dates go from "
              + LocalDate.ofEpochDay(-DAY_OFFSET)
              + " to "
              + LocalDate.ofEpochDay(DAY_OFFSET - 1));
    }
    return day;
  }

  private static long checkedNanos(long nanos) {
    if (nanos < 0 || nanos >= NANOS_PER_DAY) {
      throw new InvalidValueException(
          "time " + nanos + " ns is out of range: a day has 0 to " + (NANOS_PER_DAY - 1) + " ns");
    }
    return nanos;
  }

  private static long millis(Primitive type, Object value) {
    if (value instanceof Instant instant) {
      try {
        return instant.toEpochMilli();
      } catch (ArithmeticException e) {
        throw new InvalidValueException(
            "timestamp "
                + instant
                + " is out of range: its milliseconds since 1970 need more than"
                + " 64 bits");
      }
    }
    if (value instanceof Date date) {
      return date.getTime();
    }
    if (value instanceof Long millis) {
      return millis;
    }
    throw wrongClass(type, value, "Instant, java.util.Date or Long (milliseconds since 1970)");
  }

  private static void writeUuid(Primitive type, Object value, ValueWriter writer) {
    if (!(value instanceof UUID uuid)) {
      throw wrongClass(type, value, "UUID");
    }
    if (type == Primitive.TIMEUUID && uuid.version() != 1) {
      throw new InvalidValueException(
          uuid
              + " is of version "
              + uuid.version()
              + ", but a timeuuid must be of version 1 (made from the time)");
    }
    writer.putUuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  private static CharSequence text(Primitive type, Object value) {
    if (!(value instanceof CharSequence text)) {
      throw wrongClass(type, value, "String or another CharSequence");
    }
    return text;
  }

  private static void writeAscii(CharSequence text, ValueWriter writer) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7F) {
        throw new InvalidValueException(
            "ascii cannot hold U+"
                + Integer.toHexString(text.charAt(i))
                + " at index "
                + i
                + "; use a column of type text");
      }
    }
    writer.putText(text);
  }

  private static void writeBytes(DataType type, Object value, ValueWriter writer) {
    if (value instanceof ByteBuffer bytes) {
      writer.putBytes(bytes);
    } else if (value instanceof byte[] bytes) {
      writer.putBytes(bytes);
    } else if (value instanceof DirectBuffer bytes) {
      writer.putBytes(bytes, 0, bytes.capacity());
    } else {
      throw wrongClass(type, value, "ByteBuffer, byte[] or DirectBuffer");
    }
  }

  private static void writeDse(DataType.DseType type, Object value, ValueWriter writer) {
    switch (type) {
      case POINT:
        if (!(value instanceof Point point)) {
          throw wrongClass(type, value, "Point");
        }
        writer.putPoint(point.x(), point.y());
        break;
      case LINE_STRING:
        if (!(value instanceof LineString line)) {
          throw wrongClass(type, value, "LineString");
        }
        writer.putLineString(line);
        break;
      case POLYGON:
        if (!(value instanceof Polygon polygon)) {
          throw wrongClass(type, value, "Polygon");
        }
        writer.putPolygon(polygon);
        break;
      default:
        if (!(value instanceof DateRange range)) {
          throw wrongClass(type, value, "DateRange");
        }
        writer.putDateRange(range);
    }
  }

  static WrongTypeException wrongClass(DataType type, Object value, String accepted) {
    return new WrongTypeException(
        "a value of type "
            + type
            + " cannot be made of "
            + value.getClass().getTypeName()
            + "; give "
            + accepted);
  }
}
