package io.peregrine.codec.compress;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.peregrine.codec.MalformedMessageException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Bodies as an LZ4 block behind the length of what is in it, four bytes, big-endian (v4
 * specification, section 5). Not thread-safe: each agent has its own.
 */
public final class Lz4Compressor implements Compressor {
  private static final int PREFIX_LENGTH = Integer.BYTES;

  private final Lz4BlockCodec codec;

  /** A compressor over the native library, or over pure Java if that cannot be loaded. */
  public Lz4Compressor() {
    this(new Lz4BlockCodec());
  }

  private Lz4Compressor(Lz4BlockCodec codec) {
    this.codec = codec;
  }

  /**
   * A compressor that does without the native library.
   *
   * @return a new one
   */
  public static Lz4Compressor pureJava() {
    return new Lz4Compressor(Lz4BlockCodec.pureJava());
  }

  @Override
  public String algorithm() {
    return "lz4";
  }

  @Override
  public boolean isNative() {
    return codec.isNative();
  }

  @Override
  public int maxCompressedLength(int length) {
    return PREFIX_LENGTH + Lz4BlockCodec.maxCompressedLength(length);
  }

  @Override
  public int compress(
      DirectBuffer body, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    int blockOffset = targetOffset + PREFIX_LENGTH;
    int blockLength = codec.compress(body, offset, length, target, blockOffset);
    target.putInt(targetOffset, length, BIG_ENDIAN);
    return PREFIX_LENGTH + blockLength;
  }

  @Override
  public int uncompressedLength(DirectBuffer body, int offset, int length) {
    body.boundsCheck(offset, length);
    if (length <= PREFIX_LENGTH) {
      throw new MalformedMessageException(
          "LZ4 body", 0, length + " bytes are too few for a length and a block");
    }
    int claimed = body.getInt(offset, BIG_ENDIAN);
    long possible = (long) Lz4BlockCodec.MAX_RATIO * (length - PREFIX_LENGTH);
    if (claimed < 0 || claimed > possible) {
      throw new MalformedMessageException(
          "LZ4 body, uncompressed length",
          0,
          claimed + " is not one of 0 to " + possible + ", the most that these bytes can become");
    }
    return claimed;
  }

  @Override
  public void decompress(
      DirectBuffer body,
      int offset,
      int length,
      MutableDirectBuffer target,
      int targetOffset,
      int uncompressedLength) {
    int blockOffset = offset + PREFIX_LENGTH;
    int blockLength = length - PREFIX_LENGTH;
    int actual =
        codec.decompress(body, blockOffset, blockLength, target, targetOffset, uncompressedLength);
    if (actual != uncompressedLength) {
      throw new MalformedMessageException(
          "LZ4 body",
          PREFIX_LENGTH,
          actual == Lz4BlockCodec.CORRUPT
              ? "not an LZ4 block of " + uncompressedLength + " bytes"
              : actual + " bytes came out, but " + uncompressedLength + " were claimed");
    }
  }

  @Override
  public void close() {
    codec.close();
  }
}
