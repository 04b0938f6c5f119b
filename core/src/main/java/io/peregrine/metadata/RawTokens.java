package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens as nodes tell them, not sorted, some of them several times. Confined to the thread that
 * builds a token map.
 */
final class RawTokens {
  private final Partitioner partitioner;
  private final long[] numbers;
  private final List<Token> tokens = new ArrayList<>();
  private int size;

  /**
   * No tokens yet.
   *
   * @param partitioner what makes them
   * @param capacity how many will be added at most
   */
  RawTokens(Partitioner partitioner, int capacity) {
    this.partitioner = partitioner;
    this.numbers = new long[isMurmur3() ? capacity : 0];
  }

  /**
   * Adds a token.
   *
   * @param text the token, as the system tables have it
   * @throws IllegalArgumentException if it is none; then it is not added
   */
  void add(String text) {
    if (isMurmur3()) {
      numbers[size] = Long.parseLong(text);
    } else {
      tokens.add(partitioner.parse(text));
    }
    size++;
  }

  /**
   * How many there are.
   *
   * @return at least 0
   */
  int size() {
    return size;
  }

  /**
   * The ring of them.
   *
   * @return a new ring
   */
  Ring ring() {
    return isMurmur3() ? new Murmur3Ring(numbers, size) : new TokenRing(partitioner, tokens);
  }

  /**
   * Where a token is on the ring.
   *
   * @param ring the ring of these tokens
   * @param index the token's number, in the order of adding
   * @return its position
   */
  int find(Ring ring, int index) {
    return isMurmur3() ? ring.find(numbers[index]) : ring.find(tokens.get(index));
  }

  private boolean isMurmur3() {
    return partitioner == Partitioner.MURMUR3;
  }
}
