package io.peregrine.codec.envelope;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * Copies short runs of bytes word by word, which costs less than the call that a copy of any length
 * is. Stateless; any thread may use it.
 */
final class WordCopy {
  /** Longer runs than this are left to the virtual machine's copy. */
  private static final int LONGEST = 128;

  /** Up to here words of four bytes are used. */
  private static final int FEW = 32;

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
    if (length <= FEW) {
      copyInts(from, fromAddress, to, toAddress, length - Integer.BYTES);
    } else {
      copyLongs(from, fromAddress, to, toAddress, length - Long.BYTES);
    }
  }

  /**
   * In steps of four bytes: values that have just been written are mostly made of such pieces, and
   * a processor waits for a word that it has to put together from several unfinished stores.
   */
  private static void copyInts(
      byte @Nullable [] from, long fromAddress, byte @Nullable [] to, long toAddress, int last) {
    for (int i = 0; i < last; i += Integer.BYTES) {
      UnsafeApi.putIntUnaligned(
          to, toAddress + i, UnsafeApi.getIntUnaligned(from, fromAddress + i));
    }
    UnsafeApi.putIntUnaligned(
        to, toAddress + last, UnsafeApi.getIntUnaligned(from, fromAddress + last));
  }

  /** The last word overlaps the one before, unless the length is a multiple of its size. */
  private static void copyLongs(
      byte @Nullable [] from, long fromAddress, byte @Nullable [] to, long toAddress, int last) {
    for (int i = 0; i < last; i += Long.BYTES) {
      UnsafeApi.putLongUnaligned(
          to, toAddress + i, UnsafeApi.getLongUnaligned(from, fromAddress + i));
    }
    UnsafeApi.putLongUnaligned(
        to, toAddress + last, UnsafeApi.getLongUnaligned(from, fromAddress + last));
  }
}
