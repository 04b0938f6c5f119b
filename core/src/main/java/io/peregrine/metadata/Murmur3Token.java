package io.peregrine.metadata;

/**
 * A token of {@link Partitioner#MURMUR3}. Immutable; any thread may use it.
 *
 * @param value the token
 */
record Murmur3Token(long value) implements Token {
  @Override
  public Partitioner partitioner() {
    return Partitioner.MURMUR3;
  }

  @Override
  public String literal() {
    return Long.toString(value);
  }

  @Override
  public int compareTo(Token other) {
    if (other instanceof Murmur3Token that) {
      return Long.compare(value, that.value);
    }
    throw Partitioner.mixed(this, other);
  }

  @Override
  public String toString() {
    return literal();
  }
}
