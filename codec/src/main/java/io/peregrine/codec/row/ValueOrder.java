package io.peregrine.codec.row;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * The order in which Cassandra keeps the elements of sets and the keys of maps, by their encoded
 * bytes. Stateless; any thread may use it.
 *
 * <p>It compares what a {@link ValueWriter} wrote, so lengths are trusted. Only decimals and long
 * varints allocate.
 */
final class ValueOrder {
  /** Turns bytes that are compared with their signs into a number that is. */
  private static final long SIGNED_BYTES = 0x0080_8080_8080_8080L;

  private ValueOrder() {}

  /** Whether the order is known: of custom types and those of DSE only the server knows it. */
  static boolean isKnown(DataType type) {
    if (type instanceof DataType.ListType list) {
      return isKnown(list.element());
    }
    if (type instanceof DataType.SetType set) {
      return isKnown(set.element());
    }
    if (type instanceof DataType.MapType map) {
      return isKnown(map.key()) && isKnown(map.value());
    }
    if (type instanceof DataType.VectorType vector) {
      return isKnown(vector.element());
    }
    if (type instanceof DataType.TupleType tuple) {
      return areKnown(tuple.components());
    }
    if (type instanceof DataType.UserType udt) {
      return areKnown(udt.fieldTypes());
    }
    return type instanceof Primitive;
  }

