package io.peregrine.metadata;

import java.util.Arrays;

/**
 * The near replicas of each token of a ring, for one replication setting. Immutable; any thread may
 * use it.
 *
 * <p>Tokens that follow each other and have the same near replicas are one: where a third of the
 * nodes is near, it is a third of the tokens that are left. A token's upper bits say in which
 * bucket it is, and the {@value #LANE_BITS} bits below them where in the bucket. These are enough
 * to search by, and so short that a bucket's tokens stand in a number and a half, each in a lane of
 * its own, and one subtraction compares a number's four. A bucket of more than {@value #LANES}
 * tokens has them in a list. Who meets a token with the same bits as the one that is sought looks
 * at the whole ring.
 */
final class NearTable {
  /** So many tokens are compared. */
  private static final int LANES = 6;

  private static final int LANES_PER_NUMBER = 4;
  private static final int LANE_BITS = 15;
  private static final int LANE_WIDTH = 16;
  private static final int LAST_LANE = (1 << LANE_BITS) - 1;

  /** The lowest bit of each lane, and the one above it, which no token has. */
  private static final long ONES = 0x0001_0001_0001_0001L;

  private static final long GUARDS = ONES << LANE_BITS;

  /** The same where only the lower half of a number is lanes. */
  private static final long LOWER_GUARDS = GUARDS >>> Integer.SIZE;

  /**
   * A row: a number of lanes; then one with the last lanes in its lower half, and in its upper one
   * how many tokens are in the buckets before. If that is negative, the bits of that number but for
   * the sign still say so, and the lanes are where the list begins and how long it is.
   */
  static final int ROW = 2;

  private static final long CROWDED = Long.MIN_VALUE;

  private final ReplicaTable table;
  private final long[] rows;
  private final int bits;

  /** The tokens of crowded buckets. */
  private final long[] lists;

  /** The near replicas of each token, and then those of what comes after the last. */
  private final long[] packed;

  /**
   * A table.
   *
   * @param table the replicas that these are the near ones of
   * @param bits how many of a token's upper bits say in which bucket it is
   * @param rows a row for each bucket, not copied
   * @param lists the tokens of crowded buckets, not copied
   * @param packed the near replicas of each token, and then of what comes after the last; not
   *     copied
   */
  NearTable(ReplicaTable table, int bits, long[] rows, long[] lists, long[] packed) {
    this.table = table;
    this.bits = bits;
    this.rows = rows;
    this.lists = lists;
    this.packed = packed;
  }

  /**
   * Whether it says the same as what has been written.
   *
   * @param rows the rows
   * @param lists the tokens of crowded buckets
   * @param packed the near replicas
   * @return true if so
   */
  boolean says(LongPieces rows, LongPieces lists, LongPieces packed) {
    return packed.isSame(this.packed) && rows.isSame(this.rows) && lists.isSame(this.lists);
  }

  /**
   * A table of other replicas that says the same.
   *
   * @param other the other replicas
   * @return a table with the same arrays
   */
  NearTable of(ReplicaTable other) {
    return new NearTable(other, bits, rows, lists, packed);
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
    long last = rows[row + 1];
    if (last < 0) {
      return packed[(int) ((last ^ CROWDED) >>> Integer.SIZE) + countBefore(token, rows[row])];
    }
    // With the guard on top, a lane's difference keeps it unless the token comes before.
    long guarded = laneOf(token, bits) * ONES | GUARDS;
    long first = guarded - rows[row];
    long second = guarded - last;
    // One less loses its guard where the difference was nothing but the guard.
    long equal = (first ^ first - ONES) & GUARDS | (second ^ second - ONES) & LOWER_GUARDS;
    if (equal != 0) {
      return near.pack(table, table.start(table.ring().find(token)));
    }
    int before = Long.bitCount(first & GUARDS | (second & LOWER_GUARDS) >>> 1);
    return packed[(int) (last >>> Integer.SIZE) + before];
  }

  /** How many tokens of a crowded bucket come before one. */
  private int countBefore(long token, long list) {
    int from = (int) (list >>> Integer.SIZE);
    int index = Arrays.binarySearch(lists, from, from + (int) list, token);
    return (index < 0 ? ~index : index) - from;
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
   * @param rows those of the buckets before
   * @param lists the tokens of crowded buckets before
   * @param tokens those of all buckets
   * @param from the first of this one's
   * @param to the first of the next one's
   * @param bits how many of a token's upper bits say in which bucket it is
   */
  static void writeRow(
      LongPieces rows, LongPieces lists, LongPieces tokens, int from, int to, int bits) {
    long before = (long) from << Integer.SIZE;
    if (to - from <= LANES) {
      rows.add(lanes(tokens, from, to, bits, LANES_PER_NUMBER));
      int second = Math.min(to, from + LANES_PER_NUMBER);
      rows.add(before | lanes(tokens, second, to, bits, LANES - LANES_PER_NUMBER));
      return;
    }
    rows.add((long) lists.count() << Integer.SIZE | to - from);
    rows.add(CROWDED | before);
    for (int i = from; i < to; i++) {
      lists.add(tokens.get(i));
    }
  }

  private static long lanes(LongPieces tokens, int from, int to, int bits, int count) {
    long lanes = 0;
    for (int i = 0; i < count; i++) {
      long lane = from + i < to ? laneOf(tokens.get(from + i), bits) : LAST_LANE;
      lanes |= lane << LANE_WIDTH * i;
    }
    return lanes;
  }
}
