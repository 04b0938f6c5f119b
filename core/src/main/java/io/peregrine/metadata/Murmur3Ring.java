package io.peregrine.metadata;

import io.peregrine.codec.Murmur3;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * A ring of {@link Partitioner#MURMUR3}. Immutable; any thread may use it.
 *
 * <p>A token's upper bits choose a bucket, its other bits guess a place in it, because tokens are
 * evenly spread as a rule. The search goes from there in steps that double, so that a bad guess
 * costs no more than halving would. Buckets are few enough to stay in the processor's nearest
 * cache. Where one has but a few tokens, as all have in small clusters, these are compared one and
 * all, which takes less time than to decide after each whether to stop.
 */
final class Murmur3Ring implements Ring {
  private static final int LINEAR = 8;
  private static final int MOST_BUCKET_BITS = 12;
  private static final int FIRST_STEP = 4;

  /** So many tokens are compared at once. */
  private static final int FEW = 4;

  /** The tokens, and a few more so that none of them is too near to the end. */
  private final long[] tokens;

  private final int size;
  private final int[] buckets;
  private final int shift;

  /**
   * A ring.
   *
   * @param unsorted the tokens, in any order and any number of times
   * @param count how many of them count
   * @param pace is told how far it has come
   */
  Murmur3Ring(long[] unsorted, int count, Pace pace) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count | 1);
    bits = Math.min(bits, MOST_BUCKET_BITS);
    shift = Long.SIZE - bits;
    buckets = new int[(1 << bits) + 1];
    long[] sorted = new long[count + FEW];
    pace.did(count);
    sort(unsorted, count, sorted, pace);
    size = distinct(sorted, pace);
    // Few nodes claim what another has, so as a rule there is nothing to cut off.
    tokens = size == count ? sorted : Arrays.copyOf(sorted, size + FEW);
    Arrays.fill(tokens, size, tokens.length, Long.MAX_VALUE);
  }

  /**
   * Puts each token into its bucket, and then sorts one bucket after the other, which is less work
   * than to sort all, and can be done step by step.
   */
  private void sort(long[] unsorted, int count, long[] sorted, Pace pace) {
    int[] ends = buckets;
    for (int i = 0; i < count; i++) {
      ends[bucketOf(unsorted[i]) + 1]++;
      pace.did(1);
    }
    for (int bucket = 1; bucket < ends.length; bucket++) {
      ends[bucket] += ends[bucket - 1];
    }
    // Each beginning moves on to its end, which is where the next one begins.
    for (int i = 0; i < count; i++) {
      sorted[ends[bucketOf(unsorted[i])]++] = unsorted[i];
      pace.did(1);
    }
    int begin = 0;
    for (int bucket = 0; bucket < ends.length - 1; bucket++) {
      int end = ends[bucket];
      Arrays.sort(sorted, begin, end);
      ends[bucket] = begin;
      pace.did(end - begin);
      begin = end;
    }
  }

  /** Moves those that are not the same as the one before to the front, and counts them. */
  private int distinct(long[] sorted, Pace pace) {
    int distinct = 0;
    int begin = 0;
    for (int bucket = 0; bucket < buckets.length - 1; bucket++) {
      int end = buckets[bucket + 1];
      buckets[bucket] = distinct;
      for (int i = begin; i < end; i++) {
        long token = sorted[i];
        if (distinct == 0 || sorted[distinct - 1] != token) {
          sorted[distinct++] = token;
        }
      }
      pace.did(end - begin);
      begin = end;
    }
    buckets[buckets.length - 1] = distinct;
    return distinct;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Token token(int position) {
    return new Murmur3Token(tokens[position]);
  }

  /**
   * One of the tokens.
   *
   * @param position at least 0 and below {@link #size}
   * @return the token's number
   */
  long value(int position) {
    return tokens[position];
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
    int position;
    if (to - from <= FEW) {
      position = from + countBefore(token, from);
    } else {
      long fraction = token << Long.SIZE - shift >>> Integer.SIZE;
      int guess = from + (int) (fraction * (to - from) >>> Integer.SIZE);
      position =
          tokens[guess] < token
              ? searchAfter(token, guess + 1, to)
              : searchBefore(token, from, guess);
    }
    return position == size ? 0 : position;
  }

  private int countBefore(long token, int from) {
    int count = 0;
    for (int i = 0; i < FEW; i++) {
      count += tokens[from + i] < token ? 1 : 0;
    }
    return count;
  }

  private int searchAfter(long token, int from, int to) {
    int begin = from;
    int step = FIRST_STEP;
    while (to - begin > step && tokens[begin + step - 1] < token) {
      begin += step;
      step <<= 1;
    }
    return search(token, begin, to - begin > step ? begin + step : to);
  }

  private int searchBefore(long token, int from, int to) {
    int end = to;
    int step = FIRST_STEP;
    while (end - from > step && tokens[end - step] >= token) {
      end -= step;
      step <<= 1;
    }
    return search(token, end - from > step ? end - step : from, end);
  }

  /** The first of some tokens that does not come before one, or the end of them. */
  private int search(long token, int begin, int end) {
    int from = begin;
    int to = end;
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
    return from;
  }

  private int bucketOf(long token) {
    return (int) ((token ^ Long.MIN_VALUE) >>> shift);
  }
}
