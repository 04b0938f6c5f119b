package io.peregrine.metadata;

import io.peregrine.codec.Murmur3;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A ring of {@link Partitioner#MURMUR3}. Immutable; any thread may use it.
 *
 * <p>A token's upper bits choose a bucket, which says where on the ring to begin. There are as many
 * buckets as tokens, and tokens are evenly spread as a rule, so that a search looks at one or two.
 * Where they are not, it halves the bucket.
 */
final class Murmur3Ring implements Ring {
  private static final int LINEAR = 8;

  private final long[] tokens;
  private final int[] buckets;
  private final int shift;

  /**
   * A ring.
   *
   * @param unsorted the tokens, in any order and any number of times
   * @param count how many of them count
   */
  Murmur3Ring(long[] unsorted, int count) {
    tokens = sorted(Arrays.copyOf(unsorted, count));
    int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(tokens.length));
    shift = Long.SIZE - bits;
    buckets = new int[(1 << bits) + 1];
    int position = 0;
    for (int bucket = 0; bucket < buckets.length - 1; bucket++) {
      buckets[bucket] = position;
      while (position < tokens.length && bucketOf(tokens[position]) == bucket) {
        position++;
      }
    }
    buckets[buckets.length - 1] = position;
  }

  @Override
  public int size() {
    return tokens.length;
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
    while (to - from > LINEAR) {
      int middle = (from + to) >>> 1;
      if (tokens[middle] < token) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    while (from < to && tokens[from] < token) {
      from++;
    }
    return from == tokens.length ? 0 : from;
  }

  private int bucketOf(long token) {
    return (int) ((token ^ Long.MIN_VALUE) >>> shift);
  }

  private static long[] sorted(long[] tokens) {
    Arrays.sort(tokens);
    int distinct = 0;
    for (long token : tokens) {
      if (distinct == 0 || tokens[distinct - 1] != token) {
        tokens[distinct++] = token;
      }
    }
    return distinct == tokens.length ? tokens : Arrays.copyOf(tokens, distinct);
  }
}
