package io.peregrine.codec.envelope;

import io.peregrine.codec.BatchType;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

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
  private QueryParameters parameters = new QueryParameters();
  private int offset;

  /** Where the batch type stands, behind the custom payload. */
  private int prefixAt;

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
   * @throws RequestTooLargeException if the id has more than 65,535 bytes
   */
  public static long preparedLength(byte[] id, int valuesLength) {
    return 1 + Notation.shortBytesLength("statement id", id) + 2 + valuesLength;
  }

  /**
   * The length of the envelope.
   *
   * @param version the connection's version
   * @param childrenLength the sum of the children's lengths
   * @param parameters what goes with them; of the pages' and values' ones, none is taken
   * @return bytes, header included
   * @throws io.peregrine.codec.DriverException if it is too large, or if the version cannot carry
   *     one of the parameters
   */
  public static int encodedLength(
      ProtocolVersion version, long childrenLength, QueryParameters parameters) {
    return Notation.envelopeLength(
        ParametersEncoder.payloadLength(version, parameters)
            + PREFIX_LENGTH
            + childrenLength
            + ParametersEncoder.batchLength(version, parameters));
  }

  /**
   * Begins a batch.
   *
   * @param version the connection's version
   * @param type the kind of batch
   * @param parameters as for {@link #encodedLength}; kept until the end, and not to be changed
   *     until then
   * @param buffer where to; as many bytes as {@link #encodedLength} said must be there
   * @param offset where the envelope begins
   * @return this
   */
  public BatchEncoder begin(
      ProtocolVersion version,
      BatchType type,
      QueryParameters parameters,
      MutableDirectBuffer buffer,
      int offset) {
    this.version = version;
    this.parameters = parameters;
    this.buffer = buffer;
    this.offset = offset;
    this.children = 0;
    int body = offset + EnvelopeHeaderFlyweight.HEADER_LENGTH;
    int prefix = ParametersEncoder.putPayload(parameters, buffer, body);
    Notation.putByte(buffer, prefix, type.code());
    this.prefixAt = prefix;
    this.position = prefix + PREFIX_LENGTH;
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
   * @throws io.peregrine.codec.DriverException if there are too many children or values, or if a
   *     value is unset in v3
   */
  public BatchEncoder putQuery(
      byte[] queryUtf8, DirectBuffer values, int valuesOffset, int valuesLength, int valuesCount) {
    beforeChild();
    Notation.checkValues(values, valuesOffset, valuesLength, valuesCount);
    UnsetValues.check(version, values, valuesOffset, valuesLength, valuesCount, false);
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
   * @throws io.peregrine.codec.DriverException if there are too many children or values, or if a
   *     value is unset in v3
   */
  public BatchEncoder putPrepared(
      byte[] id, DirectBuffer values, int valuesOffset, int valuesLength, int valuesCount) {
    beforeChild();
    Notation.checkValues(values, valuesOffset, valuesLength, valuesCount);
    UnsetValues.check(version, values, valuesOffset, valuesLength, valuesCount, false);
    MutableDirectBuffer buffer = this.buffer;
    int at = Notation.putByte(buffer, position, KIND_PREPARED);
    at = Notation.putShortBytes(buffer, at, id);
    putValues(at, values, valuesOffset, valuesLength, valuesCount);
    return this;
  }

  /**
   * Ends the batch; the envelope then has stream id 0.
   *
   * @return the envelope's length
   * @throws io.peregrine.codec.DriverException if it is too large, or if the version cannot carry
   *     one of the parameters
   */
  public int end() {
    MutableDirectBuffer buffer = this.buffer;
    QueryParameters parameters = this.parameters;
    int prefix = prefixAt;
    encodedLength(version, position - (prefix + PREFIX_LENGTH), parameters);
    Notation.putShort(buffer, prefix + 1, children);
    int end = ParametersEncoder.encodeBatch(version, parameters, buffer, position);
    return Notation.finish(
        version, ParametersEncoder.headerFlags(parameters), Opcode.BATCH, buffer, offset, end);
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
