package io.peregrine.codec.row;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.DseType;
import io.peregrine.codec.MalformedMessageException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over a DSE {@code 'PointType'}, {@code 'LineStringType'} or {@code 'PolygonType'},
 * which are well-known binary of either byte order. Not thread-safe: a reader belongs to one
 * thread.
 *
 * <p>A polygon's points are those of one {@link #ring} at a time, the outer one at first; a point
 * and a line are one ring. The reader is valid as long as the buffer is.
 */
public final class GeometryReader {
  private static final DseType[] SHAPES = {DseType.POINT, DseType.LINE_STRING, DseType.POLYGON};
  private static final int HEADER_SIZE = 5;
  private static final int POINT_SIZE = 16;

  private DirectBuffer buffer = new UnsafeBuffer(0, 0);
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private @Nullable DseType shape;
  private boolean present;
  private int origin;
  private int ringCount;
  private int firstPoint;
  private int ring;
  private int pointsAt;
  private int size;

  /** A reader that lies over nothing yet. */
  public GeometryReader() {}

  /**
   * Lays the reader over the bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; 0 or less for no value
   * @param type the type, or null to take what the bytes say
   * @return this
   * @throws IllegalArgumentException if the type is another one
   * @throws MalformedMessageException if the bytes are no such geometry
   */
  public GeometryReader wrap(DirectBuffer buffer, int offset, int length, @Nullable DataType type) {
    if (!reads(type)) {
      throw new IllegalArgumentException(type + " is no geometry");
    }
    this.buffer = buffer;
    present = length >= 0;
    origin = offset;
    shape = null;
    ringCount = 0;
    ring = 0;
    size = 0;
    if (length > 0) {
      buffer.boundsCheck(offset, length);
      parse(length, type);
    }
    return this;
  }

  static boolean reads(@Nullable DataType type) {
    return type == null || type instanceof DseType dse && dse != DseType.DATE_RANGE;
  }

  private void parse(int length, @Nullable DataType type) {
    if (length < HEADER_SIZE) {
      throw malformed(origin, "5 bytes are needed, " + length + " are there");
    }
    int byteOrder = buffer.getByte(origin);
    if (byteOrder != 0 && byteOrder != 1) {
      throw malformed(origin, "byte order " + byteOrder + " is neither 0 nor 1");
    }
    order = byteOrder == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    int code = buffer.getInt(origin + 1, order);
    if (code < 1 || code > SHAPES.length || type != null && type != SHAPES[code - 1]) {
      throw malformed(
          origin + 1,
          "shape " + code + (type == null ? " is none from 1 to 3" : " is not that of " + type));
    }
    int at = origin + HEADER_SIZE;
    int limit = origin + length;
    int end =
        code == 1 ? at + POINT_SIZE : code == 2 ? endOfRing(at, limit) : endOfRings(at, limit);
    if (end != limit) {
      throw malformed(at, (limit - at) + " bytes where " + (end - at) + " are needed");
    }
    shape = SHAPES[code - 1];
    ringCount = code == 3 ? buffer.getInt(at, order) : 1;
    firstPoint = code == 1 ? at : code == 2 ? at + 4 : at + 8;
    pointsAt = firstPoint;
    size = code == 1 ? 1 : ringCount == 0 ? 0 : buffer.getInt(firstPoint - 4, order);
  }

  private int endOfRings(int from, int limit) {
    int rings = count(from, limit, 4);
    int at = from + 4;
    for (int i = 0; i < rings; i++) {
      at = endOfRing(at, limit);
    }
    return at;
  }

  private int endOfRing(int from, int limit) {
    return from + 4 + count(from, limit, POINT_SIZE) * POINT_SIZE;
  }

  private int count(int at, int limit, int bytesPerItem) {
    if (limit - at < 4) {
      throw malformed(at, "4 bytes are needed for a count, " + (limit - at) + " are left");
    }
    int count = buffer.getInt(at, order);
    if (count < 0 || (long) count * bytesPerItem > limit - at - 4) {
      throw malformed(at, "count " + count + " cannot fit the " + (limit - at - 4) + " bytes left");
    }
    return count;
  }

  private MalformedMessageException malformed(int at, String problem) {
    return new MalformedMessageException("geometry", at - origin, problem);
  }

  boolean isPresent() {
    return present;
  }

  /**
   * What the value is.
   *
   * @return the type, or null if there is no value
   */
  public @Nullable DseType shape() {
    return shape;
  }

  /**
   * How many rings there are.
   *
   * @return 0 or more for a polygon, 1 for a point and a line, 0 if there is no value
   */
  public int ringCount() {
    return ringCount;
  }

  /**
   * Goes to a ring. Going through them in their order is fastest.
   *
   * @param index 0 to {@link #ringCount} - 1; 0 is the outer ring
   * @return this
   * @throws IndexOutOfBoundsException if there is no such ring
   */
  public GeometryReader ring(int index) {
    if (index < 0 || index >= ringCount) {
      throw new IndexOutOfBoundsException("ring " + index + " of " + ringCount);
    }
    if (index < ring) {
      ring = 0;
      pointsAt = firstPoint;
      size = buffer.getInt(firstPoint - 4, order);
    }
    for (; ring < index; ring++) {
      int next = pointsAt + size * POINT_SIZE;
      size = buffer.getInt(next, order);
      pointsAt = next + 4;
    }
    return this;
  }

  /**
   * How many points the current ring has.
   *
   * @return 0 or more
   */
  public int size() {
    return size;
  }

  /**
   * The first coordinate of a point of the current ring.
   *
   * @param index 0 to {@link #size} - 1
   * @return the coordinate
   * @throws IndexOutOfBoundsException if there is no such point
   */
  public double x(int index) {
    return buffer.getDouble(pointAt(index), order);
  }

  /**
   * The second coordinate of a point of the current ring.
   *
   * @param index 0 to {@link #size} - 1
   * @return the coordinate
   * @throws IndexOutOfBoundsException if there is no such point
   */
  public double y(int index) {
    return buffer.getDouble(pointAt(index) + 8, order);
  }

  private int pointAt(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("point " + index + " of " + size);
    }
    return pointsAt + index * POINT_SIZE;
  }
}
