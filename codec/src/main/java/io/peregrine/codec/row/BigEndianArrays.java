package io.peregrine.codec.row;

import java.nio.ByteOrder;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * Copies arrays of numbers out of a buffer and into it, turning their bytes around. Stateless; any
 * thread may use it.
 *
 * <p>The bounds of the buffer and of the array are checked once an array; the loops then work on
 * bare memory, eight bytes at a time, which is several times faster than the buffer's own getters.
 */
final class BigEndianArrays {
  private static final long FLOATS = UnsafeApi.arrayBaseOffset(float[].class);
  private static final long INTS = UnsafeApi.arrayBaseOffset(int[].class);
  private static final boolean SWAPS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /** What one round of {@link #copySwapped} copies. */
  private static final int ROUND = 4 * Long.BYTES;

  private BigEndianArrays() {}

  static void get(DirectBuffer source, int at, float[] into, int count) {
    int bytes = checkedBytes(source, at, into.length, count, Float.BYTES);
    copySwapped(source.byteArray(), source.addressOffset() + at, into, FLOATS, bytes);
  }

  static void get(DirectBuffer source, int at, int[] into, int count) {
    int bytes = checkedBytes(source, at, into.length, count, Integer.BYTES);
    copySwapped(source.byteArray(), source.addressOffset() + at, into, INTS, bytes);
  }

  static void get(DirectBuffer source, int at, double[] into, int count) {
    checkedBytes(source, at, into.length, count, Double.BYTES);
    byte[] base = source.byteArray();
    long address = source.addressOffset() + at;
    for (int i = 0; i < count; i++) {
      into[i] =
          Double.longBitsToDouble(
              UnsafeApi.getLongUnaligned(base, address + (long) i * Double.BYTES, true));
    }
  }

  static void get(DirectBuffer source, int at, long[] into, int count) {
    checkedBytes(source, at, into.length, count, Long.BYTES);
    byte[] base = source.byteArray();
    long address = source.addressOffset() + at;
    for (int i = 0; i < count; i++) {
      into[i] = UnsafeApi.getLongUnaligned(base, address + (long) i * Long.BYTES, true);
    }
  }

  static void put(MutableDirectBuffer target, int at, float[] from) {
    int bytes = makeRoom(target, at, from.length, Float.BYTES);
    copySwapped(from, FLOATS, target.byteArray(), target.addressOffset() + at, bytes);
  }

  static void put(MutableDirectBuffer target, int at, int[] from) {
    int bytes = makeRoom(target, at, from.length, Integer.BYTES);
    copySwapped(from, INTS, target.byteArray(), target.addressOffset() + at, bytes);
  }

  static void put(MutableDirectBuffer target, int at, double[] from) {
    makeRoom(target, at, from.length, Double.BYTES);
    byte[] base = target.byteArray();
    long address = target.addressOffset() + at;
    for (int i = 0; i < from.length; i++) {
      long bits = Double.doubleToRawLongBits(from[i]);
      UnsafeApi.putLongUnaligned(base, address + (long) i * Double.BYTES, bits, true);
    }
  }

  static void put(MutableDirectBuffer target, int at, long[] from) {
    makeRoom(target, at, from.length, Long.BYTES);
    byte[] base = target.byteArray();
    long address = target.addressOffset() + at;
    for (int i = 0; i < from.length; i++) {
      UnsafeApi.putLongUnaligned(base, address + (long) i * Long.BYTES, from[i], true);
    }
  }

  private static int checkedBytes(
      DirectBuffer source, int at, int arrayLength, int count, int bytesEach) {
    Objects.checkFromIndexSize(0, count, arrayLength);
    int bytes = Math.multiplyExact(count, bytesEach);
    source.boundsCheck(at, bytes);
    return bytes;
  }

  /** Lets a buffer that expands do so; one that does not refuses what it has no room for. */
  private static int makeRoom(MutableDirectBuffer target, int at, int count, int bytesEach) {
    int bytes = Math.multiplyExact(count, bytesEach);
    if (bytes > 0) {
      target.putByte(Math.addExact(at, bytes - 1), (byte) 0);
      target.boundsCheck(at, bytes);
    }
    return bytes;
  }

  /**
   * Copies four-byte numbers between the wire's order and the processor's.
   *
   * <p>Positions are what {@link UnsafeApi} takes: offsets into an array, or addresses where there
   * is none.
   */
  private static void copySwapped(
      @Nullable Object from, long source, @Nullable Object to, long target, int bytes) {
    int rounds = bytes & -ROUND;
    for (int i = 0; i < rounds; i += ROUND) {
      long first = UnsafeApi.getLongUnaligned(from, source + i);
      long second = UnsafeApi.getLongUnaligned(from, source + i + 8);
      long third = UnsafeApi.getLongUnaligned(from, source + i + 16);
      long fourth = UnsafeApi.getLongUnaligned(from, source + i + 24);
      UnsafeApi.putLongUnaligned(to, target + i, swapped(first));
      UnsafeApi.putLongUnaligned(to, target + i + 8, swapped(second));
      UnsafeApi.putLongUnaligned(to, target + i + 16, swapped(third));
      UnsafeApi.putLongUnaligned(to, target + i + 24, swapped(fourth));
    }
    for (int i = rounds; i < bytes; i += Integer.BYTES) {
      int one = UnsafeApi.getIntUnaligned(from, source + i);
      UnsafeApi.putIntUnaligned(to, target + i, SWAPS ? Integer.reverseBytes(one) : one);
    }
  }

  /** Reversing all eight bytes makes two right numbers in each other's place. */
  private static long swapped(long pair) {
    return SWAPS ? Long.rotateLeft(Long.reverseBytes(pair), Integer.SIZE) : pair;
  }
}
