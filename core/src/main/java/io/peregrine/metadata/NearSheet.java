package io.peregrine.metadata;

import java.util.List;

/**
 * What tables of near replicas are written on before it is known how long they become; for one
 * after the other, to leave less garbage. Confined to the thread that makes them.
 */
final class NearSheet {
  /** Longer lists are those of keyspaces that all nodes have. */
  private static final int LONGEST_LIST = 32;

  /** A bucket has fewer tokens than that, on the average. */
  private static final int MEAN = 3;

  private final NearReplicas near;
  private final Pace pace;

  /** The last token of those that have the same near replicas, and these. */
  private final LongPieces tokens = new LongPieces();

  private final LongPieces packed = new LongPieces();

  /** The rows, and the tokens of crowded buckets. */
  private final LongPieces rows = new LongPieces();

  private final LongPieces lists = new LongPieces();

  /**
   * A blank one.
   *
   * @param near says which replicas are near
   * @param pace is told how far it has come
   */
  NearSheet(NearReplicas near, Pace pace) {
    this.near = near;
    this.pace = pace;
  }

  /** Whether there can be a table: only for Murmur3, and not where everybody is a replica. */
  static boolean isWorthwhile(ReplicaTable table) {
    return table.ring() instanceof Murmur3Ring && !table.isEmpty() && table.size() <= LONGEST_LIST;
  }

  /**
   * Makes a table.
   *
   * @param table the replicas
   * @param others tables of the same nodes; if one says the same, they share it
   * @return the table
   */
  NearTable write(ReplicaTable table, List<NearTable> others) {
    writeTokens(table);
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(tokens.count() / MEAN | 1);
    writeRows(bits);
    for (NearTable other : others) {
      // Tokens that differ in the bits alone that no lane has are looked for in the own ring.
      if (other.says(rows, lists, packed)) {
        return other.of(table);
      }
    }
    return new NearTable(
        table, bits, rows.toArray(pace), lists.toArray(pace), packed.toArray(pace));
  }

  private void writeTokens(ReplicaTable table) {
    Murmur3Ring ring = (Murmur3Ring) table.ring();
    tokens.clear();
    packed.clear();
    long first = near.pack(table, table.start(0));
    long here = first;
    int size = ring.size();
    for (int i = 0; i < size; i++) {
      // After the last token come the replicas of the first.
      long next = i + 1 == size ? first : near.pack(table, table.start(i + 1));
      if (next != here) {
        tokens.add(ring.value(i));
        packed.add(here);
      }
      here = next;
      pace.did(1);
    }
    packed.add(first);
  }

  private void writeRows(int bits) {
    rows.clear();
    lists.clear();
    int from = 0;
    for (int bucket = 0; bucket < 1 << bits; bucket++) {
      int to = from;
      while (to < tokens.count() && NearTable.bucketOf(tokens.get(to), bits) == bucket) {
        to++;
      }
      NearTable.writeRow(rows, lists, tokens, from, to, bits);
      pace.did(1 + to - from);
      from = to;
    }
  }
}
