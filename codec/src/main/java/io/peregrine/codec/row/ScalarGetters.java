package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The getters of values that are not made of others. Not thread-safe: a reader belongs to one
 * thread.
 *
 * <p>{@link ValueGetters} says what they have in common.
 */
abstract class ScalarGetters extends ValuePosition {
  private static final ByteOrder WIRE = ByteOrder.BIG_ENDIAN;

  ScalarGetters() {}

  /**
   * Reads a {@code boolean}.
   *
   * @return the value, false for null
   */
  public final boolean getBoolean() {
    DataType known = type;
    if (known != null && known != Primitive.BOOLEAN) {
      throw wrongType("getBoolean", "boolean");
    }
    return isPresent(1) && buffer.getByte(offset) != 0;
  }

  /**
   * Reads a {@code tinyint}.
   *
   * @return the value, 0 for null
   */
  public final byte getByte() {
    DataType known = type;
    if (known != null && known != Primitive.TINYINT) {
      throw wrongType("getByte", "tinyint");
    }
    return isPresent(1) ? buffer.getByte(offset) : 0;
  }

  /**
   * Reads a {@code smallint}.
   *
   * @return the value, 0 for null
   */
  public final short getShort() {
    DataType known = type;
    if (known != null && known != Primitive.SMALLINT) {
      throw wrongType("getShort", "smallint");
    }
    return isPresent(2) ? buffer.getShort(offset, WIRE) : 0;
  }

  /**
   * Reads an {@code int}, or the days of a {@code date}.
   *
   * @return the value, 0 for null; of a date the raw unsigned number, in which 2^31 is 1970-01-01
   */
  public final int getInt() {
    DataType known = type;
    if (known != null && known != Primitive.INT && known != Primitive.DATE) {
      throw wrongType("getInt", "int or date");
    }
    return isPresent(4) ? buffer.getInt(offset, WIRE) : 0;
  }

  /**
   * Reads a {@code bigint}, a {@code counter}, the milliseconds since 1970 of a {@code timestamp},
   * or the nanoseconds of the day of a {@code time}.
   *
   * @return the value, 0 for null
   */
  public final long getLong() {
    DataType known = type;
    if (known != null
        && known != Primitive.BIGINT
        && known != Primitive.TIMESTAMP
        && known != Primitive.COUNTER
        && known != Primitive.TIME) {
      throw wrongType("getLong", "bigint, counter, timestamp or time");
    }
    return isPresent(8) ? buffer.getLong(offset, WIRE) : 0;
  }

  /**
   * Reads a {@code float}.
   *
   * @return the value, 0 for null
   */
  public final float getFloat() {
    DataType known = type;
    if (known != null && known != Primitive.FLOAT) {
      throw wrongType("getFloat", "float");
    }
    return isPresent(4) ? buffer.getFloat(offset, WIRE) : 0;
  }

  /**
   * Reads a {@code double}.
   *
   * @return the value, 0 for null
   */
  public final double getDouble() {
    DataType known = type;
    if (known != null && known != Primitive.DOUBLE) {
      throw wrongType("getDouble", "double");
    }
    return isPresent(8) ? buffer.getDouble(offset, WIRE) : 0;
  }

  /**
   * Reads the upper half of a {@code uuid} or {@code timeuuid}.
   *
   * @return the first 64 bits, 0 for null
   */
  public final long getUuidMostSignificantBits() {
    checkUuid();
    return isPresent(16) ? buffer.getLong(offset, WIRE) : 0;
  }

  /**
   * Reads the lower half of a {@code uuid} or {@code timeuuid}.
   *
   * @return the last 64 bits, 0 for null
   */
  public final long getUuidLeastSignificantBits() {
    checkUuid();
    return isPresent(16) ? buffer.getLong(offset + 8, WIRE) : 0;
  }

  /**
   * Lays a view over the value's bytes, whatever its type.
   *
   * @param view is wrapped around them, and left alone if there are none; valid as long as the
   *     buffer is
   * @return false for null
   */
  public final boolean getBytes(DirectBuffer view) {
    int bytes = positionedLength();
    if (bytes < 0) {
      return false;
    }
    view.wrap(buffer, offset, bytes);
    return true;
  }

  /**
   * Reads {@code text} or {@code ascii}. Allocates the text.
   *
   * @return the text, or null for null; bytes that are no UTF-8 become U+FFFD
   */
  public final @Nullable String getString() {
    checkText("getString");
    int bytes = positionedLength();
    return bytes < 0 ? null : buffer.getStringWithoutLengthUtf8(offset, bytes);
  }

