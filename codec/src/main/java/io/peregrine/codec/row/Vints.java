package io.peregrine.codec.row;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Integers of variable length (v5 specification, section 3, {@code [unsigned vint]} and {@code
 * [vint]}). Stateless; any thread may use it.
 *
 * <p>The number of leading one bits of the first byte says how many bytes follow it. Signed numbers
 * are folded first, so that small magnitudes stay short: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
 */
public final class Vints {
  /** The most bytes that one number takes. */
  public static final int MAX_SIZE = 9;

  private Vints() {}

  /**
   * Folds a signed number into an unsigned one.
   *
   * @param value any number
   * @return the number whose lowest bit is the sign
   */
  public static long zigZag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  /**
   * Unfolds what {@link #zigZag} gave.
   *
   * @param folded any number
   * @return the signed number
   */
  public static long unZigZag(long folded) {
    return (folded >>> 1) ^ -(folded & 1);
  }

  /**
   * How many bytes an unsigned number takes.
   *
   * @param value the number, its 64 bits taken as unsigned
   * @return 1 to {@link #MAX_SIZE}
   */
  public static int sizeOf(long value) {
    int significantBits = 64 - Long.numberOfLeadingZeros(value | 1);
    return significantBits > 56 ? MAX_SIZE : (significantBits + 6) / 7;
  }

  /**
   * How many bytes a number takes, by its first byte.
   *
   * @param firstByte the byte that it begins with
   * @return 1 to {@link #MAX_SIZE}
   */
  public static int sizeByFirst(byte firstByte) {
    return Integer.numberOfLeadingZeros(~(firstByte << 24)) + 1;
  }

  /**
   * Reads an unsigned number. The caller has checked that {@link #sizeByFirst} bytes are there.
   *
   * @param buffer where it is
   * @param index of its first byte
   * @return the number, its 64 bits to be taken as unsigned
   */
  public static long getUnsigned(DirectBuffer buffer, int index) {
    byte first = buffer.getByte(index);
    int size = sizeByFirst(first);
    long value = size >= 8 ? 0 : first & (0xFF >>> size);
    for (int i = 1; i < size; i++) {
      value = value << 8 | buffer.getByte(index + i) & 0xFF;
    }
    return value;
  }

  /**
   * Writes an unsigned number.
   *
   * @param buffer to write to
   * @param index where it begins
   * @param value the number, its 64 bits taken as unsigned
   * @return how many bytes it took
   */
  public static int putUnsigned(MutableDirectBuffer buffer, int index, long value) {
    int size = sizeOf(value);
    long rest = value;
    for (int i = size - 1; i > 0; i--) {
      buffer.putByte(index + i, (byte) rest);
      rest >>>= 8;
    }
    buffer.putByte(index, (byte) (rest | ~(0xFF >>> (size - 1))));
    return size;
  }
}
