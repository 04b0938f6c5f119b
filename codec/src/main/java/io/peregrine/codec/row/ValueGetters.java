package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import io.peregrine.codec.value.ValueDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The getters of one value, shared by every reader that stands on one: a cell, an element, a field.
 * Not thread-safe: a reader belongs to one thread.
 *
 * <p>The rules, everywhere: null reads as 0, false or null, and so does an empty value (length 0)
 * of a type of fixed size; {@link #isNull} tells null from 0. A length that does not fit the getter
 * is a {@link MalformedMessageException}. Where the CQL type is known, a getter of another type is
 * a {@link WrongTypeException}; where it is not, the lengths alone are checked. There is no
 * widening: {@code int} is read with {@code getInt} alone.
 */
public abstract class ValueGetters {
  private static final ByteOrder WIRE = ByteOrder.BIG_ENDIAN;
  private static final int NULL = -1;
  private static final int NOT_POSITIONED = -2;

  private DirectBuffer buffer = new UnsafeBuffer(0, 0);
  private int offset;
  private int length = NOT_POSITIONED;
  private int origin;
  private @Nullable DataType type;

  ValueGetters() {}

  /** Binds to a buffer; offsets in errors are counted from the origin. */
  final void bind(DirectBuffer source, int errorOrigin) {
    if (buffer != source) {
      buffer = source;
    }
    origin = errorOrigin;
    moveNowhere();
  }

  /** Stands on a value; the caller has checked that it lies within the buffer. */
  final void moveTo(int valueOffset, int valueLength, @Nullable DataType valueType) {
    offset = valueOffset;
    length = valueLength < 0 ? NULL : valueLength;
    type = valueType;
  }

  final void moveNowhere() {
    length = NOT_POSITIONED;
    type = null;
  }

  final int origin() {
    return origin;
  }

  /** What the value is called in errors. */
  abstract String describe();

  /**
   * Where the value is.
   *
   * @return the buffer that {@link #valueOffset} is an index of
   */
  public final DirectBuffer buffer() {
    return buffer;
  }

  /**
   * Where the value's bytes begin.
   *
   * @return an index into {@link #buffer}; without meaning for null
   */
  public final int valueOffset() {
    positionedLength();
    return offset;
  }

  /**
   * How many bytes the value has.
   *
   * @return the length, or -1 for null
   */
  public final int valueLength() {
    return positionedLength();
  }

  /**
   * The value's CQL type.
   *
   * @return the type, or null if it is not known here
   */
  public final @Nullable DataType type() {
    return type;
  }

  /**
   * Whether the value is null.
   *
   * @return true for null; an empty value is not null
   */
  public final boolean isNull() {
    return positionedLength() < 0;
  }

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
   * Reads the value as a Java object, by its type (see {@link ValueDecoder}). Allocates.
   *
   * @return the object, or null for null
   * @throws WrongTypeException if the type is not known here
   */
  public final @Nullable Object getObject() {
    int bytes = positionedLength();
    DataType known = type;
    if (known == null) {
      throw wrongType("getObject", "a known type: give the column definitions or the type");
    }
    return bytes < 0 ? null : ValueDecoder.decode(known, buffer, offset, bytes);
  }

  /**
   * Lays a reader over a {@code list} or {@code set}.
   *
   * @param into the reader
   * @return false for null, with the reader over an empty list
   */
  public final boolean getList(ListReader into) {
    if (!ListReader.reads(type)) {
      throw wrongType("getList", "list or set");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a {@code map}.
   *
   * @param into the reader
   * @return false for null, with the reader over an empty map
   */
  public final boolean getMap(MapReader into) {
    if (type != null && !(type instanceof DataType.MapType)) {
      throw wrongType("getMap", "map");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a tuple or a value of a user-defined type.
   *
   * @param into the reader
   * @return false for null, with the reader over nulls
   */
  public final boolean getTuple(TupleReader into) {
    if (!TupleReader.reads(type)) {
      throw wrongType("getTuple", "tuple or user-defined type");
    }
    return into.wrap(buffer, offset, positionedLength(), type).isPresent();
  }

  /**
   * Lays a reader over a {@code vector}. The type must be known, as the bytes alone do not say how
   * they are to be cut.
   *
   * @param into the reader
   * @return false for null, with the reader over an empty vector
   */
  public final boolean getVector(VectorReader into) {
    int bytes = positionedLength();
    if (!(type instanceof DataType.VectorType vector)) {
      throw wrongType("getVector", "vector");
    }
    return into.wrap(buffer, offset, bytes, vector).isPresent();
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

  private int positionedLength() {
    int bytes = length;
    if (bytes == NOT_POSITIONED) {
      throw new IllegalStateException("no value here: call wrap or next first");
    }
    return bytes;
  }

  /** True if there are as many bytes as the type has, false if there are none. */
  private boolean isPresent(int size) {
    int bytes = length;
    if (bytes == size) {
      return true;
    }
    if (bytes > 0) {
      throw new MalformedMessageException(
          describe() + (type == null ? "" : " of type " + type),
          offset - origin,
          "length " + bytes + " where " + size + " is needed");
    }
    positionedLength();
    return false;
  }

  private WrongTypeException wrongType(String getter, String reads) {
    return new WrongTypeException(
        describe()
            + " is of "
            + (type == null ? "a type not known here" : "type " + type)
            + ", but "
            + getter
            + " reads "
            + reads
            + "; use the getter of its type, or getObject for any type");
  }
}
