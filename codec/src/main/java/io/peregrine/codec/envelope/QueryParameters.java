package io.peregrine.codec.envelope;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import io.peregrine.codec.UnsupportedFeatureException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What QUERY and EXECUTE carry besides the query itself (v5 specification, section 4.1.4). Not
 * thread-safe; one object serves any number of requests of one thread, one after the other.
 *
 * <p>Arrays and buffers are kept, not copied; they must stay unchanged until the request is
 * encoded.
 */
public final class QueryParameters {
  /** No timestamp is sent. */
  public static final long NO_TIMESTAMP = Long.MIN_VALUE;

  /** No "now" is sent. */
  public static final int NO_NOW = Integer.MIN_VALUE;

  static final int FLAG_VALUES = 0x01;
  static final int FLAG_SKIP_METADATA = 0x02;
  static final int FLAG_PAGE_SIZE = 0x04;
  static final int FLAG_PAGING_STATE = 0x08;
  static final int FLAG_SERIAL_CONSISTENCY = 0x10;
  static final int FLAG_TIMESTAMP = 0x20;
  static final int FLAG_NAMES = 0x40;
  static final int FLAG_KEYSPACE = 0x80;
  static final int FLAG_NOW = 0x100;

  private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

  private ConsistencyLevel consistency = ConsistencyLevel.LOCAL_ONE;
  private @Nullable ConsistencyLevel serialConsistency;
  private int pageSize;
  private byte @Nullable [] pagingState;
  private long timestamp = NO_TIMESTAMP;
  private byte @Nullable [] keyspace;
  private int nowInSeconds = NO_NOW;
  private boolean skipMetadata;
  private boolean tracing;
  private boolean namedValues;
  private DirectBuffer values = NOTHING;
  private int valuesOffset;
  private int valuesLength;
  private int valuesCount;

  /** Parameters with the defaults: LOCAL_ONE and nothing else. */
  public QueryParameters() {}

  /**
   * Puts everything back to the defaults.
   *
   * @return this
   */
  public QueryParameters reset() {
    consistency = ConsistencyLevel.LOCAL_ONE;
    serialConsistency = null;
    pageSize = 0;
    pagingState = null;
    timestamp = NO_TIMESTAMP;
    keyspace = null;
    nowInSeconds = NO_NOW;
    skipMetadata = false;
    tracing = false;
    namedValues = false;
    values = NOTHING;
    valuesOffset = 0;
    valuesLength = 0;
    valuesCount = 0;
    return this;
  }

  /**
   * How many replicas have to answer.
   *
   * @param consistency LOCAL_ONE unless set
   * @return this
   */
  public QueryParameters consistency(ConsistencyLevel consistency) {
    this.consistency = consistency;
    return this;
  }

  /**
   * The consistency of the Paxos rounds of a conditional write.
   *
   * @param serialConsistency SERIAL or LOCAL_SERIAL; null leaves it to the server
   * @return this
   * @throws IllegalArgumentException if the level is not a serial one
   */
  public QueryParameters serialConsistency(@Nullable ConsistencyLevel serialConsistency) {
    checkSerial(serialConsistency);
    this.serialConsistency = serialConsistency;
    return this;
  }

  /**
   * How many rows a page has.
   *
   * @param pageSize rows; 0 or less asks for no paging
   * @return this
   */
  public QueryParameters pageSize(int pageSize) {
    this.pageSize = pageSize;
    return this;
  }

  /**
   * Where to go on.
   *
   * @param pagingState the state that came with the page before; null begins at the first page
   * @return this
   */
  public QueryParameters pagingState(byte @Nullable [] pagingState) {
    this.pagingState = pagingState;
    return this;
  }

  /**
   * The timestamp of what is written.
   *
   * @param timestamp microseconds since 1970-01-01T00:00Z, or {@link #NO_TIMESTAMP}
   * @return this
   */
  public QueryParameters timestamp(long timestamp) {
    this.timestamp = timestamp;
    return this;
  }

  /**
   * The keyspace for names without one; from v5 on.
   *
   * @param keyspace its name in UTF-8, as the server has it (unquoted); null for the session's
   * @return this
   */
  public QueryParameters keyspace(byte @Nullable [] keyspace) {
    this.keyspace = keyspace;
    return this;
  }

  /**
   * The time that the server takes for "now", for tests of expiry; from v5 on.
   *
   * @param nowInSeconds seconds since 1970-01-01T00:00Z, or {@link #NO_NOW}
   * @return this
   */
  public QueryParameters nowInSeconds(int nowInSeconds) {
    this.nowInSeconds = nowInSeconds;
    return this;
  }

  /**
   * Whether the answer may leave out the description of its columns.
   *
   * @param skipMetadata true if the description is known from PREPARE
   * @return this
   */
  public QueryParameters skipMetadata(boolean skipMetadata) {
    this.skipMetadata = skipMetadata;
    return this;
  }

  /**
   * Whether the server traces the request; a flag of the envelope's header.
   *
   * @param tracing true to trace
   * @return this
   */
  public QueryParameters tracing(boolean tracing) {
    this.tracing = tracing;
    return this;
  }

  /**
   * The values, already encoded as {@code [value]}s back to back.
   *
   * @param buffer where they are
   * @param offset where they begin
   * @param length how many bytes they have together
   * @param count how many values they are, 0 to 65,535
   * @return this
   * @throws RequestTooLargeException if there are more values than a request can have
   */
  public QueryParameters values(DirectBuffer buffer, int offset, int length, int count) {
    checkValues(buffer, offset, length, count);
    values = buffer;
    valuesOffset = offset;
    valuesLength = length;
    valuesCount = count;
    return this;
  }

