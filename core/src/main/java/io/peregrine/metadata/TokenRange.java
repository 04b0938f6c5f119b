package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of the ring: the tokens after one, up to and with another. Immutable; any thread may use
 * it.
 *
 * <p>A range that ends with the partitioner's {@link Partitioner#minimum} goes to the end of the
 * ring. One that ends before it starts goes on at the beginning of the ring; {@link #unwrap} makes
 * ranges of it that can be asked for in CQL. From the minimum to the minimum is the whole ring,
 * from any other token to itself is nothing.
 *
 * @param start the token before the first
 * @param end the last token
 */
public record TokenRange(Token start, Token end) {
  /**
   * A range.
   *
   * @param start the token before the first
   * @param end the last token, of the same partitioner
   * @throws IllegalArgumentException if the tokens are of different partitioners
   */
  public TokenRange {
    if (start.partitioner() != end.partitioner()) {
      throw Partitioner.mixed(start, end);
    }
  }

  /**
   * Whether no token is in it.
   *
   * @return true if it starts where it ends, and is not the whole ring
   */
  public boolean isEmpty() {
    return start.equals(end) && !isOpenEnded();
  }

  /**
   * Whether each token is in it.
   *
   * @return true if it goes from the minimum to the minimum
   */
  public boolean isWholeRing() {
    return start.equals(end) && isOpenEnded();
  }

  /**
   * Whether it goes over the end of the ring, to go on at its beginning.
   *
   * @return true if {@link #unwrap} makes two of it
   */
  public boolean isWrappedAround() {
    return start.compareTo(end) > 0 && !isOpenEnded();
  }

  /**
   * Whether a token is in it.
   *
   * @param token a token of the same partitioner
   * @return true if it is
   */
  public boolean contains(Token token) {
    boolean isAfterStart = token.compareTo(start) > 0;
    boolean isUpToEnd = token.compareTo(end) <= 0;
    int order = start.compareTo(end);
    if (order == 0) {
      return isOpenEnded();
    }
    return order < 0 ? isAfterStart && isUpToEnd : isAfterStart || isUpToEnd;
  }

  /**
   * The same without going over the end of the ring. Each can be scanned by {@code token(key) >
   * start AND token(key) <= end}; if its end is the minimum, by the first of these alone, and if
   * its start is, by the second.
   *
   * @return this range, or the two parts of it, the one at the end of the ring first
   */
  public List<TokenRange> unwrap() {
    return isWrappedAround()
        ? List.of(new TokenRange(start, minimum()), new TokenRange(minimum(), end))
        : List.of(this);
  }

  /**
   * Splits it into parts of the same size, give or take one token. Keys are evenly spread over
   * tokens if the partitioner hashes.
   *
   * @param parts how many, at least 1
   * @return the parts, in order; fewer if it does not have so many tokens
   * @throws IllegalArgumentException if the range is empty, or parts below 1
   */
  public List<TokenRange> splitEvenly(int parts) {
    if (parts < 1) {
      throw new IllegalArgumentException(
          "A range cannot be split into " + parts + " parts: ask for 1 or more");
    }
    if (isEmpty()) {
      throw new IllegalArgumentException(
          "The range " + this + " is empty, so there is nothing to split: leave it out");
    }
    List<TokenRange> split = new ArrayList<>(Math.min(parts, 1 << 16));
    Token last = start;
    for (Token token : RingArithmetic.of(this).between(this, parts)) {
      split.add(new TokenRange(last, token));
      last = token;
    }
    split.add(new TokenRange(last, end));
    return List.copyOf(split);
  }

  /**
   * Whether it has tokens that another has as well.
   *
   * @param other a range of the same partitioner
   * @return true if it has
   */
  public boolean intersects(TokenRange other) {
    return !intersectWith(other).isEmpty();
  }

  /**
   * The tokens that another range has as well.
   *
   * @param other a range of the same partitioner
   * @return the ranges that they have in common, none, one or two, in no order
   */
  public List<TokenRange> intersectWith(TokenRange other) {
    List<TokenRange> common = new ArrayList<>();
    for (TokenRange mine : unwrap()) {
      for (TokenRange theirs : other.unwrap()) {
        mine.addCommon(theirs, common);
      }
    }
    return joinedAtTheMinimum(common);
  }

  /** Adds what two ranges that do not wrap have in common. */
  private void addCommon(TokenRange other, List<TokenRange> common) {
    Token from = start.compareTo(other.start) >= 0 ? start : other.start;
    Token to;
    if (isOpenEnded()) {
      to = other.end;
    } else if (other.isOpenEnded()) {
      to = end;
    } else {
      to = end.compareTo(other.end) <= 0 ? end : other.end;
    }
    if (to.equals(minimum()) || from.compareTo(to) < 0) {
      common.add(new TokenRange(from, to));
    }
  }

  private List<TokenRange> joinedAtTheMinimum(List<TokenRange> ranges) {
    Token minimum = minimum();
    TokenRange last = null;
    TokenRange first = null;
    for (TokenRange range : ranges) {
      if (!range.isWholeRing() && range.isOpenEnded()) {
        last = range;
      } else if (range.start.equals(minimum)) {
        first = range;
      }
    }
    if (last != null && first != null) {
      ranges.remove(last);
      ranges.remove(first);
      ranges.add(new TokenRange(last.start, first.end));
    }
    return List.copyOf(ranges);
  }

  private boolean isOpenEnded() {
    return end.equals(minimum());
  }

  private Token minimum() {
    return end.partitioner().minimum();
  }

  @Override
  public String toString() {
    return "(" + start + ", " + end + "]";
  }
}
