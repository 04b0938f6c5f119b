package io.peregrine.codec;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * The hash of Cassandra's Murmur3Partitioner. Stateless; any thread may use it.
 *
 * <p>It is the first half of MurmurHash3_x64_128 with seed 0, but for one thing: the bytes after
 * the last whole block of 16 are taken as signed. Other implementations of Murmur3 therefore give
 * other tokens as soon as such a byte is 0x80 or more.
 */
public final class Murmur3 {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK_LENGTH = 16;
  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;

  private Murmur3() {}

  /**
   * The token of a partition key.
   *
   * @param buffer where the key's bytes are
   * @param offset where they begin
   * @param length how many there are; an empty key hashes to 0
   * @return the token; never {@link Long#MIN_VALUE}, which the partitioner keeps for its minimum
   */
  public static long hash(DirectBuffer buffer, int offset, int length) {
    long h1 = 0;
    long h2 = 0;
    int position = offset;
    int endOfBlocks = offset + (length & -BLOCK_LENGTH);
    while (position < endOfBlocks) {
      h1 ^= mix1(buffer.getLong(position, LITTLE_ENDIAN));
      h1 = Long.rotateLeft(h1, 27) + h2;
      h1 = h1 * 5 + 0x52dce729L;
      h2 ^= mix2(buffer.getLong(position + 8, LITTLE_ENDIAN));
      h2 = Long.rotateLeft(h2, 31) + h1;
      h2 = h2 * 5 + 0x38495ab5L;
      position += BLOCK_LENGTH;
    }

    int tail = length & (BLOCK_LENGTH - 1);
    if (tail > 8) {
      h2 ^= mix2(signedTail(buffer, position + 8, tail - 8));
    }
    if (tail > 0) {
      h1 ^= mix1(signedTail(buffer, position, Math.min(tail, 8)));
    }

    h1 ^= length;
    h2 ^= length;
    h1 += h2;
    h2 += h1;
    h1 = finalMix(h1);
    h2 = finalMix(h2);
    h1 += h2;
    return h1 == Long.MIN_VALUE ? Long.MAX_VALUE : h1;
  }

  /**
   * Up to 8 bytes, each taken as signed, shifted to its place and combined by exclusive or: so a
   * negative one inverts all that are above it. How many negative ones are below a byte is what one
   * multiplication counts, for all bytes at once.
   */
  private static long signedTail(DirectBuffer buffer, int offset, int length) {
    long bytes = tail(buffer, offset, length);
    long negative = bytes >>> 7 & EACH_BYTE;
    long inverted = negative * (EACH_BYTE << 8) & EACH_BYTE;
    return bytes ^ inverted * 0xFF;
  }

  /** 1 to 8 bytes, without a loop: some are read twice, and are the same both times. */
  private static long tail(DirectBuffer buffer, int offset, int length) {
    if (length == 8) {
      return buffer.getLong(offset, LITTLE_ENDIAN);
    }
    if (length >= 4) {
      long first = buffer.getInt(offset, LITTLE_ENDIAN) & 0xFFFF_FFFFL;
      long last = buffer.getInt(offset + length - 4, LITTLE_ENDIAN) & 0xFFFF_FFFFL;
      return first | last << (length - 4 << 3);
    }
    long first = buffer.getByte(offset) & 0xFF;
    long middle = buffer.getByte(offset + (length >> 1)) & 0xFF;
    long last = buffer.getByte(offset + length - 1) & 0xFF;
    return first | middle << (length >> 1 << 3) | last << (length - 1 << 3);
  }

  private static long mix1(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mix2(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }

  private static long finalMix(long value) {
    long k = value;
    k ^= k >>> 33;
    k *= 0xff51afd7ed558ccdL;
    k ^= k >>> 33;
    k *= 0xc4ceb9fe1a85ec53L;
    k ^= k >>> 33;
    return k;
  }
}
