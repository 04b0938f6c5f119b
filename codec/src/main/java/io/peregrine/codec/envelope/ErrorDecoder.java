package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.ConsistencyLevel;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.WriteType;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * Lies over an ERROR message (v5 specification, section 8). Not thread-safe; valid as long as the
 * bytes below it are.
 *
 * <p>Laying it over a message reads and checks every field without allocating; text, maps and ids
 * are made when asked for. A getter that does not belong to the error's code throws
 * IllegalStateException. A code that is not in {@link ErrorCode} has a code and a message only.
 */
public final class ErrorDecoder {
  private static final int CONSISTENCY = 1;
  private static final int REQUIRED_AND_ALIVE = 1 << 1;
  private static final int RECEIVED_AND_BLOCK_FOR = 1 << 2;
  private static final int DATA_PRESENT = 1 << 3;
  private static final int WRITE_TYPE = 1 << 4;
  private static final int CONTENTIONS = 1 << 5;
  private static final int FAILURES = 1 << 6;
  private static final int KEYSPACE = 1 << 7;
  private static final int TABLE = 1 << 8;
  private static final int FUNCTION = 1 << 9;
  private static final int STATEMENT_ID = 1 << 10;
  private static final int EXECUTION_ID = 1 << 11;

  private static final int ABSENT = -1;

  private final BodyReader idReader = new BodyReader();
  private final FailureReasons failures = new FailureReasons();
  private final ErrorNames names = new ErrorNames();
  private DirectBuffer buffer = idReader.buffer();
  private int end;
  private int code;
  private int messageOffset;
  private int messageLength;

  /** Which of the fields below belong to the code. */
  private int fields;

  private ConsistencyLevel consistency = ConsistencyLevel.ANY;
  private int required;
  private int alive;
  private int received;
  private int blockFor;
  private boolean dataPresent;
  private WriteType writeType = WriteType.UNKNOWN;
  private int writeTypeOffset;
  private int writeTypeLength;
  private int contentions = ABSENT;

  /** Where the length of a statement's id stands, or an execution's id. */
  private int idAt;

  /** A decoder that lies over nothing yet. */
  public ErrorDecoder() {}

  /**
   * Lays the decoder over a message and checks it.
   *
   * @param version the connection's version
   * @param message stands at the message's begin, behind the {@link ResponsePrefix}
   * @return this
   * @throws MalformedMessageException if the message is too short for its code or has wrong values
   */
  public ErrorDecoder wrap(ProtocolVersion version, BodyReader message) {
    buffer = message.buffer();
    fields = 0;
    code = message.readInt("error code");
    messageLength = message.readShortLength("error message");
    messageOffset = message.skip(messageLength, "error message");
    switch (code) {
      case ErrorCode.UNAVAILABLE -> readUnavailable(message);
      case ErrorCode.WRITE_TIMEOUT -> readWriteTimeout(version, message);
      case ErrorCode.READ_TIMEOUT -> {
        readCounts(message);
        readDataPresent(message);
      }
      case ErrorCode.READ_FAILURE -> {
        readCounts(message);
        readFailures(version, message);
        readDataPresent(message);
      }
      case ErrorCode.WRITE_FAILURE -> {
        readCounts(message);
        readFailures(version, message);
        readWriteType(message);
      }
      case ErrorCode.CAS_WRITE_UNKNOWN -> readCounts(message);
      case ErrorCode.FUNCTION_FAILURE -> {
        fields |= KEYSPACE | FUNCTION;
        names.wrapFunction(message);
      }
      case ErrorCode.ALREADY_EXISTS -> {
        fields |= KEYSPACE | TABLE;
        names.wrapTable(message);
      }
      case ErrorCode.UNPREPARED -> {
        fields |= STATEMENT_ID;
        idAt = message.position();
        message.skipShortBytes("statement id");
      }
      case ErrorCode.COMMAND_FAILED -> {
        fields |= EXECUTION_ID;
        idAt = message.skip(16, "execution id");
      }
      default -> {
        // Code and message are all there is.
      }
    }
    end = message.position();
    return this;
  }

  /**
   * What went wrong.
   *
   * @return any int, see {@link ErrorCode}
   */
  public int code() {
    return code;
  }

  /**
   * The server's explanation.
   *
   * @return a text for people; may be empty
   */
  public String message() {
    return buffer.getStringWithoutLengthUtf8(messageOffset, messageLength);
  }

  /**
   * Where the explanation is, for who reads it without allocating.
   *
   * @return the buffer below
   */
  public DirectBuffer buffer() {
    return buffer;
  }

  /**
   * Where the explanation begins.
   *
   * @return an index into {@link #buffer()}
   */
  public int messageOffset() {
    return messageOffset;
  }

  /**
   * How many bytes of UTF-8 the explanation has.
   *
   * @return 0 to 65,535
   */
  public int messageLength() {
    return messageLength;
  }

  /**
   * The consistency level of the request.
   *
   * @return the level, of unavailable, timeouts, failures and unknown conditional writes
   */
  public ConsistencyLevel consistency() {
    check(CONSISTENCY, "consistency");
    return consistency;
  }

  /**
   * How many replicas the level asks for.
   *
   * @return the number, of {@link ErrorCode#UNAVAILABLE}
   */
  public int required() {
    check(REQUIRED_AND_ALIVE, "required");
    return required;
  }

  /**
   * How many replicas the coordinator took for alive.
   *
   * @return the number, of {@link ErrorCode#UNAVAILABLE}
   */
  public int alive() {
    check(REQUIRED_AND_ALIVE, "alive");
    return alive;
  }

  /**
   * How many replicas answered.
   *
   * @return the number, of timeouts, failures and unknown conditional writes
   */
  public int received() {
    check(RECEIVED_AND_BLOCK_FOR, "received");
    return received;
  }

