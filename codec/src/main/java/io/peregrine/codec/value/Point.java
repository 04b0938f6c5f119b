package io.peregrine.codec.value;

/**
 * A value of DSE's type {@code 'PointType'}. Immutable; any thread may use it.
 *
 * @param x the first coordinate
 * @param y the second coordinate
 */
public record Point(double x, double y) {
  /**
   * The point as well-known text.
   *
   * @return such as {@code POINT (1.5 -2)}
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("POINT (");
    appendTo(text);
    return text.append(')').toString();
  }

  /** Appends the coordinates, whole numbers without a fraction. */
  void appendTo(StringBuilder text) {
    append(text, x);
    text.append(' ');
    append(text, y);
  }

  private static void append(StringBuilder text, double coordinate) {
    int start = text.length();
    text.append(coordinate);
    int end = text.length();
    if (end - start > 2 && text.charAt(end - 1) == '0' && text.charAt(end - 2) == '.') {
      text.setLength(end - 2);
    }
  }
}
