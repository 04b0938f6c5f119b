package io.peregrine.codec.row;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.value.DateRange.Kind;
import io.peregrine.codec.value.DateRange.Precision;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A flyweight over a DSE {@code 'DateRangeType'}. Not thread-safe: a reader belongs to one thread.
 *
 * <p>The bytes are the kind, and for each bound that it has the milliseconds since 1970 and the
 * precision. The reader is valid as long as the buffer is.
 */
public final class DateRangeReader {
  private static final int BOUND_SIZE = 9;

  private DirectBuffer buffer = new UnsafeBuffer(0, 0);
  private @Nullable Kind kind;
  private @Nullable Precision lowerPrecision;
  private @Nullable Precision upperPrecision;
  private boolean present;
  private int origin;

  /** A reader that lies over nothing yet. */
  public DateRangeReader() {}

  /**
   * Lays the reader over the bytes, the length in front of them not counted.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many there are; 0 or less for no value
   * @return this
   * @throws MalformedMessageException if the bytes are no date range
   */
  public DateRangeReader wrap(DirectBuffer buffer, int offset, int length) {
    this.buffer = buffer;
    present = length >= 0;
    origin = offset;
    kind = null;
    lowerPrecision = null;
    upperPrecision = null;
    if (length > 0) {
      buffer.boundsCheck(offset, length);
      parse(length);
    }
    return this;
  }

  private void parse(int length) {
    int number = buffer.getByte(origin);
    Kind known = Kind.of(number);
    if (known == null) {
      throw malformed(0, "kind " + number + " is none from 0 to 5");
    }
    int needed = 1 + (known.hasLower() ? BOUND_SIZE : 0) + (known.hasUpper() ? BOUND_SIZE : 0);
    if (length != needed) {
      throw malformed(0, "length " + length + " where " + known + " needs " + needed);
    }
    lowerPrecision = known.hasLower() ? precision(BOUND_SIZE) : null;
    upperPrecision = known.hasUpper() ? precision(length - 1) : null;
    kind = known;
  }

  private Precision precision(int at) {
    int number = buffer.getByte(origin + at);
    Precision known = Precision.of(number);
    if (known == null) {
      throw malformed(at, "precision " + number + " is none from 0 to 6");
    }
    return known;
  }

  private static MalformedMessageException malformed(int at, String problem) {
    return new MalformedMessageException("date range", at, problem);
  }

  boolean isPresent() {
    return present;
  }

  /**
   * Which bounds there are.
   *
   * @return the kind, or null if there is no value
   */
  public @Nullable Kind kind() {
    return kind;
  }

  /**
   * When the date is, or when the range begins.
   *
   * @return milliseconds since 1970; 0 if there is no lower bound
   */
  public long lowerMillis() {
    return lowerPrecision == null ? 0 : buffer.getLong(origin + 1, ByteOrder.BIG_ENDIAN);
  }

  /**
   * The unit that the lower bound is given in.
   *
   * @return the precision, or null if there is no lower bound
   */
  public @Nullable Precision lowerPrecision() {
    return lowerPrecision;
  }

  /**
   * When the range ends.
   *
   * @return milliseconds since 1970, the last one of the range; 0 if there is no upper bound
   */
  public long upperMillis() {
    int at = origin + (lowerPrecision == null ? 1 : 1 + BOUND_SIZE);
    return upperPrecision == null ? 0 : buffer.getLong(at, ByteOrder.BIG_ENDIAN);
  }

  /**
   * The unit that the upper bound is given in.
   *
   * @return the precision, or null if there is no upper bound
   */
  public @Nullable Precision upperPrecision() {
    return upperPrecision;
  }
}
