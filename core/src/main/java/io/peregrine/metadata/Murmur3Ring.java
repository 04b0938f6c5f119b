package io.peregrine.metadata;

import io.peregrine.codec.Murmur3;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A ring of {@link Partitioner#MURMUR3}. Immutable; any thread may use it.
 *
 * <p>A token's upper bits choose a bucket, its other bits guess a place in it, because tokens are
 * evenly spread as a rule. The search goes from there in steps that double, so that a bad guess
 * costs no more than halving would. Buckets are few enough to stay in the processor's nearest
 * cache. Where one has but a few tokens, as all have in small clusters, these are compared one and
 * all, which takes less time than to decide after each whether to stop.
 *
 * <p>The tokens of some buckets in a row are a piece: an array of megabytes would be cleared at
 * once, while somebody who needs the core waits.
 */
final class Murmur3Ring implements Ring {
  private static final int LINEAR = 8;
  private static final int MOST_BUCKET_BITS = 12;
  private static final int FIRST_STEP = 4;

  /** So many tokens are compared at once. */
  private static final int FEW = 4;

  /** A piece has up to twice as many tokens, if they are evenly spread. */
  private static final int PIECE_BITS = 13;

  /** The tokens, and a few more in each piece so that none of them is too near to its end. */
  private final long[][] pieces;

  private final int size;
  private final int[] buckets;
  private final int shift;

  /** How many bits of a bucket's number do not choose its piece. */
  private final int pieceShift;

  /** How many pieces there are for each token, times 2^32. */
  private final long piecesPerToken;

  /**
   * A ring.
   *
   * @param unsorted the tokens, in any order and any number of times
   * @param pace is told how far it has come
   */
  Murmur3Ring(List<long[]> unsorted, Pace pace) {
    int count = unsorted.stream().mapToInt(some -> some.length).sum();
    int bits = Math.min(MOST_BUCKET_BITS, bits(count | 1));
    int pieceBits = Math.min(bits, bits(count >>> PIECE_BITS + 1));
    shift = Long.SIZE - bits;
    pieceShift = bits - pieceBits;
    buckets = new int[(1 << bits) + 1];
    pieces = new long[1 << pieceBits][];
    distribute(unsorted, pace);
    sort(pace);
    size = distinct(pace);
    piecesPerToken = ((long) pieces.length << Integer.SIZE) / Math.max(1, size);
  }

  private static int bits(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(number);
  }

  /** Puts each token into its bucket. Buckets then begin where they should end. */
  private void distribute(List<long[]> unsorted, Pace pace) {
    int[] ends = buckets;
    for (long[] some : unsorted) {
      for (long token : some) {
        ends[bucketOf(token) + 1]++;
        pace.did(1);
      }
    }
    for (int bucket = 1; bucket < ends.length; bucket++) {
      ends[bucket] += ends[bucket - 1];
    }
    int[] begins = new int[pieces.length];
    for (int piece = 0; piece < pieces.length; piece++) {
      begins[piece] = begin(piece);
      pieces[piece] = new long[begin(piece + 1) - begins[piece] + FEW];
      pace.did(pieces[piece].length);
    }
    // Each beginning moves on to its end, which is where the next one begins.
    for (long[] some : unsorted) {
      for (long token : some) {
        int bucket = bucketOf(token);
        int piece = bucket >>> pieceShift;
        pieces[piece][ends[bucket]++ - begins[piece]] = token;
        pace.did(1);
      }
    }
  }

  /**
   * Sorts one bucket after the other, which is less work than to sort all, and can be done step by
   * step.
   */
  private void sort(Pace pace) {
    int begin = 0;
    int first = 0;
    for (int bucket = 0; bucket < buckets.length - 1; bucket++) {
      int piece = bucket >>> pieceShift;
      if (piece << pieceShift == bucket) {
        first = begin;
      }
      int end = buckets[bucket];
      Arrays.sort(pieces[piece], begin - first, end - first);
      buckets[bucket] = begin;
      pace.did(end - begin);
      begin = end;
    }
  }

  /** Moves those that are not the same as the one before to the front, and counts them. */
  private int distinct(Pace pace) {
    int before = 0;
    for (int piece = 0; piece < pieces.length; piece++) {
      long[] tokens = pieces[piece];
      int first = begin(piece);
      int distinct = 0;
      for (int bucket = piece << pieceShift; bucket < piece + 1 << pieceShift; bucket++) {
        int from = buckets[bucket] - first;
        int to = buckets[bucket + 1] - first;
        buckets[bucket] = before + distinct;
        for (int i = from; i < to; i++) {
          long token = tokens[i];
          if (distinct == 0 || tokens[distinct - 1] != token) {
            tokens[distinct++] = token;
          }
        }
        pace.did(to - from);
      }
      // Few nodes claim what another has, so as a rule there is nothing to cut off.
      if (distinct + FEW < tokens.length) {
        pieces[piece] = Arrays.copyOf(tokens, distinct + FEW);
      }
      Arrays.fill(pieces[piece], distinct, distinct + FEW, Long.MAX_VALUE);
      before += distinct;
    }
    buckets[buckets.length - 1] = before;
    return before;
  }

  /** How many tokens are in the pieces before one. */
  private int begin(int piece) {
    return buckets[piece << pieceShift];
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Token token(int position) {
    return new Murmur3Token(value(position));
  }

  /**
   * One of the tokens.
   *
   * @param position at least 0 and below {@link #size}
   * @return the token's number
   */
  long value(int position) {
    // Where tokens are evenly spread, it is this piece or the next one.
    int piece = (int) (position * piecesPerToken >>> Integer.SIZE);
    while (position < begin(piece)) {
      piece--;
    }
    while (position >= begin(piece + 1)) {
      piece++;
    }
    return pieces[piece][position - begin(piece)];
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
    int piece = bucket >>> pieceShift;
    long[] tokens = pieces[piece];
    int before = begin(piece);
    int from = buckets[bucket] - before;
    int to = buckets[bucket + 1] - before;
    int place;
    if (to - from <= FEW) {
      place = from + countBefore(tokens, token, from);
    } else {
      long fraction = token << Long.SIZE - shift >>> Integer.SIZE;
      int guess = from + (int) (fraction * (to - from) >>> Integer.SIZE);
      place =
          tokens[guess] < token
              ? searchAfter(tokens, token, guess + 1, to)
              : searchBefore(tokens, token, from, guess);
    }
    int position = before + place;
    return position == size ? 0 : position;
  }

  private static int countBefore(long[] tokens, long token, int from) {
    int count = 0;
    for (int i = 0; i < FEW; i++) {
      count += tokens[from + i] < token ? 1 : 0;
    }
    return count;
  }

  private static int searchAfter(long[] tokens, long token, int from, int to) {
    int begin = from;
    int step = FIRST_STEP;
    while (to - begin > step && tokens[begin + step - 1] < token) {
      begin += step;
      step <<= 1;
    }
    return search(tokens, token, begin, to - begin > step ? begin + step : to);
  }

  private static int searchBefore(long[] tokens, long token, int from, int to) {
    int end = to;
    int step = FIRST_STEP;
    while (end - from > step && tokens[end - step] >= token) {
      end -= step;
      step <<= 1;
    }
    return search(tokens, token, end - from > step ? end - step : from, end);
  }

  /** The first of some tokens that does not come before one, or the end of them. */
  private static int search(long[] tokens, long token, int begin, int end) {
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
