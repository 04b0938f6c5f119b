package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * The layout of values inside values (v5 specification, section 6). Stateless; any thread may use
 * it.
 *
 * <p>Every count and length is checked against the bytes that are there.
 */
public final class ValueDescriptor {
  /** What {@link #fixedSize} gives for types whose values differ in size. */
  public static final long VARIABLE_SIZE = -1;

  private static final long LARGEST_SIZE = 1L << 32;

  private ValueDescriptor() {}

  /**
   * How many bytes every element of this type takes in a vector. The server says which types are of
   * fixed size: {@code tinyint}, {@code smallint}, {@code date}, {@code time} and {@code counter}
   * are not, for it.
   *
   * @param type the type of a vector's element
   * @return the size, cut off at 2^32, or {@link #VARIABLE_SIZE} if each element carries its own
   */
  public static long fixedSize(DataType type) {
    if (type instanceof DataType.Primitive primitive) {
      switch (primitive) {
        case BOOLEAN:
          return 1;
        case INT:
        case FLOAT:
          return 4;
        case BIGINT:
        case DOUBLE:
        case TIMESTAMP:
          return 8;
        case UUID:
        case TIMEUUID:
          return 16;
        default:
          return VARIABLE_SIZE;
      }
    }
    if (type instanceof DataType.VectorType vector) {
      long size = fixedSize(vector.element());
      return size < 0 ? VARIABLE_SIZE : Math.min(LARGEST_SIZE, size * vector.dimensions());
    }
    return VARIABLE_SIZE;
  }

  /** Reads the count that a collection begins with. */
  static int count(String field, DirectBuffer buffer, int offset, int length, int bytesPerItem) {
    if (length < 4) {
      throw new MalformedMessageException(field, 0, "4 bytes are needed, " + length + " are there");
    }
    int count = buffer.getInt(offset, ByteOrder.BIG_ENDIAN);
    if (count < 0 || (long) count * bytesPerItem > length - 4) {
      throw new MalformedMessageException(
          field, 0, "count " + count + " cannot fit the " + (length - 4) + " bytes left");
    }
    return count;
  }

  /** Reads a {@code [bytes]} length whose bytes must end before the limit; -1 for null. */
  static int length(String field, DirectBuffer buffer, int at, int limit, int origin) {
    if (limit - at < 4) {
      throw new MalformedMessageException(
          field, at - origin, "4 bytes are needed for its length, " + (limit - at) + " are left");
    }
    int length = buffer.getInt(at, ByteOrder.BIG_ENDIAN);
    if (length > limit - at - 4) {
      throw new MalformedMessageException(
          field,
          at - origin,
          "length " + length + " runs past the " + (limit - at - 4) + " bytes left");
    }
    return length < 0 ? -1 : length;
  }
}
