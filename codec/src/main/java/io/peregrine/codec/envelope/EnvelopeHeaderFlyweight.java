package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.MalformedMessageException;
import io.peregrine.codec.ProtocolVersion;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The nine bytes before an envelope's body (v5 specification, section 2.4.1). Not thread-safe; the
 * static methods are.
 *
 * <pre>
 *   0         8        16        24        32         40
 *   +---------+---------+---------+---------+---------+
 *   | version |  flags  |      stream id    | opcode  |
 *   +---------+---------+---------+---------+---------+
 *   |                body length            |
 *   +---------+---------+---------+---------+
 * </pre>
 */
public final class EnvelopeHeaderFlyweight {
  /** Bytes of a header. */
  public static final int HEADER_LENGTH = 9;

  /** The most bytes that the protocol lets a body have: 256 MiB. */
  public static final int MAX_BODY_LENGTH = 256 * 1024 * 1024;

  /** Flag: the body is compressed; not in v5 and v6, whose frames are. */
  public static final int COMPRESSED = 0x01;

  /** Flag: trace the request, or: the response begins with a tracing id. */
  public static final int TRACING = 0x02;

  /** Flag: a custom payload is there. */
  public static final int CUSTOM_PAYLOAD = 0x04;

  /** Flag: the response has warnings. */
  public static final int WARNING = 0x08;

  /** Flag: the client takes a version that is not final; in all requests of such a version. */
  public static final int BETA = 0x10;

  /** Where the version stands. */
  public static final int VERSION_OFFSET = 0;

  /** Where the flags stand. */
  public static final int FLAGS_OFFSET = 1;

  /** Where the stream id stands. */
  public static final int STREAM_ID_OFFSET = 2;

  /** Where the opcode stands. */
  public static final int OPCODE_OFFSET = 4;

  /** Where the body's length stands. */
  public static final int BODY_LENGTH_OFFSET = 5;

  private static final int DIRECTION_BIT = 0x80;

  private DirectBuffer buffer = new UnsafeBuffer(0, 0);
  private int offset;

  /** A flyweight that lies over nothing yet. */
  public EnvelopeHeaderFlyweight() {}

  /**
   * Lays the flyweight over a header.
   *
   * @param buffer where it is
   * @param offset where it begins; {@link #HEADER_LENGTH} bytes must be there
   * @return this
   */
  public EnvelopeHeaderFlyweight wrap(DirectBuffer buffer, int offset) {
    buffer.boundsCheck(offset, HEADER_LENGTH);
    if (this.buffer != buffer) {
      this.buffer = buffer;
    }
    this.offset = offset;
    return this;
  }

  /**
   * The version's number, without the direction bit; DSE's versions have the bit 0x40.
   *
   * @return 0 to 127
   */
  public int version() {
    return version(buffer, offset);
  }

  /**
   * Whether the envelope comes from a server.
   *
   * @return false for a request
   */
  public boolean isResponse() {
    return isResponse(buffer, offset);
  }

  /**
   * The flags.
   *
   * @return 0 to 255; bits without a constant here mean nothing yet
   */
  public int flags() {
    return flags(buffer, offset);
  }

  /**
   * The stream id.
   *
   * @return -32,768 to 32,767; requests have 0 and more, events -1
   */
  public int streamId() {
    return streamId(buffer, offset);
  }

  /**
   * The number of the message.
   *
   * @return 0 to 255, see {@link io.peregrine.codec.Opcode}
   */
  public int opcode() {
    return opcode(buffer, offset);
  }

  /**
   * The body's length as it stands there, unchecked.
   *
   * @return any int
   */
  public int bodyLength() {
    return bodyLength(buffer, offset);
  }

