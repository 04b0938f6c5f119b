package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.ProtocolVersion;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An EXECUTE envelope in which only the values are left open, for a statement that is executed over
 * and over. Not thread-safe: one template belongs to one statement of one thread.
 *
 * <p>What stands before the values and behind them is encoded once, and then copied. The envelope
 * is, byte by byte, the one that {@link ExecuteEncoder} writes. Nothing is allocated, unless the
 * parts that do not change grow.
 */
public final class ExecuteTemplate {
  private static final int NO_TIMESTAMP_AT = -1;

  /** What the image was made from, with the number of the values, but without their bytes. */
  private final QueryParameters made = new QueryParameters();

  private final UnsafeBuffer image = new UnsafeBuffer(new byte[128]);
  private ProtocolVersion version = ProtocolVersion.V5;
  private byte[] id = {};
  private byte[] resultMetadataId = id;
  private boolean isMade;

  /** The parameters that were last compared, and how often they had changed by then. */
  private @Nullable QueryParameters compared;

  private int comparedChanges;
  private int headLength;
  private int tailLength;

  /** Where the timestamp stands in the image. */
  private int timestampAt = NO_TIMESTAMP_AT;

  /** A template of nothing yet. */
  public ExecuteTemplate() {}

  /**
   * Brings the template up to date. Cheap if nothing has changed since the last time, or only the
   * timestamp; else the fixed parts are encoded anew.
   *
   * <p>Arrays, and the custom payload, are compared by identity: give the same ones as long as they
   * mean the same.
   *
   * @param version the connection's version
   * @param id the prepared statement's id
   * @param resultMetadataId the id of the columns that the client knows; versions without it do not
   *     send it
   * @param parameters what goes with it; of the values, their number counts
   * @return whether it was encoded anew
   * @throws io.peregrine.codec.DriverException if it is too large, or if the version cannot carry
   *     one of the parameters; the template is then of nothing
   */
  public boolean update(
      ProtocolVersion version, byte[] id, byte[] resultMetadataId, QueryParameters parameters) {
    QueryParameters made = this.made;
    if (isMade
        && this.version == version
        && this.id == id
        && this.resultMetadataId == resultMetadataId
        && (compared == parameters && comparedChanges == parameters.changes
            || isAlike(parameters))) {
      if (made.timestamp != parameters.timestamp) {
        timestamp(parameters.timestamp);
      }
      return false;
    }
    isMade = false;
    this.version = version;
    this.id = id;
    this.resultMetadataId = resultMetadataId;
    made.copyAllButValues(parameters);
    make();
    isMade = true;
    compared = parameters;
    comparedChanges = parameters.changes;
    return true;
  }

  private boolean isAlike(QueryParameters parameters) {
    if (!made.isAlike(parameters)) {
      return false;
    }
    compared = parameters;
    comparedChanges = parameters.changes;
    return true;
  }

  /**
   * Sets the timestamp in the place of the one that the template was brought up to date with.
   *
   * @param timestamp microseconds since 1970-01-01T00:00Z
   * @throws IllegalStateException if the template has none
   */
  public void timestamp(long timestamp) {
    if (timestampAt == NO_TIMESTAMP_AT || timestamp == QueryParameters.NO_TIMESTAMP) {
      throw new IllegalStateException("the template has no timestamp, or would have none");
    }
    made.timestamp = timestamp;
    image.putLong(timestampAt, timestamp, BIG_ENDIAN);
  }

  /**
   * The length of the envelope.
   *
   * @param valuesLength how many bytes the values have together, 0 or more
   * @return bytes, header included
   * @throws io.peregrine.codec.RequestTooLargeException if it is too large
   */
  public int encodedLength(int valuesLength) {
    if (!isMade) {
      throw new IllegalStateException("the template is empty; call update() first");
    }
    if (valuesLength < 0 || valuesLength > 0 && made.valuesCount == 0) {
      throw new IllegalArgumentException(
          valuesLength + " bytes for " + made.valuesCount + " values");
    }
    int fixed = headLength - EnvelopeHeaderFlyweight.HEADER_LENGTH + tailLength;
    return Notation.envelopeLength((long) fixed + valuesLength);
  }

  /**
   * Writes the envelope, with stream id 0.
   *
   * @param buffer where to; as many bytes as {@link #encodedLength} said must be there
   * @param offset where it begins
   * @param values where the values are, encoded as {@code [value]}s back to back, as many as the
   *     template was made for
   * @param valuesOffset where they begin
   * @param valuesLength how many bytes they have together
   * @return its length
   * @throws io.peregrine.codec.DriverException if it is too large, or if a value is unset in v3
   */
  public int encode(
      MutableDirectBuffer buffer,
      int offset,
      DirectBuffer values,
      int valuesOffset,
      int valuesLength) {
    int length = encodedLength(valuesLength);
    UnsetValues.check(
        version, values, valuesOffset, valuesLength, made.valuesCount, made.namedValues);
    UnsafeBuffer image = this.image;
    int headLength = this.headLength;
    int valuesAt = offset + headLength;
    buffer.putByte(offset + length - 1, (byte) 0); // a buffer that expands does so here, and once
    WordCopy.copy(image, 0, buffer, offset, headLength);
    buffer.putInt(
        offset + EnvelopeHeaderFlyweight.BODY_LENGTH_OFFSET,
        length - EnvelopeHeaderFlyweight.HEADER_LENGTH,
        BIG_ENDIAN);
    WordCopy.copy(values, valuesOffset, buffer, valuesAt, valuesLength);
    WordCopy.copy(image, headLength, buffer, valuesAt + valuesLength, tailLength);
    return length;
  }

  private void make() {
    ProtocolVersion version = this.version;
    int length = ExecuteEncoder.lengthOfAnyValues(version, id, resultMetadataId, made);
    if (length > image.capacity()) {
      image.wrap(new byte[length]);
    }
    ExecuteEncoder.encode(version, id, resultMetadataId, made, image, 0);
    headLength = headLength();
    tailLength = length - headLength;
    timestampAt =
        made.timestamp == QueryParameters.NO_TIMESTAMP
            ? NO_TIMESTAMP_AT
            : length - ParametersEncoder.lengthAfterTimestamp(version, made) - 8;
  }

  /** Up to where the values stand, or would stand. */
  private int headLength() {
    long length = EnvelopeHeaderFlyweight.HEADER_LENGTH + 2L + id.length;
    length += ParametersEncoder.payloadLength(version, made);
    if (version.hasResultMetadataId()) {
      length += 2 + resultMetadataId.length;
    }
    length += 2 + ParametersEncoder.flagsLength(version);
    if (made.valuesCount > 0) {
      length += 2;
    }
    return (int) length;
  }
}
