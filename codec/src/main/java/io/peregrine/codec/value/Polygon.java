package io.peregrine.codec.value;

import java.util.List;

/**
 * A value of DSE's type {@code 'PolygonType'}. Immutable; any thread may use it.
 *
 * <p>Each ring ends with the point that it begins with; the server alone checks that.
 *
 * @param rings the outer ring first, then the rings of the holes; none at all for the empty polygon
 */
public record Polygon(List<LineString> rings) {
  /** The polygon without a ring. */
  public static final Polygon EMPTY = new Polygon(List.of());

  /** Copies the list, so that a later change of it does not reach the polygon. */
  public Polygon {
    rings = List.copyOf(rings);
  }

  /**
   * A polygon of rings.
   *
   * @param rings the outer ring first, then the rings of the holes
   * @return the polygon
   */
  public static Polygon of(LineString... rings) {
    return new Polygon(List.of(rings));
  }

  /**
   * A polygon without holes.
   *
   * @param points its corners, the first one again at the end
   * @return the polygon
   */
  public static Polygon of(Point... points) {
    return of(LineString.of(points));
  }

  /**
   * The polygon as well-known text.
   *
   * @return such as {@code POLYGON ((0 0, 1 0, 1 1, 0 0))} or {@code POLYGON EMPTY}
   */
  @Override
  public String toString() {
    if (rings.isEmpty()) {
      return "POLYGON EMPTY";
    }
    StringBuilder text = new StringBuilder("POLYGON ");
    String separator = "(";
    for (LineString ring : rings) {
      text.append(separator);
      ring.appendTo(text);
      separator = ", ";
    }
    return text.append(')').toString();
  }
}