  /**
   * Checks that this is a response in the version that was agreed on.
   *
   * @param expected the connection's version
   * @throws MalformedMessageException if it is a request, or in another version
   */
  public void checkResponse(ProtocolVersion expected) {
    int firstByte = buffer.getByte(offset + VERSION_OFFSET) & 0xFF;
    int wanted = expected.code() | DIRECTION_BIT;
    if (firstByte != wanted) {
      throw new MalformedMessageException(
          "envelope header, version",
          VERSION_OFFSET,
          String.format(
              "a response in %s begins with 0x%02X, not 0x%02X", expected, wanted, firstByte));
    }
  }

  /**
   * Reads a header's version, without the direction bit.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @return 0 to 127
   */
  public static int version(DirectBuffer buffer, int offset) {
    return buffer.getByte(offset + VERSION_OFFSET) & ~DIRECTION_BIT & 0xFF;
  }

  /**
   * Reads a header's direction.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @return true if it comes from a server
   */
  public static boolean isResponse(DirectBuffer buffer, int offset) {
    return (buffer.getByte(offset + VERSION_OFFSET) & DIRECTION_BIT) != 0;
  }

  /**
   * Reads a header's flags.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @return 0 to 255
   */
  public static int flags(DirectBuffer buffer, int offset) {
    return buffer.getByte(offset + FLAGS_OFFSET) & 0xFF;
  }

  /**
   * Reads a header's stream id.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @return -32,768 to 32,767
   */
  public static int streamId(DirectBuffer buffer, int offset) {
    return buffer.getShort(offset + STREAM_ID_OFFSET, BIG_ENDIAN);
  }

  /**
   * Reads a header's opcode.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @return 0 to 255
   */
  public static int opcode(DirectBuffer buffer, int offset) {
    return buffer.getByte(offset + OPCODE_OFFSET) & 0xFF;
  }

  /**
   * Reads a body's length, unchecked.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @return any int
   */
  public static int bodyLength(DirectBuffer buffer, int offset) {
    return buffer.getInt(offset + BODY_LENGTH_OFFSET, BIG_ENDIAN);
  }

  /**
   * Reads a body's length and checks it.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @param maxBodyLength the most bytes that a body may have here
   * @return 0 to maxBodyLength
   * @throws MalformedMessageException if it is negative or over the bound
   */
  public static int checkedBodyLength(DirectBuffer buffer, int offset, int maxBodyLength) {
    int length = bodyLength(buffer, offset);
    if (length < 0 || length > maxBodyLength) {
      throw new MalformedMessageException(
          "envelope header, body length",
          BODY_LENGTH_OFFSET,
          length + " is not one of 0 to " + maxBodyLength);
    }
    return length;
  }

  /**
   * Writes a request's header. {@link #BETA} is set if the version is not final.
   *
   * @param buffer where to
   * @param offset where it begins
   * @param version the connection's version
   * @param flags 0 to 255
   * @param streamId 0 to 32,767
   * @param opcode the number of the message
   * @param bodyLength how many bytes the body has
   * @return {@link #HEADER_LENGTH}
   */
  public static int put(
      MutableDirectBuffer buffer,
      int offset,
      ProtocolVersion version,
      int flags,
      int streamId,
      int opcode,
      int bodyLength) {
    buffer.putByte(offset + VERSION_OFFSET, (byte) version.code());
    int allFlags = version.isBeta() ? flags | BETA : flags;
    buffer.putByte(offset + FLAGS_OFFSET, (byte) allFlags);
    putStreamId(buffer, offset, streamId);
    buffer.putByte(offset + OPCODE_OFFSET, (byte) opcode);
    buffer.putInt(offset + BODY_LENGTH_OFFSET, bodyLength, BIG_ENDIAN);
    return HEADER_LENGTH;
  }

  /**
   * Puts a stream id into a header that is there already.
   *
   * @param buffer where the header is
   * @param offset where it begins
   * @param streamId 0 to 32,767
   */
  public static void putStreamId(MutableDirectBuffer buffer, int offset, int streamId) {
    buffer.putShort(offset + STREAM_ID_OFFSET, (short) streamId, BIG_ENDIAN);
  }
}
