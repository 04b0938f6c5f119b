package io.peregrine.codec.value;

import java.math.BigDecimal;

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

  /** Appends the coordinates, without an exponent, and whole ones without a fraction. */
  void appendTo(StringBuilder text) {
    append(text, x);
    text.append(' ');
    append(text, y);
  }

  private static void append(StringBuilder text, double coordinate) {
    String digits = Double.toString(coordinate);
    if (digits.endsWith(".0")) {
      text.append(digits, 0, digits.length() - 2);
    } else {
      text.append(digits.indexOf('E') < 0 ? digits : new BigDecimal(digits).toPlainString());
    }
  }
}
