package io.peregrine.codec.compress;

import io.peregrine.codec.MalformedMessageException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The compression of envelope bodies that a connection in v3, v4 or a DSE version agreed on (v4
 * specification, section 5). Not thread-safe: each agent has its own.
 */
public sealed interface Compressor extends AutoCloseable permits Lz4Compressor, SnappyCompressor {

  /**
   * The name that STARTUP carries under {@code COMPRESSION}.
   *
   * @return {@code lz4} or {@code snappy}
   */
  String algorithm();

  /**
   * Whether a native library does the work. If not, pure Java does: slower, with the same result.
   *
   * @return false if the library is missing on this machine, or was not wanted
   */
  boolean isNative();

  /**
   * How much room a compressed body may need.
   *
   * @param length how many bytes the body has, 0 to 256 MiB
   * @return more than length
   */
  int maxCompressedLength(int length);

  /**
   * Compresses a body. The two places may not overlap.
   *
   * @param body where it is
   * @param offset where it begins
   * @param length how many bytes it has, at least 1
   * @param target where the compressed body goes
   * @param targetOffset where it begins; {@link #maxCompressedLength} bytes must be there
   * @return how many bytes were written; may be more than length if the body does not compress
   * @throws IndexOutOfBoundsException if one of the places is not inside its buffer
   */
  int compress(
      DirectBuffer body, int offset, int length, MutableDirectBuffer target, int targetOffset);

  /**
   * How long a compressed body says that it is when it is whole again. A claim that so few bytes
   * cannot possibly keep is refused, so that memory may be had for what is returned.
   *
   * @param body where the compressed body is
   * @param offset where it begins
   * @param length how many bytes it has
   * @return 0 to 255 times length
   * @throws MalformedMessageException if the claim is missing or impossible
   */
  int uncompressedLength(DirectBuffer body, int offset, int length);

  /**
   * Makes a compressed body whole again. The two places may not overlap.
   *
   * @param body where the compressed body is
   * @param offset where it begins
   * @param length how many bytes it has
   * @param target where the body goes
   * @param targetOffset where it begins
   * @param uncompressedLength what {@link #uncompressedLength} returned; so many bytes must be
   *     there
   * @throws MalformedMessageException if the bytes cannot be decompressed, or give another length;
   *     the target's bytes are then undefined
   * @throws IndexOutOfBoundsException if one of the places is not inside its buffer
   */
  void decompress(
      DirectBuffer body,
      int offset,
      int length,
      MutableDirectBuffer target,
      int targetOffset,
      int uncompressedLength);

  /** Frees what is off-heap. A second call does nothing. */
  @Override
  void close();
}
