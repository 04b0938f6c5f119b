package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.WrongTypeException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a value is, and what every getter checks. Not thread-safe: a reader belongs to one thread.
 *
 * <p>The bytes lie within the buffer, from {@link #offset} on; {@link #length} is negative for null
 * and where there is no value at all.
 */
abstract class ValuePosition {
  private static final int NULL = -1;
  private static final int NOT_POSITIONED = -2;
  private static final DirectBuffer NOTHING = new UnsafeBuffer(0, 0);

  DirectBuffer buffer = NOTHING;
  int offset;
  int length = NOT_POSITIONED;
  private int origin;
  @Nullable DataType type;

  ValuePosition() {}

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

  final int positionedLength() {
    int bytes = length;
    if (bytes == NOT_POSITIONED) {
      throw new IllegalStateException("no value here: call wrap or next first");
    }
    return bytes;
  }

  /** True if there are as many bytes as the type has, false if there are none. */
  final boolean isPresent(int size) {
    int bytes = length;
    if (bytes == size) {
      return true;
    }
    if (bytes > 0) {
      throw malformed("length " + bytes + " where " + size + " is needed");
    }
    positionedLength();
    return false;
  }

  final MalformedMessageException malformed(String problem) {
    return new MalformedMessageException(
        describe() + (type == null ? "" : " of type " + type), offset - origin, problem);
  }

  final WrongTypeException wrongType(String getter, String reads) {
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
