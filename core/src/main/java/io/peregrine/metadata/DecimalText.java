package io.peregrine.metadata;

import org.agrona.DirectBuffer;

/**
 * Whole numbers of 64 bits as text, read without making a string. It keeps nothing, so any thread
 * may use it.
 */
final class DecimalText {
  private static final int RADIX = 10;

  private DecimalText() {}

  /**
   * Whether a text is such a number, as {@link Long#toString(long)} writes it: without a plus, and
   * without zeros in front.
   *
   * @param buffer where the text is
   * @param offset where it begins
   * @param length how many bytes it has
   * @return false for other texts, and for numbers that are too large
   */
  static boolean isLong(DirectBuffer buffer, int offset, int length) {
    int end = offset + length;
    int at = digits(buffer, offset, length);
    boolean isNegative = at > offset;
    boolean isLong = at < end && (buffer.getByte(at) != '0' || length == 1);
    long value = 0;
    while (isLong && at < end) {
      int digit = buffer.getByte(at++) - '0';
      isLong = digit >= 0 && digit < RADIX && value >= Long.MIN_VALUE / RADIX;
      // Negative numbers reach further, so all are added up as such.
      long tens = value * RADIX;
      isLong &= tens >= Long.MIN_VALUE + digit;
      value = tens - digit;
    }
    return isLong && (isNegative || value != Long.MIN_VALUE);
  }

  /**
   * Reads a number.
   *
   * @param buffer where its text is, of which {@link #isLong} has said that it is one
   * @param offset where it begins
   * @param length how many bytes it has
   * @return the number
   */
  static long read(DirectBuffer buffer, int offset, int length) {
    int end = offset + length;
    long value = 0;
    int first = digits(buffer, offset, length);
    for (int at = first; at < end; at++) {
      value = value * RADIX + buffer.getByte(at) - '0';
    }
    return first > offset ? -value : value;
  }

  /** Where the digits begin. */
  private static int digits(DirectBuffer buffer, int offset, int length) {
    return length > 0 && buffer.getByte(offset) == '-' ? offset + 1 : offset;
  }
}
