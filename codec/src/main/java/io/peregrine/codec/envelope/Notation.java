package io.peregrine.codec.envelope;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.RequestTooLargeException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes the notations of the v5 specification, section 3. Stateless; any thread may use it.
 *
 * <p>Every {@code put} returns the position behind what it wrote.
 */
final class Notation {
  static final int MAX_SHORT = 0xFFFF;

  private Notation() {}

  /** The length of a {@code [string]} or {@code [short bytes]}, refused if it cannot be written. */
  static long shortBytesLength(String what, byte[] bytes) {
    if (bytes.length > MAX_SHORT) {
      throw new RequestTooLargeException(
          "length of the " + what + " in bytes", bytes.length, MAX_SHORT, "shorten it");
    }
    return 2L + bytes.length;
  }

  /** Puts how many items follow, refused if it cannot be written. */
  static int putCount(MutableDirectBuffer buffer, int position, String what, int count) {
    if (count > MAX_SHORT) {
      throw new RequestTooLargeException("number of " + what, count, MAX_SHORT, "leave some out");
    }
    return putShort(buffer, position, count);
  }

  /** The length of a {@code [long string]} or {@code [bytes]}. */
  static long bytesLength(byte[] bytes) {
    return 4L + bytes.length;
  }

  /** The length of the envelope around a body, refused if the protocol does not allow it. */
  static int envelopeLength(long bodyLength) {
    if (bodyLength > EnvelopeHeaderFlyweight.MAX_BODY_LENGTH) {
      throw new RequestTooLargeException(
          "length of the envelope's body in bytes",
          bodyLength,
          EnvelopeHeaderFlyweight.MAX_BODY_LENGTH,
          "send fewer or smaller values, or split the batch");
    }
    return EnvelopeHeaderFlyweight.HEADER_LENGTH + (int) bodyLength;
  }

  /** Refuses values that are not in their buffer, or too many for a {@code [short]}. */
  static void checkValues(DirectBuffer buffer, int offset, int length, int count) {
    buffer.boundsCheck(offset, length);
    if (count > MAX_SHORT) {
      throw new RequestTooLargeException(
          "number of values", count, MAX_SHORT, "split the statement");
    }
    if (count < 0) {
      throw new IllegalArgumentException("a request cannot have " + count + " values");
    }
  }

  /** Puts the header before a body that is finished; returns the envelope's length. */
  static int finish(
      ProtocolVersion version,
      int flags,
      int opcode,
      MutableDirectBuffer buffer,
      int offset,
      int end) {
    int length = end - offset;
    EnvelopeHeaderFlyweight.put(
        buffer, offset, version, flags, 0, opcode, length - EnvelopeHeaderFlyweight.HEADER_LENGTH);
    return length;
  }

  static int putByte(MutableDirectBuffer buffer, int position, int value) {
    buffer.putByte(position, (byte) value);
    return position + 1;
  }

  static int putShort(MutableDirectBuffer buffer, int position, int value) {
    buffer.putShort(position, (short) value, BIG_ENDIAN);
    return position + 2;
  }

  static int putInt(MutableDirectBuffer buffer, int position, int value) {
    buffer.putInt(position, value, BIG_ENDIAN);
    return position + 4;
  }

  static int putLong(MutableDirectBuffer buffer, int position, long value) {
    buffer.putLong(position, value, BIG_ENDIAN);
    return position + 8;
  }

  /** Puts a {@code [string]} or {@code [short bytes]}. */
  static int putShortBytes(MutableDirectBuffer buffer, int position, byte[] bytes) {
    int from = putShort(buffer, position, bytes.length);
    buffer.putBytes(from, bytes);
    return from + bytes.length;
  }

  /** Puts a {@code [long string]} or {@code [bytes]}. */
  static int putBytes(MutableDirectBuffer buffer, int position, byte[] bytes) {
    int from = putInt(buffer, position, bytes.length);
    buffer.putBytes(from, bytes);
    return from + bytes.length;
  }

  static int putRegion(
      MutableDirectBuffer buffer, int position, DirectBuffer source, int offset, int length) {
    buffer.putBytes(position, source, offset, length);
    return position + length;
  }
}
