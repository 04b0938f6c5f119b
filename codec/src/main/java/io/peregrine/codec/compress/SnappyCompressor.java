package io.peregrine.codec.compress;

import io.peregrine.codec.MalformedMessageException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bodies as a raw Snappy block, which begins with its own length (v4 specification, section 5). Not
 * thread-safe: each agent has its own.
 *
 * <p>The native library is used where snappy-java is on the class path and both buffers are
 * off-heap; pure Java does the rest.
 */
public final class SnappyCompressor implements Compressor {
  private static final @Nullable Throwable NATIVE_FAILURE = tryNative();

  private final SnappyBlock block = new SnappyBlock();
  private final boolean isNative;

  /** A compressor over the native library, or over pure Java if that cannot be loaded. */
  public SnappyCompressor() {
    this(NATIVE_FAILURE == null);
  }

  private SnappyCompressor(boolean isNative) {
    this.isNative = isNative;
  }

  /**
   * A compressor that does without the native library.
   *
   * @return a new one
   */
  public static SnappyCompressor pureJava() {
    return new SnappyCompressor(false);
  }

  /**
   * Why the native library could not be loaded, for a log.
   *
   * @return null if it could
   */
  public static @Nullable Throwable whyNotNative() {
    return NATIVE_FAILURE;
  }

  @Override
  public String algorithm() {
    return "snappy";
  }

  @Override
  public boolean isNative() {
    return isNative;
  }

  @Override
  public int maxCompressedLength(int length) {
    return SnappyBlock.maxCompressedLength(length);
  }

  @Override
  public int compress(
      DirectBuffer body, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    body.boundsCheck(offset, length);
    target.boundsCheck(targetOffset, maxCompressedLength(length));
    return takesNative(body, target)
        ? NativeSnappy.compress(body, offset, length, target, targetOffset)
        : block.compress(body, offset, length, target, targetOffset);
  }

  @Override
  public int uncompressedLength(DirectBuffer body, int offset, int length) {
    body.boundsCheck(offset, length);
    long claimed = SnappyBlock.uncompressedLength(body, offset, length);
    long possible =
        (long) SnappyBlock.MAX_RATIO_NUMERATOR * length / SnappyBlock.MAX_RATIO_DENOMINATOR;
    if (claimed < 0 || claimed > Math.min(possible, Integer.MAX_VALUE)) {
      throw new MalformedMessageException(
          "Snappy body, uncompressed length",
          0,
          claimed == SnappyBlock.CORRUPT
              ? "not a varint of 32 bits"
              : claimed + " is over " + possible + ", the most that these bytes can become");
    }
    return (int) claimed;
  }

  @Override
  public void decompress(
      DirectBuffer body,
      int offset,
      int length,
      MutableDirectBuffer target,
      int targetOffset,
      int uncompressedLength) {
    body.boundsCheck(offset, length);
    target.boundsCheck(targetOffset, uncompressedLength);
    // The library writes as many bytes as the block says; only this check holds it back.
    int actual =
        SnappyBlock.uncompressedLength(body, offset, length) != uncompressedLength
            ? SnappyBlock.CORRUPT
            : takesNative(body, target)
                ? NativeSnappy.decompress(body, offset, length, target, targetOffset)
                : SnappyBlock.decompress(
                    body, offset, length, target, targetOffset, uncompressedLength);
    if (actual != uncompressedLength) {
      throw new MalformedMessageException(
          "Snappy body", 0, "not a Snappy block of " + uncompressedLength + " bytes");
    }
  }

  @Override
  public void close() {
    // The table is on the heap, and the library keeps nothing.
  }

  private boolean takesNative(DirectBuffer source, DirectBuffer target) {
    return isNative && source.byteArray() == null && target.byteArray() == null;
  }

  private static @Nullable Throwable tryNative() {
    try {
      NativeSnappy.load();
      return null;
    } catch (LinkageError e) {
      return e;
    }
  }
}
