package io.peregrine.codec.compress;

import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4JNIFastResetCompressor;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bare LZ4 blocks, without a length before them: what a v5 frame carries. Not thread-safe: each
 * agent has its own, and its encoders, decoders and compressors may share it.
 *
 * <p>With the native library nothing is allocated from direct buffer to direct buffer. Without it
 * each compression allocates about 16 KiB; {@link #isNative()} and {@link #whyNotNative()} say so.
 */
public final class Lz4BlockCodec implements AutoCloseable {
  /** The block cannot be decompressed, or has more bytes than there may be. */
  public static final int CORRUPT = -1;

  /** No LZ4 block can become more than this many times as long. */
  public static final int MAX_RATIO = 255;

  private final LZ4Compressor compressor;
  private final LZ4SafeDecompressor decompressor;
  private final @Nullable LZ4JNIFastResetCompressor nativeState;
  private boolean closed;

  /** A codec over the native library, or over pure Java if that cannot be loaded. */
  public Lz4BlockCodec() {
    this(NativeLz4.factory());
  }

  private Lz4BlockCodec(@Nullable LZ4Factory nativeFactory) {
    if (nativeFactory != null) {
      // Keeps its hash table from block to block, which spares small blocks the clearing of it.
      nativeState = nativeFactory.fastResetCompressor();
      compressor = nativeState;
      decompressor = nativeFactory.safeDecompressor();
    } else {
      nativeState = null;
      compressor = LZ4Factory.safeInstance().fastCompressor();
      decompressor = LZ4Factory.safeInstance().safeDecompressor();
    }
  }

  /**
   * A codec that does without the native library.
   *
   * @return a new one
   */
  public static Lz4BlockCodec pureJava() {
    return new Lz4BlockCodec(null);
  }

  /**
   * Why the native library could not be loaded, for a log.
   *
   * @return null if it could
   */
  public static @Nullable Throwable whyNotNative() {
    return NativeLz4.failure();
  }

  /**
   * Whether the native library does the work.
   *
   * @return false if pure Java does
   */
  public boolean isNative() {
    return nativeState != null;
  }

  /**
   * How much room a block may need.
   *
   * @param length how many bytes are compressed, 0 to 0x7E000000
   * @return more than length
   */
  public static int maxCompressedLength(int length) {
    return length + length / 255 + 16;
  }

  /**
   * Compresses some bytes. The two places may not overlap.
   *
   * @param source where they are: over a ByteBuffer or a {@code byte[]}
   * @param offset where they begin
   * @param length how many there are
   * @param target where the block goes: over a ByteBuffer or a {@code byte[]}
   * @param targetOffset where it begins; {@link #maxCompressedLength} bytes must be there
   * @return the length of the block
   * @throws IndexOutOfBoundsException if one of the places is not inside its buffer
   * @throws IllegalArgumentException if a buffer lies over a bare address
   * @throws IllegalStateException if the codec is closed
   */
  public int compress(
      DirectBuffer source, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    checkOpen();
    int room = maxCompressedLength(length);
    source.boundsCheck(offset, length);
    target.boundsCheck(targetOffset, room);
    return compressor.compress(
        memoryOf(source),
        source.wrapAdjustment() + offset,
        length,
        memoryOf(target),
        target.wrapAdjustment() + targetOffset,
        room);
  }

  /**
   * Decompresses a block. The two places may not overlap.
   *
   * @param source where it is: over a ByteBuffer or a {@code byte[]}
   * @param offset where it begins
   * @param length how many bytes it has
   * @param target where the bytes go: over a ByteBuffer or a {@code byte[]}
   * @param targetOffset where they begin
   * @param maxLength how many there may be
   * @return how many there are, or {@link #CORRUPT}; the target's bytes are then undefined
   * @throws IndexOutOfBoundsException if one of the places is not inside its buffer
   * @throws IllegalArgumentException if a buffer lies over a bare address
   * @throws IllegalStateException if the codec is closed
   */
  public int decompress(
      DirectBuffer source,
      int offset,
      int length,
      MutableDirectBuffer target,
      int targetOffset,
      int maxLength) {
    checkOpen();
    source.boundsCheck(offset, length);
    target.boundsCheck(targetOffset, maxLength);
    if (length == 0) {
      return CORRUPT;
    }
    try {
      return decompressor.decompress(
          memoryOf(source),
          source.wrapAdjustment() + offset,
          length,
          memoryOf(target),
          target.wrapAdjustment() + targetOffset,
          maxLength);
    } catch (LZ4Exception e) {
      return CORRUPT;
    }
  }

  /** Frees the native state; the codec does nothing any more. A second call does nothing. */
  @Override
  public void close() {
    closed = true;
    if (nativeState != null) {
      nativeState.close();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the LZ4 codec is closed");
    }
  }

  /** What lies under a buffer, for absolute access; its wrapAdjustment counts from there. */
  private ByteBuffer memoryOf(DirectBuffer buffer) {
    byte[] array = buffer.byteArray();
    if (array != null) {
      return ByteBuffer.wrap(array);
    }
    ByteBuffer memory = buffer.byteBuffer();
    if (memory == null) {
      throw new IllegalArgumentException(
          "LZ4 needs a buffer over a ByteBuffer or a byte[], not over a bare address");
    }
    // The native library goes by address and capacity; Java by the limit, which is its owner's.
    return isNative() ? memory : memory.duplicate().clear();
  }
}
