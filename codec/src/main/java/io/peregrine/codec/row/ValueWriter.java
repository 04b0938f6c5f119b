package io.peregrine.codec.row;

import io.peregrine.codec.InvalidValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes {@code [value]}s one behind the other: a length of 4 bytes and the bytes (v5
 * specification, sections 3 and 6). Not thread-safe: a writer belongs to one thread.
 *
 * <p>Nothing is allocated, except that {@link #putDecimal} lets {@link BigDecimal} give its digits.
 * Values within values stand between a {@code begin…} and its {@link #endValue}:
 *
 * <pre>{@code
 * int list = writer.beginCollection(2);
 * writer.putInt(1);
 * writer.putInt(2);
 * writer.endValue(list);
 * }</pre>
 */
public final class ValueWriter {
  private static final ByteOrder WIRE = ByteOrder.BIG_ENDIAN;
  private static final int UNSET = -2;

  private static final int INT_LENGTH = 0;
  private static final int VINT_LENGTH = 1;
  private static final int NO_LENGTH = 2;
  private static final int STYLE_SHIFT = 30;
  private static final int POSITION_MASK = (1 << STYLE_SHIFT) - 1;

  private MutableDirectBuffer buffer = new UnsafeBuffer(0, 0);
  private int position;
  private int style = INT_LENGTH; // of the next value's length; a token holds the one to return to

  /** A writer that lies over nothing yet. */
  public ValueWriter() {}

  /**
   * Lays the writer over a buffer.
   *
   * @param buffer takes the values: one that expands, or one that is large enough for them
   * @param offset where the first value begins
   * @return this
   */
  public ValueWriter wrap(MutableDirectBuffer buffer, int offset) {
    this.buffer = buffer;
    position = offset;
    style = INT_LENGTH;
    return this;
  }

  /**
   * Where the next value begins.
   *
   * @return an index into the buffer
   */
  public int position() {
    return position;
  }

  /**
   * Notes the present state, for {@link #reset}.
   *
   * @return a token
   */
  public int mark() {
    return style << STYLE_SHIFT | position;
  }

  /**
   * Takes back everything written since a mark, so that a value that could not be finished leaves
   * no trace.
   *
   * @param mark the token that {@link #mark} gave
   */
  public void reset(int mark) {
    position = mark & POSITION_MASK;
    style = mark >>> STYLE_SHIFT;
  }

  /**
   * Writes null.
   *
   * @throws InvalidValueException directly inside a vector, which cannot hold it
   */
  public void putNull() {
    putMarker(-1, "null");
  }

  /** Writes the mark of a bound variable that is not set, so that the column keeps its value. */
  public void putUnset() {
    putMarker(UNSET, "unset");
  }

  private void putMarker(int marker, String name) {
    if (style != INT_LENGTH) {
      throw new InvalidValueException(
          "a vector cannot hold " + name + ": give every element a value");
    }
    buffer.putInt(position, marker, WIRE);
    position += 4;
  }

  /**
   * Writes a {@code boolean}.
   *
   * @param value the value
   */
  public void putBoolean(boolean value) {
    putByte((byte) (value ? 1 : 0));
  }

  /**
   * Writes a {@code tinyint}.
   *
   * @param value the value
   */
  public void putByte(byte value) {
    int at = putLength(1);
    buffer.putByte(at, value);
    position = at + 1;
  }

  /**
   * Writes a {@code smallint}.
   *
   * @param value the value
   */
  public void putShort(short value) {
    int at = putLength(2);
    buffer.putShort(at, value, WIRE);
    position = at + 2;
  }

  /**
   * Writes an {@code int}, or the days of a {@code date}.
   *
   * @param value the value; of a date the unsigned number in which 2^31 is 1970-01-01
   */
  public void putInt(int value) {
    int at = putLength(4);
    buffer.putInt(at, value, WIRE);
    position = at + 4;
  }

  /**
   * Writes a {@code bigint}, {@code counter}, {@code timestamp} or {@code time}.
   *
   * @param value the value; milliseconds since 1970 of a timestamp, nanoseconds of the day of a
   *     time
   */
  public void putLong(long value) {
    int at = putLength(8);
    buffer.putLong(at, value, WIRE);
    position = at + 8;
  }

  /**
   * Writes a {@code float}.
   *
   * @param value the value
   */
  public void putFloat(float value) {
    int at = putLength(4);
    buffer.putFloat(at, value, WIRE);
    position = at + 4;
  }

  /**
   * Writes a {@code double}.
   *
   * @param value the value
   */
  public void putDouble(double value) {
    int at = putLength(8);
    buffer.putDouble(at, value, WIRE);
    position = at + 8;
  }

  /**
   * Writes a {@code blob}, or a value of any type that is encoded already.
   *
   * @param source where the bytes are
   * @param offset where they begin
   * @param length how many there are
   */
  public void putBytes(DirectBuffer source, int offset, int length) {
    source.boundsCheck(offset, length);
    int at = putLength(length);
    buffer.putBytes(at, source, offset, length);
    position = at + length;
  }

  /**
   * Writes a {@code blob}, or a value of any type that is encoded already.
   *
   * @param bytes the bytes
   */
  public void putBytes(byte[] bytes) {
    int at = putLength(bytes.length);
    buffer.putBytes(at, bytes);
    position = at + bytes.length;
  }

  /**
   * Writes a {@code blob}, or a value of any type that is encoded already.
   *
   * @param bytes the bytes between its position and its limit, which stay where they are
   */
  public void putBytes(ByteBuffer bytes) {
    int length = bytes.remaining();
    int at = putLength(length);
    buffer.putBytes(at, bytes, bytes.position(), length);
    position = at + length;
  }

  /**
   * Writes {@code text} as UTF-8, or {@code ascii}.
   *
   * @param text the text; a surrogate without its partner becomes '?'
   */
  public void putText(CharSequence text) {
    if (style == INT_LENGTH) {
      int at = position;
      int length = Utf8.encode(text, buffer, at + 4);
      buffer.putInt(at, length, WIRE);
      position = at + 4 + length;
    } else {
      int at = putLength(Utf8.encodedLength(text));
      position = at + Utf8.encode(text, buffer, at);
    }
  }

  /**
   * Writes a {@code uuid} or {@code timeuuid}.
   *
   * @param mostSignificantBits its upper half
   * @param leastSignificantBits its lower half
   */
  public void putUuid(long mostSignificantBits, long leastSignificantBits) {
    int at = putLength(16);
    buffer.putLong(at, mostSignificantBits, WIRE);
    buffer.putLong(at + 8, leastSignificantBits, WIRE);
    position = at + 16;
  }

  /**
   * Writes an {@code inet}.
   *
   * @param address 4 or 16 bytes
   * @throws InvalidValueException if there are more or fewer
   */
  public void putInet(byte[] address) {
    if (address.length != 4 && address.length != 16) {
      throw new InvalidValueException("an inet has 4 or 16 bytes, not " + address.length);
    }
    putBytes(address);
  }

  /**
   * Writes a {@code varint} in as few bytes as it needs.
   *
   * @param value the value
   */
  public void putVarint(long value) {
    int bytes = NumberDescriptor.byteLength(value);
    int at = putLength(bytes);
    NumberDescriptor.putBigEndian(buffer, at, bytes, value);
    position = at + bytes;
  }

  /**
   * Writes a {@code varint}.
   *
   * @param value the value
   */
  public void putVarint(BigInteger value) {
    int bytes = NumberDescriptor.byteLength(value);
    int at = putLength(bytes);
    NumberDescriptor.putBigEndian(buffer, at, bytes, value);
    position = at + bytes;
  }

  /**
   * Writes a {@code decimal}: its scale and its digits.
   *
   * @param value the value
   */
  public void putDecimal(BigDecimal value) {
    BigInteger unscaled = value.unscaledValue();
    int bytes = NumberDescriptor.byteLength(unscaled);
    int at = putLength(4 + bytes);
    buffer.putInt(at, value.scale(), WIRE);
    NumberDescriptor.putBigEndian(buffer, at + 4, bytes, unscaled);
    position = at + 4 + bytes;
  }

  /**
   * Writes a {@code duration}.
   *
   * @param months the months
   * @param days the days
   * @param nanos the nanoseconds
   * @throws InvalidValueException if one is positive and another negative
   */
  public void putDuration(int months, int days, long nanos) {
    int at = putLength(NumberDescriptor.durationLength(months, days, nanos));
    position = NumberDescriptor.putDuration(buffer, at, months, days, nanos);
  }

  /**
   * Begins a value that is made of others, such as a tuple or a value of a user-defined type.
   *
   * @return a token for {@link #endValue}
   */
  public int beginValue() {
    return begin(INT_LENGTH);
  }

  /**
   * Begins a {@code list}, {@code set} or {@code map}.
   *
   * @param count how many elements, or pairs of key and value, follow
   * @return a token for {@link #endValue}
   */
  public int beginCollection(int count) {
    int token = begin(INT_LENGTH);
    buffer.putInt(position, count, WIRE);
    position += 4;
    return token;
  }

  /**
   * Begins a {@code vector}.
   *
   * @param fixedSize whether all elements have the same size by their type ({@link
   *     ValueDescriptor#fixedSize}), so that no lengths stand in front of them
   * @return a token for {@link #endValue}
   */
  public int beginVector(boolean fixedSize) {
    return begin(fixedSize ? NO_LENGTH : VINT_LENGTH);
  }

  /**
   * Ends a value: its length is known now.
   *
   * @param token what its beginning gave; the values begun inside it must have been ended
   */
  public void endValue(int token) {
    int start = token & POSITION_MASK;
    style = token >>> STYLE_SHIFT;
    if (style == INT_LENGTH) {
      buffer.putInt(start, position - start - 4, WIRE);
    } else if (style == VINT_LENGTH) {
      int length = position - start - 1;
      int size = Vints.sizeOf(length);
      if (size > 1) {
        shift(start + 1, length, size - 1);
      }
      Vints.putUnsigned(buffer, start, length);
      position += size - 1;
    }
  }

  private int begin(int innerStyle) {
    int token = mark();
    position += style == INT_LENGTH ? 4 : style == VINT_LENGTH ? 1 : 0;
    style = innerStyle;
    return token;
  }

  /** Moves bytes up, from the last to the first, to make room for a longer length. */
  private void shift(int from, int length, int distance) {
    MutableDirectBuffer bytes = buffer;
    int at = from + length;
    for (; at - 8 >= from; at -= 8) {
      bytes.putLong(at - 8 + distance, bytes.getLong(at - 8));
    }
    for (; at > from; at--) {
      bytes.putByte(at - 1 + distance, bytes.getByte(at - 1));
    }
  }

  private int putLength(int length) {
    int at = position;
    if (style == INT_LENGTH) {
      buffer.putInt(at, length, WIRE);
      return at + 4;
    }
    return style == NO_LENGTH ? at : at + Vints.putUnsigned(buffer, at, length);
  }
}
