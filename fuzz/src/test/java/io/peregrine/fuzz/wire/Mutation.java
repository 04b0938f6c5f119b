package io.peregrine.fuzz.wire;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages bytes the way that finds parsers' faults. Stateless but for the random source. */
final class Mutation {
  static final int MAX_LENGTH = 8 * 1024;

  private static final int[] NUMBERS = {
    0, 1, -1, -2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, Integer.MAX_VALUE, Integer.MIN_VALUE, 64
  };

  private Mutation() {}

  static byte[] random(SplittableRandom random, int maxLength) {
    // Short inputs are the most likely, long ones come too.
    byte[] bytes = new byte[random.nextInt(1 + random.nextInt(maxLength))];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One to six changes; the other input gives pieces. */
  static byte[] of(SplittableRandom random, byte[] input, byte[] other) {
    byte[] bytes = input.clone();
    for (int i = 1 + random.nextInt(random.nextInt(1, 7)); i > 0; i--) {
      bytes = once(random, bytes, other);
    }
    return bytes.length > MAX_LENGTH ? Arrays.copyOf(bytes, MAX_LENGTH) : bytes;
  }

  private static byte[] once(SplittableRandom random, byte[] bytes, byte[] other) {
    if (bytes.length == 0) {
      return random(random, 16);
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0:
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      case 1:
        bytes[at] = (byte) random.nextInt();
        return bytes;
      case 2:
        return number(random, bytes, at);
      case 3:
        return Arrays.copyOf(bytes, at);
      case 4:
        int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
        return joined(bytes, 0, at, bytes, end, bytes.length);
      case 5:
        return joined(
            joined(bytes, 0, at, random(random, 16), 0, -1), 0, -1, bytes, at, bytes.length);
      case 6:
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return joined(bytes, 0, at, other, from, other.length);
      case 7:
        int upTo = Math.min(bytes.length, at + 1 + random.nextInt(64));
        return joined(bytes, 0, upTo, bytes, at, bytes.length);
      default:
        bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
        return bytes;
    }
  }

  private static byte[] number(SplittableRandom random, byte[] bytes, int at) {
    int number = NUMBERS[random.nextInt(NUMBERS.length)];
    int size = 1 << random.nextInt(3);
    for (int i = 0; i < size && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (number >> 8 * (size - 1 - i));
    }
    return bytes;
  }

  /** Two pieces together; a negative end is the array's. */
  private static byte[] joined(
      byte[] left, int leftFrom, int leftEnd, byte[] right, int rightFrom, int rightEnd) {
    int leftLength = (leftEnd < 0 ? left.length : leftEnd) - leftFrom;
    int rightLength = (rightEnd < 0 ? right.length : rightEnd) - rightFrom;
    byte[] both = Arrays.copyOfRange(left, leftFrom, leftFrom + leftLength + rightLength);
    System.arraycopy(right, rightFrom, both, leftLength, rightLength);
    return both;
  }
}
