package io.peregrine.codec.envelope;

import io.peregrine.codec.BatchType;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes BATCH (v5 specification, section 4.1.7). Not thread-safe, but for the static methods; one
 * encoder serves any number of batches, one after the other. Allocates nothing.
 *
 * <p>Add up the children's lengths, ask {@link #encodedLength} how much room the whole takes, then
 * {@link #begin}, put each child, {@link #end}. A begun batch can be dropped at any time.
 */
public final class BatchEncoder {
  /** The most children that a batch can have. */
  public static final int MAX_CHILDREN = Notation.MAX_SHORT;

  private static final int KIND_QUERY = 0;
  private static final int KIND_PREPARED = 1;

  /** Batch type and number of children. */
  private static final int PREFIX_LENGTH = 3;

  private MutableDirectBuffer buffer = new UnsafeBuffer(0, 0);
  private ProtocolVersion version = ProtocolVersion.V5;
  private int headerFlags;
  private int offset;
  private int position;
  private int children;

  /** An encoder that has begun no batch. */
  public BatchEncoder() {}

  /**
   * The length of a child that is a query with its text.
   *
   * @param queryUtf8 the text
   * @param valuesLength how many bytes its values have together
   * @return bytes
   */
  public static long queryLength(byte[] queryUtf8, int valuesLength) {
    return 1 + Notation.bytesLength(queryUtf8) + 2 + valuesLength;
  }

  /**
   * The length of a child that is a prepared statement.
   *
   * @param id the statement's id
   * @param valuesLength how many bytes its values have together
   * @return bytes
   */
  public static long preparedLength(byte[] id, int valuesLength) {
    return 1 + Notation.shortBytesLength("statement id", id) + 2 + valuesLength;
  }

  /**
   * The length of the envelope.
   *
   * @param version the connection's version
   * @param childrenLength the sum of the children's lengths
   * @param serialConsistency as for {@link #end}
   * @param timestamp as for {@link #end}
   * @param keyspace as for {@link #end}
   * @param nowInSeconds as for {@link #end}
   * @return bytes, header included
   * @throws io.peregrine.codec.DriverException if it is too large, or if v4 is to carry what only
   *     v5 can
   */
  public static int encodedLength(
      ProtocolVersion version,
      long childrenLength,
      @Nullable ConsistencyLevel serialConsistency,
      long timestamp,
      byte @Nullable [] keyspace,
      int nowInSeconds) {
    QueryParameters.checkVersion(version, keyspace, nowInSeconds);
    return Notation.envelopeLength(
        PREFIX_LENGTH
            + childrenLength
            + 2
            + QueryParameters.flagsLength(version)
            + QueryParameters.tailLength(serialConsistency, timestamp, keyspace, nowInSeconds));
  }

  /**
   * Begins a batch.
   *
   * @param version the connection's version
   * @param type the kind of batch
   * @param tracing whether the server traces it
   * @param buffer where to; as many bytes as {@link #encodedLength} said must be there
   * @param offset where the envelope begins
   * @return this
   */
  public BatchEncoder begin(
      ProtocolVersion version,
      BatchType type,
      boolean tracing,
      MutableDirectBuffer buffer,
      int offset) {
    this.version = version;
    this.headerFlags = tracing ? EnvelopeHeaderFlyweight.TRACING : 0;
    this.buffer = buffer;
    this.offset = offset;
    this.children = 0;
    int body = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    Notation.putByte(buffer, body, type.code());
    this.position = body + PREFIX_LENGTH;
    return this;
  }

  /**
   * Puts a query with its text.
   *
   * @param queryUtf8 the text
   * @param values where its values are, encoded as {@code [value]}s back to back
   * @param valuesOffset where they begin
   * @param valuesLength how many bytes they have together
   * @param valuesCount how many they are, 0 to 65,535
   * @return this
   * @throws RequestTooLargeException if there are too many children or values
   */
  public BatchEncoder putQuery(
      byte[] queryUtf8, DirectBuffer values, int valuesOffset, int valuesLength, int valuesCount) {
    beforeChild();
    QueryParameters.checkValues(values, valuesOffset, valuesLength, valuesCount);
    MutableDirectBuffer buffer = this.buffer;
    int at = Notation.putByte(buffer, position, KIND_QUERY);
    at = Notation.putBytes(buffer, at, queryUtf8);
    putValues(at, values, valuesOffset, valuesLength, valuesCount);
    return this;
  }

  /**
   * Puts a prepared statement.
   *
   * @param id the statement's id
   * @param values where its values are, encoded as {@code [value]}s back to back
   * @param valuesOffset where they begin
   * @param valuesLength how many bytes they have together
   * @param valuesCount how many they are, 0 to 65,535
   * @return this
   * @throws RequestTooLargeException if there are too many children or values
   */
  public BatchEncoder putPrepared(
      byte[] id, DirectBuffer values, int valuesOffset, int valuesLength, int valuesCount) {
    beforeChild();
    QueryParameters.checkValues(values, valuesOffset, valuesLength, valuesCount);
    MutableDirectBuffer buffer = this.buffer;
    int at = Notation.putByte(buffer, position, KIND_PREPARED);
    at = Notation.putShortBytes(buffer, at, id);
    putValues(at, values, valuesOffset, valuesLength, valuesCount);
    return this;
  }

  /**
   * Ends the batch; the envelope then has stream id 0.
   *
   * @param consistency how many replicas have to answer
   * @param serialConsistency SERIAL or LOCAL_SERIAL; null leaves it to the server
   * @param timestamp microseconds since 1970-01-01T00:00Z, or {@link QueryParameters#NO_TIMESTAMP}
   * @param keyspace the keyspace for names without one in UTF-8, from v5 on; null for the session's
   * @param nowInSeconds seconds since 1970-01-01T00:00Z, from v5 on, or {@link
   *     QueryParameters#NO_NOW}
   * @return the envelope's length
   * @throws io.peregrine.codec.DriverException if it is too large, or if v4 is to carry what only
   *     v5 can
   */
  public int end(
      ConsistencyLevel consistency,
      @Nullable ConsistencyLevel serialConsistency,
      long timestamp,
      byte @Nullable [] keyspace,
      int nowInSeconds) {
    QueryParameters.checkSerial(serialConsistency);
    MutableDirectBuffer buffer = this.buffer;
    int body = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    encodedLength(
        version,
        position - (body + PREFIX_LENGTH),
        serialConsistency,
        timestamp,
        keyspace,
        nowInSeconds);
    Notation.putShort(buffer, body + 1, children);
    int at = Notation.putShort(buffer, position, consistency.code());
    int flags = QueryParameters.tailFlags(serialConsistency, timestamp, keyspace, nowInSeconds);
    at = QueryParameters.putFlags(version, flags, buffer, at);
    at = QueryParameters.putTail(serialConsistency, timestamp, keyspace, nowInSeconds, buffer, at);
    return Notation.finish(version, headerFlags, Opcode.BATCH, buffer, offset, at);
  }

  private void beforeChild() {
    if (children == MAX_CHILDREN) {
      throw new RequestTooLargeException(
          "number of statements in the batch", MAX_CHILDREN + 1L, MAX_CHILDREN, "split the batch");
    }
  }

  /** Only here the child counts, so that one that did not fit leaves the batch as it was. */
  private void putValues(
      int at, DirectBuffer values, int valuesOffset, int valuesLength, int valuesCount) {
    int from = Notation.putShort(buffer, at, valuesCount);
    position = Notation.putRegion(buffer, from, values, valuesOffset, valuesLength);
    children++;
  }
}
