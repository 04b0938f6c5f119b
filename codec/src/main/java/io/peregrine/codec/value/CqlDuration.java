package io.peregrine.codec.value;

import io.peregrine.codec.InvalidValueException;

/**
 * A value of type {@code duration}. Immutable; any thread may use it.
 *
 * <p>The three parts do not convert into each other: a month has no fixed number of days, nor a day
 * of hours. All of them are 0 or more, or all of them 0 or less.
 *
 * @param months the months
 * @param days the days
 * @param nanos the nanoseconds
 */
public record CqlDuration(int months, int days, long nanos) {
  /** No time at all. */
  public static final CqlDuration ZERO = new CqlDuration(0, 0, 0);

  /**
   * Checks the signs.
   *
   * @throws InvalidValueException if one part is positive and another negative
   */
  public CqlDuration {
    boolean negative = months < 0 || days < 0 || nanos < 0;
    boolean positive = months > 0 || days > 0 || nanos > 0;
    if (negative && positive) {
      throw new InvalidValueException(
          "a duration's parts must have one sign, not "
              + months
              + " months, "
              + days
              + " days and "
              + nanos
              + " ns");
    }
  }

  /**
   * The duration as CQL text.
   *
   * @return such as {@code 1mo2d3ns} or {@code -1mo2d}
   */
  @Override
  public String toString() {
    if (months == 0 && days == 0 && nanos == 0) {
      return "0ns";
    }
    StringBuilder text = new StringBuilder();
    if (months < 0 || days < 0 || nanos < 0) {
      text.append('-');
    }
    append(text, months, "mo");
    append(text, days, "d");
    append(text, nanos, "ns");
    return text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(Long.toUnsignedString(Math.abs(amount))).append(unit);
    }
  }
}
