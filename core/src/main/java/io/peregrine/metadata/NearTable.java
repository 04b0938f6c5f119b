package io.peregrine.metadata;

import java.util.Arrays;
import java.util.List;

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
  /** Longer lists are those of keyspaces that all nodes have. */
  private static final int LONGEST_LIST = 32;

  /** So many tokens are compared. */
  private static final int LANES = 8;

  private static final int LANES_PER_NUMBER = 4;
  private static final int LANE_BITS = 15;
  private static final int LANE_WIDTH = 16;
  private static final int LAST_LANE = (1 << LANE_BITS) - 1;

  /** The lowest bit of each lane, and the one above it, which no token has. */
  private static final long ONES = 0x0001_0001_0001_0001L;

  private static final long GUARDS = ONES << LANE_BITS;

  /** A bucket has fewer tokens than that, on the average. */
  private static final int MEAN = 3;

  /** A row: how many tokens are in the buckets before, and two numbers of lanes. */
  private static final int ROW = 3;

  /** The beginning of a bucket that has too many tokens. */
  private static final long FULL = -1;

  private final ReplicaTable table;
  private final long[] rows;
  private final int bits;

  /** The near replicas of each token, and then those of what comes after the last. */
  private final long[] packed;

  /**
   * What a table is written on before it is known how long it becomes; for one after the other, to
   * leave less garbage. Confined to the thread that makes them.
   */
  static final class Sheet {
    private final Pace pace;
    private long[] tokens = new long[0];
    private long[] packed = new long[0];
    private long[] rows = new long[0];
    private int count;

    /**
     * A blank one.
     *
     * @param pace is told how far it has come
     */
    Sheet(Pace pace) {
      this.pace = pace;
    }

    /** Writes down the last token of those that have the same near replicas, and these. */
    private void write(ReplicaTable table, NearReplicas near) {
      Murmur3Ring ring = (Murmur3Ring) table.ring();
      int size = ring.size();
      if (tokens.length < size) {
        tokens = new long[size];
        pace.did(size);
        packed = new long[size + 1];
        pace.did(size);
      }
      count = 0;
      long first = near.pack(table, table.start(0));
      long here = first;
      for (int i = 0; i < size; i++) {
        // After the last token come the replicas of the first.
        long next = i + 1 == size ? first : near.pack(table, table.start(i + 1));
        if (next != here) {
          tokens[count] = ring.value(i);
          packed[count++] = here;
        }
        here = next;
        pace.did(1);
      }
      packed[count] = first;
    }

    private int bits() {
      return Integer.SIZE - Integer.numberOfLeadingZeros(count / MEAN | 1);
    }

    /** Writes the row of each bucket, and says how long all are. */
    private int writeRows() {
      int bits = bits();
      int length = ROW << bits;
      if (rows.length < length) {
        rows = new long[length];
      }
      int from = 0;
      for (int bucket = 0; bucket < 1 << bits; bucket++) {
        int to = from;
        while (to < count && bucketOf(tokens[to], bits) == bucket) {
          to++;
        }
        rows[bucket * ROW] = to - from > LANES ? FULL : from;
        rows[bucket * ROW + 1] = lanes(from, to, bits);
        rows[bucket * ROW + 2] = lanes(from + LANES_PER_NUMBER, to, bits);
        pace.did(1 + to - from);
        from = to;
      }
      return length;
    }

    private long lanes(int from, int to, int bits) {
      long lanes = 0;
      for (int i = 0; i < LANES_PER_NUMBER; i++) {
        long lane = from + i < to ? laneOf(tokens[from + i], bits) : LAST_LANE;
        lanes |= lane << LANE_WIDTH * i;
      }
      return lanes;
    }
  }

  private NearTable(ReplicaTable table, long[] rows, int bits, long[] packed) {
    this.table = table;
    this.rows = rows;
    this.bits = bits;
    this.packed = packed;
  }

  /** Whether there can be a table: only for Murmur3, and not where everybody is a replica. */
  static boolean isWorthwhile(ReplicaTable table) {
    return table.ring() instanceof Murmur3Ring && !table.isEmpty() && table.size() <= LONGEST_LIST;
  }

  /**
   * Makes a table.
   *
   * @param table the replicas
   * @param near says which of them are near
   * @param others tables of the same nodes; if one says the same, they share it
   * @param sheet is written on
   * @return the table
   */
  static NearTable of(ReplicaTable table, NearReplicas near, List<NearTable> others, Sheet sheet) {
    sheet.write(table, near);
    int length = sheet.writeRows();
    int count = sheet.count + 1;
    for (NearTable other : others) {
      // Tokens that differ in the bits alone that no lane has are looked for in the own ring.
      if (Arrays.equals(other.packed, 0, other.packed.length, sheet.packed, 0, count)
          && Arrays.equals(other.rows, 0, other.rows.length, sheet.rows, 0, length)) {
        return new NearTable(table, other.rows, other.bits, other.packed);
      }
    }
    sheet.pace.did(count);
    long[] rows = Arrays.copyOf(sheet.rows, length);
    sheet.pace.did(count);
    return new NearTable(table, rows, sheet.bits(), Arrays.copyOf(sheet.packed, count));
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

  private static int bucketOf(long token, int bits) {
    return (int) ((token ^ Long.MIN_VALUE) >>> -bits);
  }

  private static long laneOf(long token, int bits) {
    return token << bits >>> Long.SIZE - LANE_BITS;
  }
}
