package io.peregrine.graph;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A number as its digits, because what it is to become is not known when it is read. Immutable.
 *
 * @param text what JSON allows for a number, of bounded length
 */
record JsonNumber(String text) {
  boolean isWhole() {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' || c == 'e' || c == 'E') {
        return false;
      }
    }
    return true;
  }

  /**
   * An Integer, a Long or a BigInteger, the first that holds it; with a fraction or an exponent a
   * Double, or a BigDecimal if that has not the range.
   *
   * @throws GraphsonException if its exponent is out of a BigDecimal's range too
   */
  Number value() {
    if (!isWhole()) {
      double nearest = Double.parseDouble(text);
      return Double.isFinite(nearest) ? (Number) nearest : decimal();
    }
    BigInteger whole = new BigInteger(text);
    if (whole.bitLength() < Integer.SIZE) {
      return whole.intValue();
    }
    return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
  }

  private BigDecimal decimal() {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new GraphsonException(TextForms.shown(this) + " has an exponent out of all range", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
