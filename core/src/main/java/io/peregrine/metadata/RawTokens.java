package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as nodes tell them, not sorted, some of them several times. Confined to the thread that
 * builds a token map.
 *
 * <p>Those that are numbers already stay where they are, because a copy of all would be half as
 * large as a map.
 */
final class RawTokens {
  private static final int LONGEST_EXAMPLE = 64;

  private final Partitioner partitioner;

  /** The tokens of each node; of {@link Partitioner#MURMUR3} as numbers. */
  private final List<long[]> numbers = new ArrayList<>();

  private final List<List<Token>> tokens = new ArrayList<>();
  private int refused;
  private @Nullable String example;

  /**
   * No tokens yet.
   *
   * @param partitioner what makes them
   */
  RawTokens(Partitioner partitioner) {
    this.partitioner = partitioner;
  }

  /**
   * Adds those of a node's texts that are tokens.
   *
   * @param texts the tokens, as the system tables have them; neither they nor what they keep is
   *     changed
   * @return what was wrong with the others; null if there are none
   */
  @Nullable String addAll(Collection<String> texts) {
    refused = 0;
    example = null;
    if (isMurmur3()) {
      long[] known = texts instanceof TokenTexts told ? told.numbers() : null;
      numbers.add(known == null ? numbers(texts) : known);
    } else {
      tokens.add(tokens(texts));
    }
    return example == null ? null : refused + " of the tokens are left out, such as " + example;
  }

  private long[] numbers(Collection<String> texts) {
    long[] own = new long[texts.size()];
    int count = 0;
    for (String text : texts) {
      try {
        own[count] = Long.parseLong(text);
        count++;
      } catch (NumberFormatException e) {
        refuse(text);
      }
    }
    return count == own.length ? own : Arrays.copyOf(own, count);
  }

  private List<Token> tokens(Collection<String> texts) {
    List<Token> own = new ArrayList<>(texts.size());
    for (String text : texts) {
      try {
        own.add(partitioner.parseText(text));
      } catch (IllegalArgumentException e) {
        refuse(text);
      }
    }
    return own;
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
   * How many tokens a node has.
   *
   * @param node its number, in the order of adding
   * @return at least 0
   */
  int size(int node) {
    return isMurmur3() ? numbers.get(node).length : tokens.get(node).size();
  }

  /**
   * The ring of them.
   *
   * @param pace is told how far it has come
   * @return a new ring
   */
  Ring ring(Pace pace) {
    return isMurmur3() ? new Murmur3Ring(numbers, pace) : new TokenRing(partitioner, tokens, pace);
  }

  /**
   * Where a token is on the ring.
   *
   * @param ring the ring of these tokens
   * @param node the number of the node, in the order of adding
   * @param index at least 0 and below {@link #size} of that node
   * @return its position
   */
  int find(Ring ring, int node, int index) {
    return isMurmur3()
        ? ring.find(numbers.get(node)[index])
        : ring.find(tokens.get(node).get(index));
  }

  private boolean isMurmur3() {
    return partitioner == Partitioner.MURMUR3;
  }
}
