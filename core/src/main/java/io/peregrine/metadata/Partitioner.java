package io.peregrine.metadata;

import io.peregrine.codec.Murmur3;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.agrona.DirectBuffer;

/** How a cluster makes tokens of partition keys. Immutable; any thread may use it. */
public enum Partitioner {
  /** Tokens are hashes of 64 bits. What a cluster has if nobody chose another. */
  MURMUR3("Murmur3Partitioner", new Murmur3Token(Long.MIN_VALUE)) {
    @Override
    Token parseText(String text) {
      return new Murmur3Token(Long.parseLong(text));
    }

    @Override
    public Token token(DirectBuffer key, int offset, int length) {
      return new Murmur3Token(Murmur3.hash(key, offset, length));
    }
  },

  /** Tokens are MD5 digests, without their sign. */
  RANDOM("RandomPartitioner", new RandomToken(BigInteger.ONE.negate())) {
    @Override
    Token parseText(String text) {
      if (text.length() > LONGEST_RANDOM) {
        // To read digits takes time in proportion to the square of their number.
        throw new NumberFormatException("too long");
      }
      BigInteger value = new BigInteger(text);
      if (value.signum() < 0 && !value.equals(BigInteger.ONE.negate())
          || value.compareTo(LARGEST_RANDOM) > 0) {
        throw new NumberFormatException("beyond the ring");
      }
      return new RandomToken(value);
    }

    @Override
    public Token token(DirectBuffer key, int offset, int length) {
      try {
        byte[] digest = MessageDigest.getInstance("MD5").digest(bytes(key, offset, length));
        return new RandomToken(new BigInteger(digest).abs());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(
            "RandomPartitioner makes tokens by MD5, which this JVM does not have: allow it, or"
                + " switch token metadata off",
            e);
      }
    }
  },

  /** Tokens are the keys themselves. */
  BYTE_ORDERED("ByteOrderedPartitioner", new ByteOrderedToken(new byte[0])) {
    @Override
    Token parseText(String text) {
      return new ByteOrderedToken(
          HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text));
    }

    @Override
    public Token token(DirectBuffer key, int offset, int length) {
      return new ByteOrderedToken(bytes(key, offset, length));
    }
  };

  /** The largest token of {@link #RANDOM}. */
  static final BigInteger LARGEST_RANDOM = BigInteger.ONE.shiftLeft(127);

  private static final int LONGEST_RANDOM = 64;

  private final String className;
  private final Token minimum;

  Partitioner(String className, Token minimum) {
    this.className = className;
    this.minimum = minimum;
  }

  /**
   * The partitioner of that name.
   *
   * @param className as the system tables have it, with or without the package
   * @return the partitioner; empty if the driver does not know it, and so cannot tell where keys
   *     are
   */
  public static Optional<Partitioner> of(String className) {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    for (Partitioner one : values()) {
      if (one.className.equals(simple)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /**
   * Reads a token.
   *
   * @param text as the system tables have it, or as in CQL
   * @return the token
   * @throws IllegalArgumentException if it is none
   */
  public Token parse(String text) {
    try {
      return parseText(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no token of " + className + " (" + e.getMessage() + ")", e);
    }
  }

  /**
   * The token of a partition key.
   *
   * @param key where the key's bytes are
   * @param offset where they begin
   * @param length how many there are
   * @return the token
   */
  public abstract Token token(DirectBuffer key, int offset, int length);

  /**
   * The token before all others, which no key has. A range that ends with it goes to the end of the
   * ring.
   *
   * @return the minimum
   */
  public Token minimum() {
    return minimum;
  }

  /**
   * What the server calls it.
   *
   * @return the name of its class, without the package
   */
  String className() {
    return className;
  }

  abstract Token parseText(String text);

  static IllegalArgumentException mixed(Token one, Token other) {
    return new IllegalArgumentException(
        "A token of "
            + one.partitioner().className
            + " ("
            + one
            + ") cannot be compared with one of "
            + other.partitioner().className
            + " ("
            + other
            + "): a cluster has one partitioner, so these are of two clusters");
  }

  private static byte[] bytes(DirectBuffer key, int offset, int length) {
    byte[] bytes = new byte[length];
    key.getBytes(offset, bytes);
    return bytes;
  }
}
