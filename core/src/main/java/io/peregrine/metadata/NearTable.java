package io.peregrine.metadata;

import java.util.Arrays;

/**
 * The near replicas of each token of a ring, for one replication setting. Immutable; any thread may
 * use it.
 *
 * <p>Tokens that follow each other and have the same near replicas are one: where a third of the
 * nodes is near, it is a third of the tokens that are left. A token's upper bits say in which
 * bucket it is, and the {@value #LANE_BITS} bits below them where in the bucket. These are enough
 * to search by, and so short that a bucket's tokens stand in two numbers, each in a lane of its
 * own, and one subtraction compares a number's four. Who meets a token with the same bits as the
 * one that is sought looks at the whole ring; so does who meets a bucket of more than {@value
 * #LANES} tokens.
 */
final class NearTable {
  /** So many tokens are compared. */
  private static final int LANES = 8;

  private static final int LANES_PER_NUMBER = 4;
  private static final int LANE_BITS = 15;
  private static final int LANE_WIDTH = 16;
  private static final int LAST_LANE = (1 << LANE_BITS) - 1;

  /** The lowest bit of each lane, and the one above it, which no token has. */
  private static final long ONES = 0x0001_0001_0001_0001L;

  private static final long GUARDS = ONES << LANE_BITS;

  /** A row: how many tokens are in the buckets before, and two numbers of lanes. */
  static final int ROW = 3;

  /** The beginning of a bucket that has too many tokens. */
  private static final long FULL = -1;

  private final ReplicaTable table;
  private final long[] rows;
  private final int bits;

  /** The near replicas of each token, and then those of what comes after the last. */
  private final long[] packed;

  /**
   * A table.
   *
   * @param table the replicas that these are the near ones of
   * @param rows a row for each bucket, not copied
   * @param bits how many of a token's upper bits say in which bucket it is
   * @param packed the near replicas of each token, and then of what comes after the last; not
   *     copied
   */
  NearTable(ReplicaTable table, long[] rows, int bits, long[] packed) {
    this.table = table;
    this.rows = rows;
    this.bits = bits;
    this.packed = packed;
  }

  /**
   * Whether it says the same as what has been written.
   *
   * @param rows begin with the rows
   * @param length how long these are
   * @param packed the near replicas
   * @return true if so
   */
  boolean says(long[] rows, int length, LongPieces packed) {
    return packed.isSame(this.packed)
        && Arrays.equals(this.rows, 0, this.rows.length, rows, 0, length);
  }

  /**
   * A table of other replicas that says the same.
   *
   * @param other the other replicas
   * @return a table with the same arrays
   */
  NearTable of(ReplicaTable other) {
    return new NearTable(other, rows, bits, packed);
  }

  /**
   * The replicas that these are the near ones of.
   *
   * @return the table of all
   */
  ReplicaTable table() {
    return table;
  }

  /**
   * The near replicas of a token.
   *
   * @param token any token
   * @param near what this table was made by
   * @return the nodes as a number, or {@link NearReplicas#UNKNOWN}
   */
  long find(long token, NearReplicas near) {
    long[] rows = this.rows;
    int bits = this.bits;
    int row = bucketOf(token, bits) * ROW;
    long from = rows[row];
    // With the guard on top, a lane's difference keeps it unless the token comes before.
    long guarded = laneOf(token, bits) * ONES | GUARDS;
    long first = guarded - rows[row + 1];
    long second = guarded - rows[row + 2];
    // One less loses its guard where the difference was nothing but the guard.
    long equal = (first ^ first - ONES | second ^ second - ONES) & GUARDS;
    if (from == FULL || equal != 0) {
      return near.pack(table, table.start(table.ring().find(token)));
    }
    return packed[(int) from + Long.bitCount(first & GUARDS | (second & GUARDS) >>> 1)];
  }

  /**
   * The bucket of a token.
   *
   * @param token any token
   * @param bits how many of its upper bits say so
   * @return at least 0
   */
  static int bucketOf(long token, int bits) {
    return (int) ((token ^ Long.MIN_VALUE) >>> -bits);
  }

  private static long laneOf(long token, int bits) {
    return token << bits >>> Long.SIZE - LANE_BITS;
  }

  /**
   * Writes the row of a bucket.
   *
   * @param rows are written to
   * @param bucket which one
   * @param tokens those of all buckets
   * @param from the first of this one's
   * @param to the first of the next one's
   * @param bits how many of a token's upper bits say in which bucket it is
   */
  static void writeRow(long[] rows, int bucket, LongPieces tokens, int from, int to, int bits) {
    int row = bucket * ROW;
    rows[row] = to - from > LANES ? FULL : from;
    rows[row + 1] = lanes(tokens, from, to, bits);
    rows[row + 2] = lanes(tokens, from + LANES_PER_NUMBER, to, bits);
  }

  private static long lanes(LongPieces tokens, int from, int to, int bits) {
    long lanes = 0;
    for (int i = 0; i < LANES_PER_NUMBER; i++) {
      long lane = from + i < to ? laneOf(tokens.get(from + i), bits) : LAST_LANE;
      lanes |= lane << LANE_WIDTH * i;
    }
    return lanes;
  }
}