  /**
   * Appends {@code text} or {@code ascii} without allocating.
   *
   * @param into takes the characters; nothing is appended for null
   * @return how many chars were appended
   * @throws UncheckedIOException if {@code into} throws an {@link IOException}
   */
  public final int appendTo(Appendable into) {
    checkText("appendTo");
    int bytes = positionedLength();
    if (bytes <= 0) {
      return 0;
    }
    try {
      return Utf8.decode(buffer, offset, bytes, into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a {@code varint} that a {@code long} can hold.
   *
   * @return the value, 0 for null
   * @throws ArithmeticException if it is out of the range of a {@code long}
   */
  public final long getVarintAsLong() {
    DataType known = type;
    if (known != null && known != Primitive.VARINT) {
      throw wrongType("getVarintAsLong", "varint");
    }
    int bytes = positionedLength();
    return bytes <= 0 ? 0 : exactLong(offset, bytes);
  }

  /**
   * Reads the scale of a {@code decimal}: the value is its digits divided by 10 to this power.
   *
   * @return the scale, 0 for null
   */
  public final int getDecimalScale() {
    return decimalLength("getDecimalScale") <= 0 ? 0 : buffer.getInt(offset, WIRE);
  }

  /**
   * Reads the digits of a {@code decimal}, if a {@code long} can hold them.
   *
   * @return the unscaled value, 0 for null
   * @throws ArithmeticException if it is out of the range of a {@code long}
   */
  public final long getDecimalUnscaledAsLong() {
    int bytes = decimalLength("getDecimalUnscaledAsLong");
    return bytes <= 0 ? 0 : exactLong(offset + 4, bytes - 4);
  }

  /**
   * Reads the months of a {@code duration}.
   *
   * @return the months, 0 for null
   */
  public final int getDurationMonths() {
    return (int) durationPart("getDurationMonths", 0);
  }

  /**
   * Reads the days of a {@code duration}.
   *
   * @return the days, 0 for null
   */
  public final int getDurationDays() {
    return (int) durationPart("getDurationDays", 1);
  }

  /**
   * Reads the nanoseconds of a {@code duration}.
   *
   * @return the nanoseconds, 0 for null
   */
  public final long getDurationNanos() {
    return durationPart("getDurationNanos", 2);
  }

  private void checkUuid() {
    DataType known = type;
    if (known != null && known != Primitive.UUID && known != Primitive.TIMEUUID) {
      throw wrongType("getUuid…Bits", "uuid or timeuuid");
    }
  }

  private void checkText(String getter) {
    DataType known = type;
    if (known != null && known != Primitive.VARCHAR && known != Primitive.ASCII) {
      throw wrongType(getter, "text or ascii");
    }
  }

  private int decimalLength(String getter) {
    DataType known = type;
    if (known != null && known != Primitive.DECIMAL) {
      throw wrongType(getter, "decimal");
    }
    int bytes = positionedLength();
    if (bytes > 0 && bytes < 5) {
      throw malformed("length " + bytes + " where 5 or more are needed");
    }
    return bytes;
  }

  private long exactLong(int at, int bytes) {
    DirectBuffer source = buffer;
    int tail = Math.max(at, at + bytes - 8);
    byte sign = (byte) (source.getByte(at) >> 7);
    long value = sign;
    for (int i = tail; i < at + bytes; i++) {
      value = value << 8 | source.getByte(i) & 0xFF;
    }
    boolean fits = value >> 63 == sign;
    for (int i = at; i < tail; i++) {
      fits &= source.getByte(i) == sign;
    }
    if (!fits) {
      throw new ArithmeticException(
          describe()
              + " is an integer of "
              + bytes
              + " bytes that does not fit a long; use getObject, or getBytes for its bytes");
    }
    return value;
  }

  /** Steps through the parts of a duration up to one of them. */
  private long durationPart(String getter, int part) {
    DataType known = type;
    if (known != null && known != Primitive.DURATION) {
      throw wrongType(getter, "duration");
    }
    int bytes = positionedLength();
    if (bytes <= 0) {
      return 0;
    }
    int at = offset;
    int end = offset + bytes;
    for (int i = 0; ; i++) {
      int size = at < end ? Vints.sizeByFirst(buffer.getByte(at)) : 1;
      if (size > end - at) {
        throw malformed(size + " bytes are needed, " + (end - at) + " are left");
      }
      if (i == part) {
        return checkedPart(part, Vints.unZigZag(Vints.getUnsigned(buffer, at)), end - at - size);
      }
      at += size;
    }
  }

  private long checkedPart(int part, long value, int bytesLeft) {
    if (part == 2 ? bytesLeft != 0 : value != (int) value) {
      throw malformed(
          part == 2
              ? bytesLeft + " bytes follow the nanoseconds"
              : value + (part == 0 ? " months" : " days") + " need more than 32 bits");
    }
    return value;
  }
}
