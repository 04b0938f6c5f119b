package io.peregrine.metadata;

import java.util.Arrays;
import java.util.List;

/**
 * The near replicas of each token of a ring, for one replication setting. Immutable; any thread may
 * use it.
 *
 * <p>Tokens that follow each other and have the same near replicas are one: where a third of the
 * nodes is near, it is a third of the tokens that are left. Their upper halves are enough to search
 * by; who meets one that has the same upper half as the token that is sought looks at the whole
 * ring. The search has no branch that depends on the token: buckets are so small that all tokens of
 * one are compared, and if it has more, the whole ring is looked at too.
 */
final class NearTable {
  /** Longer lists are those of keyspaces that all nodes have. */
  private static final int LONGEST_LIST = 32;

  /** So many tokens are compared at once. */
  private static final int COMPARED = 8;

  /** A bucket has fewer tokens than that, on the average. */
  private static final int MEAN = 3;

  private final ReplicaTable table;
  private final int[] uppers;
  private final long[] packed;
  private final int[] buckets;
  private final int shift;

  /**
   * What a table is written on before it is known how long it becomes; for one after the other, to
   * leave less garbage. Confined to the thread that makes them.
   */
  static final class Sheet {
    private int[] uppers = new int[0];
    private long[] packed = new long[0];

    private void fit(int length) {
      if (uppers.length < length) {
        uppers = new int[length];
        packed = new long[length];
      }
    }
  }

  private NearTable(ReplicaTable table, NearTable same) {
    this.table = table;
    uppers = same.uppers;
    packed = same.packed;
    buckets = same.buckets;
    shift = same.shift;
  }

  private NearTable(ReplicaTable table, int[] uppers, long[] packed, int count) {
    this.table = table;
    this.uppers = uppers;
    this.packed = packed;
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count / MEAN | 1);
    shift = Integer.SIZE - bits;
    buckets = new int[1 << bits];
    int position = 0;
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      while (position < count && bucketOf(uppers[position]) < bucket) {
        position++;
      }
      buckets[bucket] = position;
    }
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
    Murmur3Ring ring = (Murmur3Ring) table.ring();
    int size = ring.size();
    sheet.fit(size + COMPARED);
    int[] uppers = sheet.uppers;
    long[] packed = sheet.packed;
    int count = 0;
    long first = near.pack(table, table.start(0));
    long here = first;
    for (int i = 0; i < size; i++) {
      // After the last token come the replicas of the first.
      long next = i + 1 == size ? first : near.pack(table, table.start(i + 1));
      if (next != here) {
        uppers[count] = upper(ring.value(i));
        packed[count++] = here;
      }
      here = next;
    }
    int length = count + COMPARED;
    Arrays.fill(uppers, count, length, Integer.MAX_VALUE);
    Arrays.fill(packed, count, length, first);
    for (NearTable other : others) {
      if (Arrays.equals(other.packed, 0, other.packed.length, packed, 0, length)
          && Arrays.equals(other.uppers, 0, other.uppers.length, uppers, 0, length)) {
        return new NearTable(table, other);
      }
    }
    return new NearTable(
        table, Arrays.copyOf(uppers, length), Arrays.copyOf(packed, length), count);
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
    int upper = upper(token);
    int from = buckets[bucketOf(upper)];
    int position = from + countBefore(upper, from);
    if (position == from + COMPARED || uppers[position] == upper) {
      return near.pack(table, table.start(table.ring().find(token)));
    }
    return packed[position];
  }

  /** How many of the next tokens come before one: the sign of each difference says that. */
  private int countBefore(long upper, int from) {
    long count = 0;
    for (int i = 0; i < COMPARED; i++) {
      count += uppers[from + i] - upper >>> Long.SIZE - 1;
    }
    return (int) count;
  }

  private int bucketOf(int upper) {
    return (upper ^ Integer.MIN_VALUE) >>> shift;
  }

  private static int upper(long token) {
    return (int) (token >> Integer.SIZE);
  }
}
