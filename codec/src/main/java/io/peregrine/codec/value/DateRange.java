package io.peregrine.codec.value;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value of DSE's type {@code 'DateRangeType'}: one date, or a range whose ends may be open.
 * Immutable; any thread may use it.
 *
 * <p>A bound is as precise as it is written: {@code 2017-02} is the whole month. Times are UTC.
 */
public final class DateRange {
  /** Every date, written {@code *}: a single date that is open. */
  public static final DateRange ANY = new DateRange(Kind.SINGLE_OPEN, null, null);

  /** Every date, written {@code [* TO *]}: a range of which both ends are open. */
  public static final DateRange OPEN = new DateRange(Kind.OPEN, null, null);

  private final Kind kind;
  private final @Nullable Bound lower;
  private final @Nullable Bound upper;

  /**
   * Which bounds there are.
   *
   * <p>The constants stand in the order of their numbers on the wire, from 0.
   */
  public enum Kind {
    /** One date, such as {@code 2017-02-01}; it is the lower bound. */
    SINGLE(true, false),
    /** Both ends, such as {@code [2017 TO 2018]}. */
    CLOSED(true, true),
    /** No end, such as {@code [2017 TO *]}. */
    OPEN_HIGH(true, false),
    /** No beginning, such as {@code [* TO 2017]}. */
    OPEN_LOW(false, true),
    /** Neither, {@code [* TO *]}. */
    OPEN(false, false),
    /** No date, {@code *}. */
    SINGLE_OPEN(false, false);

    private static final Kind[] KINDS = values();

    private final boolean lower;
    private final boolean upper;

    Kind(boolean lower, boolean upper) {
      this.lower = lower;
      this.upper = upper;
    }

    /**
     * The kind of a number.
     *
     * @param number as it is on the wire
     * @return the kind, or null if there is none
     */
    public static @Nullable Kind of(int number) {
      return number >= 0 && number < KINDS.length ? KINDS[number] : null;
    }

    /**
     * Whether a date or the beginning of a range is given.
     *
     * @return true if there is a lower bound
     */
    public boolean hasLower() {
      return lower;
    }

    /**
     * Whether the end of a range is given.
     *
     * @return true if there is an upper bound
     */
    public boolean hasUpper() {
      return upper;
    }
  }

  /**
   * The smallest unit that a bound is given in.
   *
   * <p>The constants stand in the order of their numbers on the wire, from 0.
   */
  public enum Precision {
    /** A year. */
    YEAR(ChronoUnit.YEARS, "uuuu"),
    /** A month. */
    MONTH(ChronoUnit.MONTHS, "uuuu-MM"),
    /** A day. */
    DAY(ChronoUnit.DAYS, "uuuu-MM-dd"),
    /** An hour. */
    HOUR(ChronoUnit.HOURS, "uuuu-MM-dd'T'HHX"),
    /** A minute. */
    MINUTE(ChronoUnit.MINUTES, "uuuu-MM-dd'T'HH:mmX"),
    /** A second. */
    SECOND(ChronoUnit.SECONDS, "uuuu-MM-dd'T'HH:mm:ssX"),
    /** A millisecond. */
    MILLISECOND(ChronoUnit.MILLIS, "uuuu-MM-dd'T'HH:mm:ss.SSSX");

    private static final Precision[] PRECISIONS = values();

    private final ChronoUnit unit;
    private final DateTimeFormatter format;

    Precision(ChronoUnit unit, String pattern) {
      this.unit = unit;
      format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    /**
     * The precision of a number.
     *
     * @param number as it is on the wire
     * @return the precision, or null if there is none
     */
    public static @Nullable Precision of(int number) {
      return number >= 0 && number < PRECISIONS.length ? PRECISIONS[number] : null;
    }

    /**
     * The beginning of the unit that a time lies in.
     *
     * @param time any time
     * @return its first millisecond
     */
    public Instant floor(Instant time) {
      OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
      return switch (this) {
        case YEAR -> utc.truncatedTo(ChronoUnit.DAYS).withDayOfYear(1).toInstant();
        case MONTH -> utc.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).toInstant();
        default -> utc.truncatedTo(unit).toInstant();
      };
    }

    /**
     * The end of the unit that a time lies in.
     *
     * @param time any time
     * @return its last millisecond
     */
    public Instant ceiling(Instant time) {
      OffsetDateTime next = floor(time).atOffset(ZoneOffset.UTC).plus(1, unit);
      return next.toInstant().minusMillis(1);
    }
  }

