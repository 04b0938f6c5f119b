package io.peregrine.codec.row;

import io.peregrine.codec.InvalidValueException;
import java.math.BigInteger;
import org.agrona.MutableDirectBuffer;

/**
 * The layout of numbers of variable length: {@code varint}, {@code decimal}, {@code duration}.
 * Stateless; any thread may use it.
 *
 * <p>A varint is two's complement, big-endian, in the fewest bytes that keep its sign.
 */
final class NumberDescriptor {
  private NumberDescriptor() {}

  static int byteLength(long value) {
    return (64 - Long.numberOfLeadingZeros(value < 0 ? ~value : value)) / 8 + 1;
  }

  static int byteLength(BigInteger value) {
    return value.bitLength() / 8 + 1;
  }

  static void putBigEndian(MutableDirectBuffer buffer, int at, int bytes, long value) {
    long rest = value;
    for (int i = at + bytes - 1; i >= at; i--) {
      buffer.putByte(i, (byte) rest);
      rest >>= 8;
    }
  }

  static void putBigEndian(MutableDirectBuffer buffer, int at, int bytes, BigInteger value) {
    if (bytes <= 8) {
      putBigEndian(buffer, at, bytes, value.longValue());
      return;
    }
    // Bit by bit, because every other way to a BigInteger's bytes allocates.
    for (int i = 0; i < bytes; i++) {
      int octet = 0;
      for (int bit = 7; bit >= 0; bit--) {
        octet = octet << 1 | (value.testBit(i * 8 + bit) ? 1 : 0);
      }
      buffer.putByte(at + bytes - 1 - i, (byte) octet);
    }
  }

  /** How many bytes a duration takes, if its signs agree. */
  static int durationLength(int months, int days, long nanos) {
    boolean negative = months < 0 || days < 0 || nanos < 0;
    boolean positive = months > 0 || days > 0 || nanos > 0;
    if (negative && positive) {
      throw new InvalidValueException(
          "a duration's parts must have one sign, not "
              + months
              + " months, "
              + days
              + " days and "
              + nanos
              + " ns");
    }
    return Vints.sizeOf(Vints.zigZag(months))
        + Vints.sizeOf(Vints.zigZag(days))
        + Vints.sizeOf(Vints.zigZag(nanos));
  }

  /** Writes a duration and returns the index behind it. */
  static int putDuration(MutableDirectBuffer buffer, int index, int months, int days, long nanos) {
    int at = index + Vints.putUnsigned(buffer, index, Vints.zigZag(months));
    at += Vints.putUnsigned(buffer, at, Vints.zigZag(days));
    return at + Vints.putUnsigned(buffer, at, Vints.zigZag(nanos));
  }
}
