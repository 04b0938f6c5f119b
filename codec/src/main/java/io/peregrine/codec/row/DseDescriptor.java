package io.peregrine.codec.row;

import io.peregrine.codec.value.DateRange;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * The layout of the values of DSE's own types, for writing. Stateless; any thread may use it.
 *
 * <p>A geometry is well-known binary. The server compares the bytes with those that it would write
 * itself, so they are little-endian.
 */
final class DseDescriptor {
  static final int POINT_SIZE = 21;

  private static final ByteOrder WKB = ByteOrder.LITTLE_ENDIAN;
  private static final int HEADER_SIZE = 5;
  private static final int BOUND_SIZE = 9;

  private DseDescriptor() {}

  static int size(LineString line) {
    return HEADER_SIZE + ringSize(line);
  }

  static int size(Polygon polygon) {
    List<LineString> rings = polygon.rings();
    int size = HEADER_SIZE + 4;
    for (int i = 0; i < rings.size(); i++) {
      size += ringSize(rings.get(i));
    }
    return size;
  }

  static int size(DateRange range) {
    return 1 + (range.lower() == null ? 0 : BOUND_SIZE) + (range.upper() == null ? 0 : BOUND_SIZE);
  }

  private static int ringSize(LineString ring) {
    return Math.addExact(4, Math.multiplyExact(ring.points().size(), 16));
  }

  static void putPoint(MutableDirectBuffer buffer, int at, double x, double y) {
    putHeader(buffer, at, 1);
    buffer.putDouble(at + HEADER_SIZE, x, WKB);
    buffer.putDouble(at + HEADER_SIZE + 8, y, WKB);
  }

  static void putLine(MutableDirectBuffer buffer, int at, LineString line) {
    putHeader(buffer, at, 2);
    putRing(buffer, at + HEADER_SIZE, line);
  }

  static void putPolygon(MutableDirectBuffer buffer, int index, Polygon polygon) {
    List<LineString> rings = polygon.rings();
    putHeader(buffer, index, 3);
    int at = index + HEADER_SIZE;
    buffer.putInt(at, rings.size(), WKB);
    at += 4;
    for (int i = 0; i < rings.size(); i++) {
      at = putRing(buffer, at, rings.get(i));
    }
  }

  private static void putHeader(MutableDirectBuffer buffer, int at, int shape) {
    buffer.putByte(at, (byte) 1);
    buffer.putInt(at + 1, shape, WKB);
  }

  private static int putRing(MutableDirectBuffer buffer, int index, LineString ring) {
    List<Point> points = ring.points();
    buffer.putInt(index, points.size(), WKB);
    int at = index + 4;
    for (int i = 0; i < points.size(); i++, at += 16) {
      Point point = points.get(i);
      buffer.putDouble(at, point.x(), WKB);
      buffer.putDouble(at + 8, point.y(), WKB);
    }
    return at;
  }

  static void putDateRange(MutableDirectBuffer buffer, int index, DateRange range) {
    buffer.putByte(index, (byte) range.kind().ordinal());
    int at = index + 1;
    DateRange.Bound lower = range.lower();
    if (lower != null) {
      putBound(buffer, at, lower);
      at += BOUND_SIZE;
    }
    DateRange.Bound upper = range.upper();
    if (upper != null) {
      putBound(buffer, at, upper);
    }
  }

  private static void putBound(MutableDirectBuffer buffer, int at, DateRange.Bound bound) {
    buffer.putLong(at, bound.millis(), ByteOrder.BIG_ENDIAN);
    buffer.putByte(at + 8, (byte) bound.precision().ordinal());
  }
}
