package io.peregrine.codec.compress;

import io.peregrine.codec.DriverException;
import java.io.IOException;
import java.lang.ref.Reference;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyError;

/**
 * The only class that names snappy-java's, so that the driver runs without that jar. Stateless; any
 * thread may use it.
 *
 * <p>Works on addresses; callers have checked all bounds.
 */
final class NativeSnappy {
  private NativeSnappy() {}

  /** Throws a LinkageError if the jar or its native library is not there. */
  static void load() {
    try {
      Snappy.maxCompressedLength(0);
    } catch (SnappyError e) {
      throw new LinkageError("snappy-java has no native library for this machine", e);
    }
  }

  static int compress(
      DirectBuffer source, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    try {
      return (int)
          Snappy.rawCompress(
              source.addressOffset() + offset, length, target.addressOffset() + targetOffset);
    } catch (IOException e) {
      throw new DriverException("Snappy could not compress " + length + " bytes", e);
    } finally {
      Reference.reachabilityFence(source);
      Reference.reachabilityFence(target);
    }
  }

  /** The target has room for what the block's own length says. */
  static int decompress(
      DirectBuffer source, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    try {
      return (int)
          Snappy.rawUncompress(
              source.addressOffset() + offset, length, target.addressOffset() + targetOffset);
    } catch (IOException e) {
      return SnappyBlock.CORRUPT;
    } finally {
      Reference.reachabilityFence(source);
      Reference.reachabilityFence(target);
    }
  }
}
