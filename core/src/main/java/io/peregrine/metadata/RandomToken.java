package io.peregrine.metadata;

import java.math.BigInteger;

/**
 * A token of {@link Partitioner#RANDOM}. Immutable; any thread may use it.
 *
 * @param value the token, from -1, which no key has, to 2 to the power of 127
 */
record RandomToken(BigInteger value) implements Token {
  @Override
  public Partitioner partitioner() {
    return Partitioner.RANDOM;
  }

  @Override
  public String literal() {
    return value.toString();
  }

  @Override
  public int compareTo(Token other) {
    if (other instanceof RandomToken that) {
      return value.compareTo(that.value);
    }
    throw Partitioner.mixed(this, other);
  }

  @Override
  public String toString() {
    return literal();
  }
}
