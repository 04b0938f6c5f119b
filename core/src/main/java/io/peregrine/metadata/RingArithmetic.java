package io.peregrine.metadata;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers for the tokens of a ring, to reckon with. Immutable; any thread may use it.
 *
 * <p>Going round the ring once is to add {@code round}: the token after the highest is the one
 * after the lowest.
 */
final class RingArithmetic {
  private static final int BYTES_TO_SPLIT = 4;

  private final Partitioner partitioner;
  private final BigInteger lowest;
  private final BigInteger round;
  private final int width;

  private RingArithmetic(
      Partitioner partitioner, BigInteger lowest, BigInteger highest, int width) {
    this.partitioner = partitioner;
    this.lowest = lowest;
    this.round = highest.subtract(lowest);
    this.width = width;
  }

  /**
   * The arithmetic for a range.
   *
   * @param range the range
   * @return the arithmetic, fine enough to split it into two billion parts
   */
  static RingArithmetic of(TokenRange range) {
    Partitioner partitioner = range.start().partitioner();
    return switch (partitioner) {
      case MURMUR3 ->
          new RingArithmetic(
              partitioner,
              BigInteger.valueOf(Long.MIN_VALUE),
              BigInteger.valueOf(Long.MAX_VALUE),
              0);
      case RANDOM ->
          new RingArithmetic(partitioner, BigInteger.ONE.negate(), Partitioner.LARGEST_RANDOM, 0);
      case BYTE_ORDERED -> {
        int width = Math.max(length(range.start()), length(range.end())) + BYTES_TO_SPLIT;
        yield new RingArithmetic(
            partitioner, BigInteger.ZERO, BigInteger.ONE.shiftLeft(8 * width), width);
      }
    };
  }

  /**
   * The tokens that split a range evenly.
   *
   * @param range a range that is not empty
   * @param parts into how many parts, at least 1
   * @return distinct tokens in the range, its end not among them, in its order; fewer than asked
   *     for if the range has no more
   */
  List<Token> between(TokenRange range, int parts) {
    BigInteger from = number(range.start());
    BigInteger to = number(range.end());
    if (range.start().compareTo(range.end()) >= 0) {
      to = to.add(round);
    }
    BigInteger length = to.subtract(from);
    BigInteger divisor = BigInteger.valueOf(parts).min(length);
    List<Token> tokens = new ArrayList<>();
    for (long i = 1; i < divisor.longValueExact(); i++) {
      BigInteger step = length.multiply(BigInteger.valueOf(i)).divide(divisor);
      tokens.add(token(from.add(step)));
    }
    return tokens;
  }

  private BigInteger number(Token token) {
    if (token instanceof Murmur3Token murmur3) {
      return BigInteger.valueOf(murmur3.value());
    }
    if (token instanceof RandomToken random) {
      return random.value();
    }
    return new BigInteger(1, Arrays.copyOf(((ByteOrderedToken) token).bytes(), width));
  }

  private Token token(BigInteger beyond) {
    BigInteger highest = lowest.add(round);
    BigInteger number = beyond.compareTo(highest) > 0 ? beyond.subtract(round) : beyond;
    return switch (partitioner) {
      case MURMUR3 -> new Murmur3Token(number.longValueExact());
      case RANDOM -> new RandomToken(number);
      case BYTE_ORDERED -> new ByteOrderedToken(bytes(number.mod(round)));
    };
  }

  private byte[] bytes(BigInteger number) {
    byte[] digits = number.toByteArray();
    byte[] bytes = new byte[width];
    int used = Math.min(digits.length, width);
    System.arraycopy(digits, digits.length - used, bytes, width - used, used);
    return bytes;
  }

  private static int length(Token token) {
    return ((ByteOrderedToken) token).bytes().length;
  }
}