  private static boolean areKnown(List<DataType> types) {
    for (int i = 0; i < types.size(); i++) {
      if (!isKnown(types.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Compares two values, given where each begins behind its length. */
  private static int compare(
      DataType type, DirectBuffer buffer, int a, int aLength, int b, int bLength) {
    if (type instanceof Primitive primitive) {
      return comparePrimitives(primitive, buffer, a, aLength, b, bLength);
    }
    if (aLength == 0 || bLength == 0) {
      return Integer.compare(aLength, bLength);
    }
    if (type instanceof DataType.ListType list) {
      return compareElements(list.element(), buffer, a, b);
    }
    if (type instanceof DataType.SetType set) {
      return compareElements(set.element(), buffer, a, b);
    }
    if (type instanceof DataType.MapType map) {
      return compareEntries(map, buffer, a, b);
    }
    if (type instanceof DataType.VectorType vector) {
      return compareVectors(vector, buffer, a, b);
    }
    return type instanceof DataType.UserType udt
        ? compareComponents(udt.fieldTypes(), buffer, a, b)
        : compareComponents(((DataType.TupleType) type).components(), buffer, a, b);
  }

  private static int comparePrimitives(
      Primitive type, DirectBuffer buffer, int a, int aLength, int b, int bLength) {
    if (aLength == 0 || bLength == 0) {
      return Integer.compare(aLength, bLength);
    }
    switch (type) {
      case BOOLEAN:
        return Boolean.compare(buffer.getByte(a) != 0, buffer.getByte(b) != 0);
      case TINYINT:
        return Byte.compare(buffer.getByte(a), buffer.getByte(b));
      case SMALLINT:
        return Short.compare(buffer.getShort(a, BIG_ENDIAN), buffer.getShort(b, BIG_ENDIAN));
      case INT:
        return Integer.compare(buffer.getInt(a, BIG_ENDIAN), buffer.getInt(b, BIG_ENDIAN));
      case BIGINT:
      case COUNTER:
      case TIMESTAMP:
        return Long.compare(buffer.getLong(a, BIG_ENDIAN), buffer.getLong(b, BIG_ENDIAN));
      case FLOAT:
        return Float.compare(buffer.getFloat(a, BIG_ENDIAN), buffer.getFloat(b, BIG_ENDIAN));
      case DOUBLE:
        return Double.compare(buffer.getDouble(a, BIG_ENDIAN), buffer.getDouble(b, BIG_ENDIAN));
      case VARINT:
        return compareVarints(buffer, a, aLength, b, bLength);
      case DECIMAL:
        return decimal(buffer, a, aLength).compareTo(decimal(buffer, b, bLength));
      case UUID:
        return compareUuids(buffer, a, b);
      case TIMEUUID:
        return compareTimeUuids(buffer, a, b);
      default:
        return compareBytes(buffer, a, aLength, b, bLength);
    }
  }

  private static int compareBytes(DirectBuffer buffer, int a, int aLength, int b, int bLength) {
    int common = Math.min(aLength, bLength);
    int i = 0;
    for (; i + 8 <= common; i += 8) {
      long left = buffer.getLong(a + i, BIG_ENDIAN);
      long right = buffer.getLong(b + i, BIG_ENDIAN);
      if (left != right) {
        return Long.compareUnsigned(left, right);
      }
    }
    for (; i < common; i++) {
      int difference = (buffer.getByte(a + i) & 0xFF) - (buffer.getByte(b + i) & 0xFF);
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(aLength, bLength);
  }

  /** Both are as short as they can be, so of one sign the longer is further from 0. */
  private static int compareVarints(DirectBuffer buffer, int a, int aLength, int b, int bLength) {
    byte aFirst = buffer.getByte(a);
    byte bFirst = buffer.getByte(b);
    boolean negative = aFirst < 0;
    if (negative != bFirst < 0) {
      return negative ? -1 : 1;
    }
    if (aLength != bLength) {
      return negative ? Integer.compare(bLength, aLength) : Integer.compare(aLength, bLength);
    }
    return compareBytes(buffer, a, aLength, b, bLength);
  }

  private static BigDecimal decimal(DirectBuffer buffer, int at, int length) {
    byte[] unscaled = new byte[length - 4];
    buffer.getBytes(at + 4, unscaled);
    return new BigDecimal(new BigInteger(unscaled), buffer.getInt(at, BIG_ENDIAN));
  }

  /** By version, then by time if the version has one, else by the bytes. */
  private static int compareUuids(DirectBuffer buffer, int a, int b) {
    long left = buffer.getLong(a, BIG_ENDIAN);
    long right = buffer.getLong(b, BIG_ENDIAN);
    int version = (int) (left >>> 12) & 0xF;
    int difference = version - ((int) (right >>> 12) & 0xF);
    if (difference == 0) {
      difference =
          version == 1 ? Long.compare(time(left), time(right)) : Long.compareUnsigned(left, right);
    }
    return difference != 0
        ? difference
        : Long.compareUnsigned(
            buffer.getLong(a + 8, BIG_ENDIAN), buffer.getLong(b + 8, BIG_ENDIAN));
  }

  /** By time, then by the other bytes, each with its sign. */
  private static int compareTimeUuids(DirectBuffer buffer, int a, int b) {
    int difference =
        Long.compare(time(buffer.getLong(a, BIG_ENDIAN)), time(buffer.getLong(b, BIG_ENDIAN)));
    return difference != 0
        ? difference
        : Long.compare(
            buffer.getLong(a + 8, BIG_ENDIAN) ^ SIGNED_BYTES,
            buffer.getLong(b + 8, BIG_ENDIAN) ^ SIGNED_BYTES);
  }

  /** The version and the time of a version 1, most significant bits first. */
  private static long time(long mostSignificantBits) {
    return mostSignificantBits << 48
        | mostSignificantBits << 16 & 0xFFFF_0000_0000L
        | mostSignificantBits >>> 32;
  }

  /** Element by element, and then by their number. */
  private static int compareElements(DataType element, DirectBuffer buffer, int a, int b) {
    int count = Math.min(buffer.getInt(a, BIG_ENDIAN), buffer.getInt(b, BIG_ENDIAN));
    int left = a + 4;
    int right = b + 4;
    for (int i = 0; i < count; i++) {
      int difference = compareItems(element, buffer, left, right);
      if (difference != 0) {
        return difference;
      }
      left = behind(buffer, left);
      right = behind(buffer, right);
    }
    return Integer.compare(buffer.getInt(a, BIG_ENDIAN), buffer.getInt(b, BIG_ENDIAN));
  }

  private static int compareEntries(DataType.MapType type, DirectBuffer buffer, int a, int b) {
    int count = Math.min(buffer.getInt(a, BIG_ENDIAN), buffer.getInt(b, BIG_ENDIAN));
    int left = a + 4;
    int right = b + 4;
    for (int i = 0; i < count; i++) {
      int leftValue = behind(buffer, left);
      int rightValue = behind(buffer, right);
      int difference = compareItems(type.key(), buffer, left, right);
      if (difference == 0) {
        difference = compareItems(type.value(), buffer, leftValue, rightValue);
      }
      if (difference != 0) {
        return difference;
      }
      left = behind(buffer, leftValue);
      right = behind(buffer, rightValue);
    }
    return Integer.compare(buffer.getInt(a, BIG_ENDIAN), buffer.getInt(b, BIG_ENDIAN));
  }

  /** Compares two values, given where the length of each begins; neither is null. */
  static int compareItems(DataType type, DirectBuffer buffer, int a, int b) {
    return compare(
        type, buffer, a + 4, buffer.getInt(a, BIG_ENDIAN), b + 4, buffer.getInt(b, BIG_ENDIAN));
  }

  /** Where the value ends whose length begins there. */
  static int behind(DirectBuffer buffer, int at) {
    return at + 4 + buffer.getInt(at, BIG_ENDIAN);
  }

  private static int compareComponents(List<DataType> types, DirectBuffer buffer, int a, int b) {
    int left = a;
    int right = b;
    for (int i = 0; i < types.size(); i++) {
      int leftLength = buffer.getInt(left, BIG_ENDIAN);
      int rightLength = buffer.getInt(right, BIG_ENDIAN);
      left += 4;
      right += 4;
      if (leftLength < 0 || rightLength < 0) {
        if (leftLength >= 0 || rightLength >= 0) {
          return leftLength < 0 ? -1 : 1;
        }
      } else {
        int difference = compare(types.get(i), buffer, left, leftLength, right, rightLength);
        if (difference != 0) {
          return difference;
        }
        left += leftLength;
        right += rightLength;
      }
    }
    return 0;
  }

  private static int compareVectors(DataType.VectorType type, DirectBuffer buffer, int a, int b) {
    DataType element = type.element();
    int fixed = (int) ValueDescriptor.fixedSize(element);
    int left = a;
    int right = b;
    for (int i = 0; i < type.dimensions(); i++) {
      int leftLength = fixed;
      int rightLength = fixed;
      if (fixed < 0) {
        leftLength = (int) Vints.getUnsigned(buffer, left);
        rightLength = (int) Vints.getUnsigned(buffer, right);
        left += Vints.sizeOf(leftLength);
        right += Vints.sizeOf(rightLength);
      }
      int difference = compare(element, buffer, left, leftLength, right, rightLength);
      if (difference != 0) {
        return difference;
      }
      left += leftLength;
      right += rightLength;
    }
    return 0;
  }
}