  /**
   * An end of a range, or a single date.
   *
   * @param millis when it is, in milliseconds since 1970; the first of its unit for a lower bound
   *     and a single date, the last one for an upper bound
   * @param precision the unit that it is given in
   */
  public record Bound(long millis, Precision precision) {
    /**
     * The bound as text.
     *
     * @return such as {@code 2017-02}
     */
    @Override
    public String toString() {
      return precision.format.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    }
  }

  private DateRange(Kind kind, @Nullable Bound lower, @Nullable Bound upper) {
    this.kind = kind;
    this.lower = lower;
    this.upper = upper;
  }

  /**
   * One date.
   *
   * @param date a time within it
   * @param precision the unit that it is rounded down to
   * @return the date
   * @throws ArithmeticException if the milliseconds since 1970 need more than 64 bits
   */
  public static DateRange date(Instant date, Precision precision) {
    return new DateRange(Kind.SINGLE, lowerBound(date, precision), null);
  }

  /**
   * A range with two ends.
   *
   * @param from a time within the first unit
   * @param fromPrecision the unit that it is rounded down to
   * @param to a time within the last unit
   * @param toPrecision the unit that it is rounded up to
   * @return the range
   * @throws ArithmeticException if the milliseconds since 1970 need more than 64 bits
   */
  public static DateRange between(
      Instant from, Precision fromPrecision, Instant to, Precision toPrecision) {
    return new DateRange(Kind.CLOSED, lowerBound(from, fromPrecision), upperBound(to, toPrecision));
  }

  /**
   * A range without an end.
   *
   * @param from a time within the first unit
   * @param precision the unit that it is rounded down to
   * @return the range
   * @throws ArithmeticException if the milliseconds since 1970 need more than 64 bits
   */
  public static DateRange from(Instant from, Precision precision) {
    return new DateRange(Kind.OPEN_HIGH, lowerBound(from, precision), null);
  }

  /**
   * A range without a beginning.
   *
   * @param to a time within the last unit
   * @param precision the unit that it is rounded up to
   * @return the range
   * @throws ArithmeticException if the milliseconds since 1970 need more than 64 bits
   */
  public static DateRange until(Instant to, Precision precision) {
    return new DateRange(Kind.OPEN_LOW, null, upperBound(to, precision));
  }

  /**
   * A range of given bounds, taken as they are.
   *
   * @param kind which bounds there are
   * @param lower the lower bound, if the kind has one
   * @param upper the upper bound, if the kind has one
   * @return the range
   * @throws IllegalArgumentException if the bounds are not those of the kind
   */
  public static DateRange of(Kind kind, @Nullable Bound lower, @Nullable Bound upper) {
    if (kind.hasLower() != (lower != null) || kind.hasUpper() != (upper != null)) {
      throw new IllegalArgumentException(
          "a date range of kind " + kind + " cannot be from " + lower + " to " + upper);
    }
    return new DateRange(kind, lower, upper);
  }

  private static Bound lowerBound(Instant time, Precision precision) {
    return new Bound(precision.floor(time).toEpochMilli(), precision);
  }

  private static Bound upperBound(Instant time, Precision precision) {
    return new Bound(precision.ceiling(time).toEpochMilli(), precision);
  }

  /**
   * Which bounds there are.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * The date, or where the range begins.
   *
   * @return the bound, or null if it is open
   */
  public @Nullable Bound lower() {
    return lower;
  }

  /**
   * Where the range ends.
   *
   * @return the bound, or null if it is open or a single date
   */
  public @Nullable Bound upper() {
    return upper;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DateRange that
        && kind == that.kind
        && Objects.equals(lower, that.lower)
        && Objects.equals(upper, that.upper);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, lower, upper);
  }

  /**
   * The range as DSE writes it.
   *
   * @return such as {@code 2017-02-01}, {@code [2017 TO 2017-02]} or {@code *}
   */
  @Override
  public String toString() {
    String from = lower == null ? "*" : lower.toString();
    if (kind == Kind.SINGLE || kind == Kind.SINGLE_OPEN) {
      return from;
    }
    return "[" + from + " TO " + (upper == null ? "*" : upper.toString()) + "]";
  }
}
