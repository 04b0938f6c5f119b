package io.peregrine.metadata;

/**
 * Where a partition key lies on the ring. Immutable; any thread may use it.
 *
 * <p>Tokens of one partitioner are ordered as the ring is. Two of different partitioners cannot be
 * compared.
 */
public sealed interface Token extends Comparable<Token>
    permits Murmur3Token, RandomToken, ByteOrderedToken {
  /**
   * What it is a token of.
   *
   * @return the partitioner
   */
  Partitioner partitioner();

  /**
   * The token as it is written in CQL, such as after {@code token(key) >}.
   *
   * @return a number, or for {@link Partitioner#BYTE_ORDERED} a blob
   */
  String literal();

  /**
   * Compares the places on the ring.
   *
   * @param other a token of the same partitioner
   * @return below 0 if this comes first, 0 if they are the same, else above 0
   * @throws IllegalArgumentException if the other is of another partitioner
   */
  @Override
  int compareTo(Token other);
}
