package io.peregrine.metadata;

import org.agrona.DirectBuffer;

/** The tokens of a cluster, sorted, each once. Immutable; any thread may use it. */
sealed interface Ring permits Murmur3Ring, TokenRing {
  /**
   * How many tokens there are.
   *
   * @return at least 0
   */
  int size();

  /**
   * One of the tokens.
   *
   * @param position at least 0 and below {@link #size}
   * @return the token
   */
  Token token(int position);

  /**
   * The place of a token: of the first on the ring that does not come before it. Cassandra's ranges
   * end with the token that they belong to.
   *
   * @param token any token of the ring's partitioner
   * @return a position; 0 if the token comes after all, or there are none
   */
  int find(Token token);

  /**
   * The place of a token of {@link Partitioner#MURMUR3}.
   *
   * @param token the token
   * @return a position; 0 if the token comes after all, or there are none
   * @throws IllegalStateException if the ring is of another partitioner
   */
  int find(long token);

  /**
   * The place of a partition key.
   *
   * @param key where the key's bytes are
   * @param offset where they begin
   * @param length how many there are
   * @return a position; 0 if the key's token comes after all, or there are none
   */
  int find(DirectBuffer key, int offset, int length);
}
