package io.peregrine.codec.row;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Copies arrays of numbers out of a buffer and into it, turning their bytes around. Stateless; any
 * thread may use it.
 *
 * <p>The bounds are checked once an array; the loops then work on bare memory, eight bytes at a
 * time, which is several times faster than the buffer's own getters.
 */
final class BigEndianArrays {
  private BigEndianArrays() {}

  static void get(DirectBuffer source, int at, float[] into, int count) {
    source.boundsCheck(at, count * Float.BYTES);
    byte[] base = source.byteArray();
    long address = source.addressOffset() + at;
    int i = 0;
    for (; i < count - 1; i += 2) {
      long pair = UnsafeApi.getLongUnaligned(base, address + (long) i * Float.BYTES, true);
      into[i] = Float.intBitsToFloat((int) (pair >>> 32));
      into[i + 1] = Float.intBitsToFloat((int) pair);
    }
    if (i < count) {
      int last = UnsafeApi.getIntUnaligned(base, address + (long) i * Float.BYTES, true);
      into[i] = Float.intBitsToFloat(last);
    }
  }

  static void get(DirectBuffer source, int at, int[] into, int count) {
    source.boundsCheck(at, count * Integer.BYTES);
    byte[] base = source.byteArray();
    long address = source.addressOffset() + at;
    int i = 0;
    for (; i < count - 1; i += 2) {
      long pair = UnsafeApi.getLongUnaligned(base, address + (long) i * Integer.BYTES, true);
      into[i] = (int) (pair >>> 32);
      into[i + 1] = (int) pair;
    }
    if (i < count) {
      into[i] = UnsafeApi.getIntUnaligned(base, address + (long) i * Integer.BYTES, true);
    }
  }

  static void get(DirectBuffer source, int at, double[] into, int count) {
    source.boundsCheck(at, count * Double.BYTES);
    byte[] base = source.byteArray();
    long address = source.addressOffset() + at;
    for (int i = 0; i < count; i++) {
      into[i] =
          Double.longBitsToDouble(
              UnsafeApi.getLongUnaligned(base, address + (long) i * Double.BYTES, true));
    }
  }

  static void get(DirectBuffer source, int at, long[] into, int count) {
    source.boundsCheck(at, count * Long.BYTES);
    byte[] base = source.byteArray();
    long address = source.addressOffset() + at;
    for (int i = 0; i < count; i++) {
      into[i] = UnsafeApi.getLongUnaligned(base, address + (long) i * Long.BYTES, true);
    }
  }

  static void put(MutableDirectBuffer target, int at, float[] from) {
    int count = from.length;
    makeRoom(target, at, count * Float.BYTES);
    byte[] base = target.byteArray();
    long address = target.addressOffset() + at;
    int i = 0;
    for (; i < count - 1; i += 2) {
      long pair =
          (long) Float.floatToRawIntBits(from[i]) << 32
              | Float.floatToRawIntBits(from[i + 1]) & 0xFFFF_FFFFL;
      UnsafeApi.putLongUnaligned(base, address + (long) i * Float.BYTES, pair, true);
    }
    if (i < count) {
      int last = Float.floatToRawIntBits(from[i]);
      UnsafeApi.putIntUnaligned(base, address + (long) i * Float.BYTES, last, true);
    }
  }

  static void put(MutableDirectBuffer target, int at, int[] from) {
    int count = from.length;
    makeRoom(target, at, count * Integer.BYTES);
    byte[] base = target.byteArray();
    long address = target.addressOffset() + at;
    int i = 0;
    for (; i < count - 1; i += 2) {
      long pair = (long) from[i] << 32 | from[i + 1] & 0xFFFF_FFFFL;
      UnsafeApi.putLongUnaligned(base, address + (long) i * Integer.BYTES, pair, true);
    }
    if (i < count) {
      UnsafeApi.putIntUnaligned(base, address + (long) i * Integer.BYTES, from[i], true);
    }
  }

  static void put(MutableDirectBuffer target, int at, double[] from) {
    makeRoom(target, at, from.length * Double.BYTES);
    byte[] base = target.byteArray();
    long address = target.addressOffset() + at;
    for (int i = 0; i < from.length; i++) {
      long bits = Double.doubleToRawLongBits(from[i]);
      UnsafeApi.putLongUnaligned(base, address + (long) i * Double.BYTES, bits, true);
    }
  }

  static void put(MutableDirectBuffer target, int at, long[] from) {
    makeRoom(target, at, from.length * Long.BYTES);
    byte[] base = target.byteArray();
    long address = target.addressOffset() + at;
    for (int i = 0; i < from.length; i++) {
      UnsafeApi.putLongUnaligned(base, address + (long) i * Long.BYTES, from[i], true);
    }
  }

  /** Lets a buffer that expands do so; one that does not refuses what it has no room for. */
  private static void makeRoom(MutableDirectBuffer target, int at, int bytes) {
    if (bytes > 0) {
      target.putByte(at + bytes - 1, (byte) 0);
      target.boundsCheck(at, bytes);
    }
  }
}
