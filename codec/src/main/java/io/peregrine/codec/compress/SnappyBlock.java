package io.peregrine.codec.compress;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Snappy's raw block format in Java: the length as a varint, then literals and copies. Not
 * thread-safe: it keeps a table of what it saw last.
 */
final class SnappyBlock {
  static final int CORRUPT = -1;

  /** A copy of three bytes becomes up to 64; nothing does better. */
  static final int MAX_RATIO_NUMERATOR = 64;

  static final int MAX_RATIO_DENOMINATOR = 3;

  private static final int LITERAL = 0;
  private static final int COPY_NEAR = 1;
  private static final int COPY_FAR = 2;
  private static final int LONGEST_SHORT_LITERAL = 60;
  private static final int LONGEST_COPY = 64;
  private static final int SHORTEST_MATCH = 4;
  private static final int WINDOW = (1 << 16) - 1;
  private static final int MAX_TABLE_BITS = 14;
  private static final int MIN_TABLE_BITS = 8;
  private static final int HASH_MULTIPLIER = 0x1E35A7BD;

  private int[] table = {};

  static int maxCompressedLength(int length) {
    return 32 + length + length / 6;
  }

  /** The length that a block claims, up to 32 bits, or CORRUPT. */
  static long uncompressedLength(DirectBuffer source, int offset, int length) {
    long claimed = 0;
    for (int i = 0; i < Math.min(length, 5); i++) {
      int next = source.getByte(offset + i);
      claimed |= (next & 0x7FL) << 7 * i;
      if (next >= 0) {
        return claimed > 0xFFFFFFFFL ? CORRUPT : claimed;
      }
    }
    return CORRUPT;
  }

  int compress(
      DirectBuffer source, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    int at = targetOffset;
    int rest = length;
    while (rest > 0x7F) {
      target.putByte(at++, (byte) (rest | 0x80));
      rest >>>= 7;
    }
    target.putByte(at++, (byte) rest);

    int shift = 32 - clearTable(length);
    int[] table = this.table;
    int end = offset + length;
    int lastStart = end - SHORTEST_MATCH;
    int literal = offset;
    int position = offset;
    int misses = 32;
    while (position <= lastStart) {
      int bytes = source.getInt(position, LITTLE_ENDIAN);
      int slot = bytes * HASH_MULTIPLIER >>> shift;
      int candidate = offset + table[slot];
      table[slot] = position - offset;
      int distance = position - candidate;
      if (distance <= 0 || distance > WINDOW || source.getInt(candidate, LITTLE_ENDIAN) != bytes) {
        // Bytes that repeat nothing are passed over faster and faster.
        position += misses++ >> 5;
        continue;
      }
      misses = 32;
      int matched = SHORTEST_MATCH;
      while (position + matched < end
          && source.getByte(position + matched) == source.getByte(candidate + matched)) {
        matched++;
      }
      at = putLiteral(source, literal, position - literal, target, at);
      at = putCopy(distance, matched, target, at);
      position += matched;
      literal = position;
    }
    return putLiteral(source, literal, end - literal, target, at) - targetOffset;
  }

  /** Bits of the table that suits a length; the table is all zeros then. */
  private int clearTable(int length) {
    int wanted = 32 - Integer.numberOfLeadingZeros(length);
    int bits = Math.max(MIN_TABLE_BITS, Math.min(MAX_TABLE_BITS, wanted));
    int size = 1 << bits;
    if (table.length < size) {
      table = new int[size];
    } else {
      Arrays.fill(table, 0, size, 0);
    }
    return bits;
  }

  private static int putLiteral(
      DirectBuffer source, int offset, int length, MutableDirectBuffer target, int targetOffset) {
    if (length == 0) {
      return targetOffset;
    }
    int at = targetOffset;
    int encoded = length - 1;
    if (encoded < LONGEST_SHORT_LITERAL) {
      target.putByte(at++, (byte) (encoded << 2 | LITERAL));
    } else {
      int count = (39 - Integer.numberOfLeadingZeros(encoded)) >> 3;
      target.putByte(at++, (byte) (LONGEST_SHORT_LITERAL - 1 + count << 2 | LITERAL));
      for (int i = 0; i < count; i++) {
        target.putByte(at++, (byte) (encoded >>> 8 * i));
      }
    }
    target.putBytes(at, source, offset, length);
    return at + length;
  }

  private static int putCopy(int distance, int length, MutableDirectBuffer target, int offset) {
    int at = offset;
    int left = length;
    while (left > 0) {
      int count = Math.min(left, LONGEST_COPY);
      if (count >= 4 && count <= 11 && distance < 1 << 11) {
        target.putByte(at, (byte) (distance >>> 8 << 5 | count - 4 << 2 | COPY_NEAR));
        target.putByte(at + 1, (byte) distance);
        at += 2;
      } else {
        target.putByte(at, (byte) (count - 1 << 2 | COPY_FAR));
        target.putShort(at + 1, (short) distance, LITTLE_ENDIAN);
        at += 3;
      }
      left -= count;
    }
    return at;
  }

  /** How many bytes came out, or CORRUPT; never writes more than maxLength of them. */
  static int decompress(
      DirectBuffer source,
      int offset,
      int length,
      MutableDirectBuffer target,
      int targetOffset,
      int maxLength) {
    int end = offset + length;
    int position = offset;
    while (position < end && source.getByte(position) < 0) {
      position++;
    }
    position++;
    int written = 0;
    while (position < end) {
      int tag = source.getByte(position++) & 0xFF;
      int kind = tag & 3;
      int extra = extraBytes(tag);
      if (extra > end - position) {
        return CORRUPT;
      }
      int operand = operand(source, position, extra);
      position += extra;
      int count;
      if (kind == LITERAL) {
        count = (extra == 0 ? tag >>> 2 : operand) + 1;
        if (count <= 0 || count > end - position || count > maxLength - written) {
          return CORRUPT;
        }
        target.putBytes(targetOffset + written, source, position, count);
        position += count;
      } else {
        count = kind == COPY_NEAR ? (tag >>> 2 & 7) + 4 : (tag >>> 2) + 1;
        int distance = kind == COPY_NEAR ? tag >>> 5 << 8 | operand : operand;
        if (distance <= 0 || distance > written || count > maxLength - written) {
          return CORRUPT;
        }
        repeat(target, targetOffset + written, distance, count);
      }
      written += count;
    }
    return written;
  }

  private static int extraBytes(int tag) {
    int kind = tag & 3;
    if (kind == LITERAL) {
      return Math.max(0, (tag >>> 2) - LONGEST_SHORT_LITERAL + 1);
    }
    return kind == COPY_NEAR ? 1 : kind == COPY_FAR ? 2 : 4;
  }

  private static int operand(DirectBuffer source, int offset, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value |= (source.getByte(offset + i) & 0xFF) << 8 * i;
    }
    return value;
  }

  private static void repeat(MutableDirectBuffer target, int offset, int distance, int count) {
    // Byte by byte: what is copied may overlap what is being written.
    for (int i = 0; i < count; i++) {
      target.putByte(offset + i, target.getByte(offset + i - distance));
    }
  }
}
