package io.peregrine.metadata;

import io.peregrine.codec.Murmur3;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A ring of {@link Partitioner#MURMUR3}. Immutable; any thread may use it.
 *
 * <p>A token's upper bits choose a bucket, of which there are about as many as tokens. These are
 * evenly spread as a rule, so that most buckets have one or two: the few that come first are
 * compared with what is looked for one and all, which takes less time than to guess when to stop.
 * Where tokens are crowded, a bucket is searched by halving.
 */
final class Murmur3Ring implements Ring {
  private static final int MOST_BUCKET_BITS = 20;

  /** So many tokens are compared at once. */
  private static final int FEW = 4;

  /** The tokens, and a few more so that none needs to be compared with care. */
  private final long[] tokens;

  private final int size;

  /** Where each bucket begins, and where the last one ends. */
  private final int[] buckets;

  private final int shift;

  /**
   * A ring.
   *
   * @param unsorted the tokens, in any order and any number of times
   * @param count how many of them count
   */
  Murmur3Ring(long[] unsorted, int count) {
    long[] sorted = Arrays.copyOf(unsorted, count);
    Arrays.sort(sorted);
    size = distinct(sorted);
    tokens = Arrays.copyOf(sorted, size + FEW);
    Arrays.fill(tokens, size, tokens.length, Long.MAX_VALUE);
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(size | 1);
    bits = Math.min(bits, MOST_BUCKET_BITS);
    shift = Long.SIZE - bits;
    buckets = new int[(1 << bits) + 1];
    int position = 0;
    for (int bucket = 0; bucket < buckets.length - 1; bucket++) {
      buckets[bucket] = position;
      while (position < size && bucketOf(tokens[position]) == bucket) {
        position++;
      }
    }
    buckets[buckets.length - 1] = position;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Token token(int position) {
    return new Murmur3Token(tokens[position]);
  }

  @Override
  public int find(Token token) {
    if (token instanceof Murmur3Token murmur3) {
      return find(murmur3.value());
    }
    throw Partitioner.mixed(Partitioner.MURMUR3.minimum(), token);
  }

  @Override
  public int find(DirectBuffer key, int offset, int length) {
    return find(Murmur3.hash(key, offset, length));
  }

  @Override
  public int find(long token) {
    int bucket = bucketOf(token);
    int from = buckets[bucket];
    int to = buckets[bucket + 1];
    int position = to - from <= FEW ? from + countBelow(token, from) : search(token, from, to);
    return position == size ? 0 : position;
  }

  /** How many of a few tokens come before one. */
  private int countBelow(long token, int from) {
    int count = 0;
    for (int i = 0; i < FEW; i++) {
      count += tokens[from + i] < token ? 1 : 0;
    }
    return count;
  }

  /** The first of some tokens that does not come before one, or the end of them. */
  private int search(long token, int begin, int end) {
    int from = begin;
    int to = end;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (tokens[middle] < token) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private int bucketOf(long token) {
    return (int) ((token ^ Long.MIN_VALUE) >>> shift);
  }

  /** Moves those that are not the same as the one before to the front, and counts them. */
  private static int distinct(long[] sorted) {
    int distinct = 0;
    for (long token : sorted) {
      if (distinct == 0 || sorted[distinct - 1] != token) {
        sorted[distinct++] = token;
      }
    }
    return distinct;
  }
}
