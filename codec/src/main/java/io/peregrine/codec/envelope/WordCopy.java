package io.peregrine.codec.envelope;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Copies short runs of bytes word by word, which costs less than the call that a copy of any length
 * is. Stateless; any thread may use it.
 */
final class WordCopy {
  /** Longer runs than this are left to the virtual machine's copy. */
  private static final int LONGEST = 128;

  private WordCopy() {}

  /**
   * Copies bytes between buffers that do not overlap there. The target has been seen to have room.
   */
  static void copy(
      DirectBuffer source, int sourceAt, MutableDirectBuffer target, int targetAt, int length) {
    if (length > LONGEST || length < Integer.BYTES) {
      target.putBytes(targetAt, source, sourceAt, length);
      return;
    }
    source.boundsCheck(sourceAt, length);
    target.boundsCheck(targetAt, length);
    byte[] from = source.byteArray();
    byte[] to = target.byteArray();
    long fromAddress = source.addressOffset() + sourceAt;
    long toAddress = target.addressOffset() + targetAt;
    if (length < Long.BYTES) {
      int first = UnsafeApi.getIntUnaligned(from, fromAddress);
      long last = length - Integer.BYTES;
      int tail = UnsafeApi.getIntUnaligned(from, fromAddress + last);
      UnsafeApi.putIntUnaligned(to, toAddress, first);
      UnsafeApi.putIntUnaligned(to, toAddress + last, tail);
      return;
    }
    long last = length - Long.BYTES;
    for (long i = 0; i < last; i += Long.BYTES) {
      UnsafeApi.putLongUnaligned(
          to, toAddress + i, UnsafeApi.getLongUnaligned(from, fromAddress + i));
    }
    // The last word overlaps the one before, unless the length is a multiple of its size.
    UnsafeApi.putLongUnaligned(
        to, toAddress + last, UnsafeApi.getLongUnaligned(from, fromAddress + last));
  }
}
