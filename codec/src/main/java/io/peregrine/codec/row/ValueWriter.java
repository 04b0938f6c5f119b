package io.peregrine.codec.row;

import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

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
public final class ValueWriter extends ValueNesting {
  private static final ByteOrder WIRE = ByteOrder.BIG_ENDIAN;

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
    start(buffer, offset);
    return this;
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
    if (hasIntLength()) {
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
   * Writes a DSE {@code 'PointType'}.
   *
   * @param x the first coordinate
   * @param y the second coordinate
   */
  public void putPoint(double x, double y) {
    int at = putLength(DseDescriptor.POINT_SIZE);
    DseDescriptor.putPoint(buffer, at, x, y);
    position = at + DseDescriptor.POINT_SIZE;
  }

  /**
   * Writes a DSE {@code 'LineStringType'}.
   *
   * @param line the value
   */
  public void putLineString(LineString line) {
    int bytes = DseDescriptor.size(line);
    int at = putLength(bytes);
    DseDescriptor.putLine(buffer, at, line);
    position = at + bytes;
  }

  /**
   * Writes a DSE {@code 'PolygonType'}.
   *
   * @param polygon the value
   */
  public void putPolygon(Polygon polygon) {
    int bytes = DseDescriptor.size(polygon);
    int at = putLength(bytes);
    DseDescriptor.putPolygon(buffer, at, polygon);
    position = at + bytes;
  }

  /**
   * Writes a DSE {@code 'DateRangeType'}.
   *
   * @param range the value
   */
  public void putDateRange(DateRange range) {
    int bytes = DseDescriptor.size(range);
    int at = putLength(bytes);
    DseDescriptor.putDateRange(buffer, at, range);
    position = at + bytes;
  }

  /**
   * Writes a {@code vector<float, n>}, its length included.
   *
   * @param elements as many as the vector has dimensions
   */
  public void putVector(float[] elements) {
    int at = putLength(elements.length * Float.BYTES);
    BigEndianArrays.put(buffer, at, elements);
    position = at + elements.length * Float.BYTES;
  }

  /**
   * Writes a {@code vector<double, n>}, its length included.
   *
   * @param elements as many as the vector has dimensions
   */
  public void putVector(double[] elements) {
    int at = putLength(elements.length * Double.BYTES);
    BigEndianArrays.put(buffer, at, elements);
    position = at + elements.length * Double.BYTES;
  }

  /**
   * Writes a {@code vector<int, n>}, its length included.
   *
   * @param elements as many as the vector has dimensions
   */
  public void putVector(int[] elements) {
    int at = putLength(elements.length * Integer.BYTES);
    BigEndianArrays.put(buffer, at, elements);
    position = at + elements.length * Integer.BYTES;
  }

  /**
   * Writes a {@code vector<bigint, n>} or {@code vector<timestamp, n>}, its length included.
   *
   * @param elements as many as the vector has dimensions
   */
  public void putVector(long[] elements) {
    int at = putLength(elements.length * Long.BYTES);
    BigEndianArrays.put(buffer, at, elements);
    position = at + elements.length * Long.BYTES;
  }
}