  /**
   * Whether a {@code [string]} with its name stands before each value.
   *
   * @param namedValues true if so; for QUERY only
   * @return this
   */
  public QueryParameters namedValues(boolean namedValues) {
    this.namedValues = namedValues;
    return this;
  }

  int headerFlags() {
    return tracing ? EnvelopeHeaderFlyweight.TRACING : 0;
  }

  long encodedLength(ProtocolVersion version) {
    checkVersion(version, keyspace, nowInSeconds);
    long length = 2L + flagsLength(version);
    if (valuesCount > 0) {
      length += 2L + valuesLength;
    }
    if (pageSize > 0) {
      length += 4;
    }
    byte[] pagingState = this.pagingState;
    if (pagingState != null) {
      length += Notation.bytesLength(pagingState);
    }
    return length + tailLength(serialConsistency, timestamp, keyspace, nowInSeconds);
  }

  int encode(ProtocolVersion version, MutableDirectBuffer buffer, int offset) {
    int position = Notation.putShort(buffer, offset, consistency.code());
    position = putFlags(version, flags(), buffer, position);
    if (valuesCount > 0) {
      position = Notation.putShort(buffer, position, valuesCount);
      position = Notation.putRegion(buffer, position, values, valuesOffset, valuesLength);
    }
    if (pageSize > 0) {
      position = Notation.putInt(buffer, position, pageSize);
    }
    byte[] pagingState = this.pagingState;
    if (pagingState != null) {
      position = Notation.putBytes(buffer, position, pagingState);
    }
    return putTail(serialConsistency, timestamp, keyspace, nowInSeconds, buffer, position);
  }

  private int flags() {
    int flags = tailFlags(serialConsistency, timestamp, keyspace, nowInSeconds);
    if (valuesCount > 0) {
      flags |= namedValues ? FLAG_VALUES | FLAG_NAMES : FLAG_VALUES;
    }
    if (skipMetadata) {
      flags |= FLAG_SKIP_METADATA;
    }
    if (pageSize > 0) {
      flags |= FLAG_PAGE_SIZE;
    }
    if (pagingState != null) {
      flags |= FLAG_PAGING_STATE;
    }
    return flags;
  }

  /** Bytes of the flags: they grew from a {@code [byte]} to an {@code [int]} in v5. */
  static int flagsLength(ProtocolVersion version) {
    return version == ProtocolVersion.V4 ? 1 : 4;
  }

  static int putFlags(ProtocolVersion version, int flags, MutableDirectBuffer buffer, int offset) {
    return version == ProtocolVersion.V4
        ? Notation.putByte(buffer, offset, flags)
        : Notation.putInt(buffer, offset, flags);
  }

  static void checkVersion(ProtocolVersion version, byte @Nullable [] keyspace, int nowInSeconds) {
    if (version == ProtocolVersion.V4) {
      if (keyspace != null) {
        throw new UnsupportedFeatureException(
            "A keyspace per request", version, ProtocolVersion.V5);
      }
      if (nowInSeconds != NO_NOW) {
        throw new UnsupportedFeatureException("nowInSeconds", version, ProtocolVersion.V5);
      }
    }
  }

  static void checkSerial(@Nullable ConsistencyLevel level) {
    if (level != null && !level.isSerial()) {
      throw new IllegalArgumentException(
          "a serial consistency is SERIAL or LOCAL_SERIAL, not " + level);
    }
  }

  static void checkValues(DirectBuffer buffer, int offset, int length, int count) {
    buffer.boundsCheck(offset, length);
    if (count > Notation.MAX_SHORT) {
      throw new RequestTooLargeException(
          "number of values", count, Notation.MAX_SHORT, "split the statement");
    }
    if (count < 0) {
      throw new IllegalArgumentException("a request cannot have " + count + " values");
    }
  }

  /** What ends QUERY, EXECUTE and BATCH alike. */
  static long tailLength(
      @Nullable ConsistencyLevel serial, long timestamp, byte @Nullable [] keyspace, int now) {
    long length = 0;
    if (serial != null) {
      length += 2;
    }
    if (timestamp != NO_TIMESTAMP) {
      length += 8;
    }
    if (keyspace != null) {
      length += Notation.shortBytesLength("keyspace", keyspace);
    }
    if (now != NO_NOW) {
      length += 4;
    }
    return length;
  }

  static int tailFlags(
      @Nullable ConsistencyLevel serial, long timestamp, byte @Nullable [] keyspace, int now) {
    int flags = 0;
    if (serial != null) {
      flags |= FLAG_SERIAL_CONSISTENCY;
    }
    if (timestamp != NO_TIMESTAMP) {
      flags |= FLAG_TIMESTAMP;
    }
    if (keyspace != null) {
      flags |= FLAG_KEYSPACE;
    }
    if (now != NO_NOW) {
      flags |= FLAG_NOW;
    }
    return flags;
  }

  static int putTail(
      @Nullable ConsistencyLevel serial,
      long timestamp,
      byte @Nullable [] keyspace,
      int now,
      MutableDirectBuffer buffer,
      int offset) {
    int position = offset;
    if (serial != null) {
      position = Notation.putShort(buffer, position, serial.code());
    }
    if (timestamp != NO_TIMESTAMP) {
      position = Notation.putLong(buffer, position, timestamp);
    }
    if (keyspace != null) {
      position = Notation.putShortBytes(buffer, position, keyspace);
    }
    if (now != NO_NOW) {
      position = Notation.putInt(buffer, position, now);
    }
    return position;
  }
}
