package io.peregrine.codec.value;

import java.util.List;

/**
 * A value of DSE's type {@code 'LineStringType'}, or a ring of a {@link Polygon}. Immutable; any
 * thread may use it.
 *
 * <p>The server alone checks that there are enough points, and that a ring is closed.
 *
 * @param points the points in order, none of them null
 */
public record LineString(List<Point> points) {
  /** The line without points. */
  public static final LineString EMPTY = new LineString(List.of());

  /** Copies the list, so that a later change of it does not reach the line. */
  public LineString {
    points = List.copyOf(points);
  }

  /**
   * A line through points.
   *
   * @param points the points in order
   * @return the line
   */
  public static LineString of(Point... points) {
    return new LineString(List.of(points));
  }

  /**
   * The line as well-known text.
   *
   * @return such as {@code LINESTRING (0 0, 1 1)} or {@code LINESTRING EMPTY}
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("LINESTRING ");
    appendTo(text);
    return text.toString();
  }

  void appendTo(StringBuilder text) {
    if (points.isEmpty()) {
      text.append("EMPTY");
      return;
    }
    String separator = "(";
    for (Point point : points) {
      text.append(separator);
      point.appendTo(text);
      separator = ", ";
    }
    text.append(')');
  }
}