  /**
   * How many replicas had to answer.
   *
   * @return the number, of timeouts, failures and unknown conditional writes
   */
  public int blockFor() {
    check(RECEIVED_AND_BLOCK_FOR, "blockFor");
    return blockFor;
  }

  /**
   * Whether the replica that was asked for the data, not only for a digest, answered.
   *
   * @return true if so, of {@link ErrorCode#READ_TIMEOUT} and {@link ErrorCode#READ_FAILURE}
   */
  public boolean isDataPresent() {
    check(DATA_PRESENT, "isDataPresent");
    return dataPresent;
  }

  /**
   * What kind of write it was.
   *
   * @return the type, of {@link ErrorCode#WRITE_TIMEOUT} and {@link ErrorCode#WRITE_FAILURE}
   */
  public WriteType writeType() {
    check(WRITE_TYPE, "writeType");
    return writeType;
  }

  /**
   * What kind of write it was, as the server says it: also where this driver does not know it.
   *
   * @return the type's name, of {@link ErrorCode#WRITE_TIMEOUT} and {@link ErrorCode#WRITE_FAILURE}
   */
  public String writeTypeName() {
    check(WRITE_TYPE, "writeTypeName");
    return buffer.getStringWithoutLengthUtf8(writeTypeOffset, writeTypeLength);
  }

  /**
   * How often a conditional write met another one.
   *
   * @return the number, of {@link ErrorCode#WRITE_TIMEOUT}; -1 if the server does not say
   */
  public int contentions() {
    check(CONTENTIONS, "contentions");
    return contentions;
  }

  /**
   * How many replicas failed.
   *
   * @return the number, of {@link ErrorCode#READ_FAILURE} and {@link ErrorCode#WRITE_FAILURE}
   */
  public int failureCount() {
    check(FAILURES, "failureCount");
    return failures.count();
  }

  /**
   * Which replicas failed, and why.
   *
   * @return failure codes by address, of {@link ErrorCode#READ_FAILURE} and {@link
   *     ErrorCode#WRITE_FAILURE}; empty in v3 and v4, which have only the number
   */
  public Map<InetAddress, Integer> reasonMap() {
    check(FAILURES, "reasonMap");
    return failures.toMap(buffer);
  }

  /**
   * The keyspace of what exists already, or of the function that failed.
   *
   * @return its name, of {@link ErrorCode#ALREADY_EXISTS} and {@link ErrorCode#FUNCTION_FAILURE}
   */
  public String keyspace() {
    check(KEYSPACE, "keyspace");
    return names.keyspace();
  }

  /**
   * The table that exists already.
   *
   * @return its name, of {@link ErrorCode#ALREADY_EXISTS}; empty if it is the keyspace that exists
   */
  public String table() {
    check(TABLE, "table");
    return names.table();
  }

  /**
   * The function that failed.
   *
   * @return its name, of {@link ErrorCode#FUNCTION_FAILURE}
   */
  public String functionName() {
    check(FUNCTION, "functionName");
    return names.function();
  }

  /**
   * The types of the arguments of the function that failed.
   *
   * @return CQL texts, of {@link ErrorCode#FUNCTION_FAILURE}
   */
  public List<String> argumentTypes() {
    check(FUNCTION, "argumentTypes");
    return names.argumentTypes();
  }

  /**
   * The id that the server does not know.
   *
   * @return a copy of the bytes, of {@link ErrorCode#UNPREPARED}
   */
  public byte[] unpreparedId() {
    check(STATEMENT_ID, "unpreparedId");
    return idReader.wrap(buffer, idAt, end - idAt).readShortBytes("statement id");
  }

  /**
   * The id of the command that failed.
   *
   * @return the id, of {@link ErrorCode#COMMAND_FAILED}
   */
  public UUID executionId() {
    check(EXECUTION_ID, "executionId");
    return new UUID(buffer.getLong(idAt, BIG_ENDIAN), buffer.getLong(idAt + 8, BIG_ENDIAN));
  }

  private void readUnavailable(BodyReader message) {
    fields |= CONSISTENCY | REQUIRED_AND_ALIVE;
    consistency = message.readConsistency("consistency");
    required = message.readInt("required");
    alive = message.readInt("alive");
  }

  private void readWriteTimeout(ProtocolVersion version, BodyReader message) {
    readCounts(message);
    readWriteType(message);
    fields |= CONTENTIONS;
    // Not every server that speaks v5 sends it.
    boolean sent =
        version.hasContentions() && writeType == WriteType.CAS && message.remaining() >= 2;
    contentions = sent ? message.readShort("contentions") : ABSENT;
  }

  private void readCounts(BodyReader message) {
    fields |= CONSISTENCY | RECEIVED_AND_BLOCK_FOR;
    consistency = message.readConsistency("consistency");
    received = message.readInt("received");
    blockFor = message.readInt("blockFor");
  }

  private void readDataPresent(BodyReader message) {
    fields |= DATA_PRESENT;
    dataPresent = message.readByte("data present") != 0;
  }

  private void readWriteType(BodyReader message) {
    fields |= WRITE_TYPE;
    int length = message.readShortLength("write type");
    writeTypeOffset = message.skip(length, "write type");
    writeTypeLength = length;
    writeType = WriteType.ofName(buffer, writeTypeOffset, length);
  }

  private void readFailures(ProtocolVersion version, BodyReader message) {
    fields |= FAILURES;
    failures.wrap(version, message);
  }

  private void check(int field, String getter) {
    if ((fields & field) == 0) {
      throw new IllegalStateException(
          getter + "() asks for what " + ErrorCode.name(code) + " does not have");
    }
  }
}
