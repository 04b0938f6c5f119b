package io.peregrine.codec.envelope;

import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.RequestTooLargeException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What requests carry besides the query itself (v5 specification, section 4.1.4; DSE
 * specifications, section 4.1.4). Not thread-safe; one object serves any number of requests of one
 * thread, one after the other.
 *
 * <p>QUERY and EXECUTE carry all of it. BATCH leaves out values, pages and {@link #skipMetadata};
 * PREPARE has {@link #keyspace}, {@link #tracing} and {@link #customPayload} only. What is set, but
 * not possible in a connection's version, is refused when the request is encoded.
 *
 * <p>Arrays and buffers are kept, not copied; they must stay unchanged until the request is
 * encoded.
 */
public final class QueryParameters {
  /** No timestamp is sent. */
  public static final long NO_TIMESTAMP = Long.MIN_VALUE;

  /** No "now" is sent. */
  public static final int NO_NOW = Integer.MIN_VALUE;

  private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

  ConsistencyLevel consistency = ConsistencyLevel.LOCAL_ONE;
  @Nullable ConsistencyLevel serialConsistency;
  int pageSize;
  boolean pageSizeInBytes;
  byte @Nullable [] pagingState;
  boolean continuous;
  int maxPages;
  int pagesPerSecond;
  int nextPages;
  long timestamp = NO_TIMESTAMP;
  byte @Nullable [] keyspace;
  int nowInSeconds = NO_NOW;
  boolean skipMetadata;
  boolean tracing;
  @Nullable CustomPayload customPayload;
  boolean namedValues;
  DirectBuffer values = NOTHING;
  int valuesOffset;
  int valuesLength;
  int valuesCount;

  /**
   * How often anything has changed but the values' bytes and the timestamp's value; lets a template
   * see at a glance that nothing has.
   */
  int changes;

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
    pageSizeInBytes = false;
    pagingState = null;
    continuous = false;
    maxPages = 0;
    pagesPerSecond = 0;
    nextPages = 0;
    timestamp = NO_TIMESTAMP;
    keyspace = null;
    nowInSeconds = NO_NOW;
    skipMetadata = false;
    tracing = false;
    customPayload = null;
    namedValues = false;
    values = NOTHING;
    valuesOffset = 0;
    valuesLength = 0;
    valuesCount = 0;
    changes++;
    return this;
  }

  /**
   * How many replicas have to answer.
   *
   * @param consistency LOCAL_ONE unless set
   * @return this
   */
  public QueryParameters consistency(ConsistencyLevel consistency) {
    if (this.consistency != consistency) {
      this.consistency = consistency;
      changes++;
    }
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
    if (serialConsistency != null && !serialConsistency.isSerial()) {
      throw new IllegalArgumentException(
          "a serial consistency is SERIAL or LOCAL_SERIAL, not " + serialConsistency);
    }
    if (this.serialConsistency != serialConsistency) {
      this.serialConsistency = serialConsistency;
      changes++;
    }
    return this;
  }

  /**
   * How large a page is.
   *
   * @param pageSize rows, or bytes if {@link #pageSizeInBytes} says so; 0 or less asks for no
   *     paging
   * @return this
   */
  public QueryParameters pageSize(int pageSize) {
    if (this.pageSize != pageSize) {
      this.pageSize = pageSize;
      changes++;
    }
    return this;
  }

  /**
   * Whether the page size is one in bytes; the server sends whole rows that come near it. For
   * {@link #continuousPaging} only.
   *
   * @param pageSizeInBytes true for bytes, false for rows
   * @return this
   */
  public QueryParameters pageSizeInBytes(boolean pageSizeInBytes) {
    if (this.pageSizeInBytes != pageSizeInBytes) {
      this.pageSizeInBytes = pageSizeInBytes;
      changes++;
    }
    return this;
  }

  /**
   * Where to go on.
   *
   * @param pagingState the state that came with the page before; null begins at the first page
   * @return this
   */
  public QueryParameters pagingState(byte @Nullable [] pagingState) {
    if (this.pagingState != pagingState) {
      this.pagingState = pagingState;
      changes++;
    }
    return this;
  }

  /**
   * Asks for many pages in a row, all on the request's stream id; DSE only. What a page is, {@link
   * #pageSize} says.
   *
   * @param maxPages how many pages there are at most; 0 for all
   * @param pagesPerSecond how many pages there are at most in a second; 0 for no limit
   * @param nextPages how many pages the server may send until it is told more (see {@link
   *     ReviseRequestEncoder}), from DSE_V2 on; 0 for no limit
   * @return this
   * @throws IllegalArgumentException if one of them is negative
   */
  public QueryParameters continuousPaging(int maxPages, int pagesPerSecond, int nextPages) {
    if ((maxPages | pagesPerSecond | nextPages) < 0) {
      throw new IllegalArgumentException(
          "maxPages, pagesPerSecond and nextPages must be 0 or more, not "
              + maxPages
              + ", "
              + pagesPerSecond
              + ", "
              + nextPages);
    }
    changes++;
    this.continuous = true;
    this.maxPages = maxPages;
    this.pagesPerSecond = pagesPerSecond;
    this.nextPages = nextPages;
    return this;
  }

  /**
   * Asks for one page at a time, which is the default.
   *
   * @return this
   */
  public QueryParameters noContinuousPaging() {
    changes++;
    continuous = false;
    return this;
  }

  /**
   * The timestamp of what is written.
   *
   * @param timestamp microseconds since 1970-01-01T00:00Z, or {@link #NO_TIMESTAMP}
   * @return this
   */
  public QueryParameters timestamp(long timestamp) {
    if ((this.timestamp == NO_TIMESTAMP) != (timestamp == NO_TIMESTAMP)) {
      changes++;
    }
    this.timestamp = timestamp;
    return this;
  }

  /**
   * The keyspace for names without one; in v5, v6 and DSE_V2.
   *
   * @param keyspace its name in UTF-8, as the server has it (unquoted); null for the session's
   * @return this
   */
  public QueryParameters keyspace(byte @Nullable [] keyspace) {
    if (this.keyspace != keyspace) {
      this.keyspace = keyspace;
      changes++;
    }
    return this;
  }

  /**
   * The time that the server takes for "now", for tests of expiry; in v5 and v6.
   *
   * @param nowInSeconds seconds since 1970-01-01T00:00Z, or {@link #NO_NOW}
   * @return this
   */
  public QueryParameters nowInSeconds(int nowInSeconds) {
    if (this.nowInSeconds != nowInSeconds) {
      this.nowInSeconds = nowInSeconds;
      changes++;
    }
    return this;
  }

  /**
   * Whether the answer may leave out the description of its columns.
   *
   * @param skipMetadata true if the description is known from PREPARE
   * @return this
   */
  public QueryParameters skipMetadata(boolean skipMetadata) {
    if (this.skipMetadata != skipMetadata) {
      this.skipMetadata = skipMetadata;
      changes++;
    }
    return this;
  }

  /**
   * Whether the server traces the request; a flag of the envelope's header.
   *
   * @param tracing true to trace
   * @return this
   */
  public QueryParameters tracing(boolean tracing) {
    if (this.tracing != tracing) {
      this.tracing = tracing;
      changes++;
    }
    return this;
  }

  /**
   * What an extension of the server reads; not in v3.
   *
   * @param customPayload the entries; null for none
   * @return this
   */
  public QueryParameters customPayload(@Nullable CustomPayload customPayload) {
    if (this.customPayload != customPayload) {
      this.customPayload = customPayload;
      changes++;
    }
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
    Notation.checkValues(buffer, offset, length, count);
    if (values != buffer) {
      values = buffer;
    }
    if (valuesCount != count) {
      valuesCount = count;
      changes++;
    }
    valuesOffset = offset;
    valuesLength = length;
    return this;
  }

  /**
   * Whether a {@code [string]} with its name stands before each value.
   *
   * @param namedValues true if so; meant for QUERY, because who executes a prepared statement knows
   *     the order of its variables
   * @return this
   */
  public QueryParameters namedValues(boolean namedValues) {
    if (this.namedValues != namedValues) {
      this.namedValues = namedValues;
      changes++;
    }
    return this;
  }

  /** Takes over everything but the values, of which it takes the number only. */
  void copyAllButValues(QueryParameters other) {
    consistency = other.consistency;
    serialConsistency = other.serialConsistency;
    pageSize = other.pageSize;
    pageSizeInBytes = other.pageSizeInBytes;
    pagingState = other.pagingState;
    continuous = other.continuous;
    maxPages = other.maxPages;
    pagesPerSecond = other.pagesPerSecond;
    nextPages = other.nextPages;
    timestamp = other.timestamp;
    keyspace = other.keyspace;
    nowInSeconds = other.nowInSeconds;
    skipMetadata = other.skipMetadata;
    tracing = other.tracing;
    customPayload = other.customPayload;
    namedValues = other.namedValues;
    valuesCount = other.valuesCount;
  }

  /** Whether only the values' bytes and the timestamp, if both have one, may differ. */
  boolean isAlike(QueryParameters other) {
    return consistency == other.consistency
        && serialConsistency == other.serialConsistency
        && pageSize == other.pageSize
        && pageSizeInBytes == other.pageSizeInBytes
        && pagingState == other.pagingState
        && continuous == other.continuous
        && maxPages == other.maxPages
        && pagesPerSecond == other.pagesPerSecond
        && nextPages == other.nextPages
        && (timestamp == NO_TIMESTAMP) == (other.timestamp == NO_TIMESTAMP)
        && keyspace == other.keyspace
        && nowInSeconds == other.nowInSeconds
        && skipMetadata == other.skipMetadata
        && tracing == other.tracing
        && customPayload == other.customPayload
        && namedValues == other.namedValues
        && valuesCount == other.valuesCount;
  }
}
