package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as nodes tell them, not sorted, some of them several times. Confined to the thread that
 * builds a token map.
 */
final class RawTokens {
  private static final int LONGEST_EXAMPLE = 64;

  private final Partitioner partitioner;
  private final long[] numbers;
  private final List<Token> tokens = new ArrayList<>();
  private int size;
  private int refused;
  private @Nullable String example;

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
   * Adds those of some texts that are tokens.
   *
   * @param texts the tokens, as the system tables have them
   * @return what was wrong with the others; null if there are none
   */
  @Nullable String addAll(Collection<String> texts) {
    refused = 0;
    example = null;
    long[] known = isMurmur3() && texts instanceof TokenTexts told ? told.numbers() : null;
    if (known == null) {
      texts.forEach(this::add);
    } else {
      System.arraycopy(known, 0, numbers, size, known.length);
      size += known.length;
    }
    return example == null ? null : refused + " of the tokens are left out, such as " + example;
  }

  private void add(String text) {
    try {
      if (isMurmur3()) {
        numbers[size] = Long.parseLong(text);
      } else {
        tokens.add(partitioner.parseText(text));
      }
      size++;
    } catch (IllegalArgumentException e) {
      refuse(text);
    }
  }

  private void refuse(String text) {
    if (refused++ == 0) {
      String beginning =
          text.length() > LONGEST_EXAMPLE
              ? text.substring(0, LONGEST_EXAMPLE) + "\" and so on"
              : text + '"';
      example = '"' + beginning + ", which is none of " + partitioner.className();
    }
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
   * @param pace is told how far it has come
   * @return a new ring
   */
  Ring ring(Pace pace) {
    return isMurmur3() ? new Murmur3Ring(numbers, size, pace) : new TokenRing(partitioner, tokens);
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
