package io.peregrine.bench.rig;

/**
 * The data that every driver asks for and writes, and what it must find in it. Constants and pure
 * functions: any thread may use it.
 *
 * <p>The check of an answer is a sum over its cells that costs next to nothing, but cannot be had
 * without reading each of them.
 */
public final class Ticks {
  /** The keyspace. */
  public static final String KEYSPACE = "rig";

  /** The table, with its keyspace. */
  public static final String TABLE = KEYSPACE + ".ticks";

  /** Reads a partition: int, bigint, double and text, about 100 bytes a row. */
  public static final String SELECT_TICKS =
      "SELECT size, ts, price, venue FROM " + TABLE + " WHERE id = ?";

  /** Reads a partition: int, int, bigint and double. */
  public static final String SELECT_NUMBERS =
      "SELECT seq, size, ts, price FROM " + TABLE + " WHERE id = ?";

  /** Writes one row of five values. */
  public static final String INSERT =
      "INSERT INTO " + TABLE + " (id, seq, size, ts, price, venue) VALUES (?, 0, ?, ?, ?, ?)";

  /** The text of every row: 64 characters of ASCII. */
  public static final String VENUE =
      "EAST-COAST/MATCHING-ENGINE-07/CONTINUOUS-TRADING/LOT-ROUND/USD-2";

  /** How many partitions have one row; their keys begin at 0. */
  public static final int SINGLE_ROWS = 1024;

  private static final long FIRST_TS = 1_794_819_600_000L;
  private static final double FIRST_PRICE = 50.25;
  private static final int FIRST_SIZE = 100;

  private Ticks() {}

  /**
   * The size of a row.
   *
   * @param seq the row's number in its partition, from 0 on
   * @return the value
   */
  public static int size(int seq) {
    return FIRST_SIZE + seq;
  }

  /**
   * The time of a row.
   *
   * @param seq the row's number in its partition, from 0 on
   * @return the value
   */
  public static long ts(int seq) {
    return FIRST_TS + seq;
  }

  /**
   * The price of a row.
   *
   * @param seq the row's number in its partition, from 0 on
   * @return the value
   */
  public static double price(int seq) {
    return FIRST_PRICE + seq;
  }

  /**
   * What the cells of one row come to.
   *
   * @param size its size
   * @param ts its time
   * @param price its price
   * @param venue {@link #text} of its venue
   * @return a number to add to those of other rows
   */
  public static long tick(int size, long ts, double price, int venue) {
    return size + 3 * ts + 7 * (long) (price * 4) + 11L * venue;
  }

  /**
   * What the cells of one row of numbers come to.
   *
   * @param seq its number
   * @param size its size
   * @param ts its time
   * @param price its price
   * @return a number to add to those of other rows
   */
  public static long numbers(int seq, int size, long ts, double price) {
    return seq + 3L * size + 5 * ts + 7 * (long) (price * 4);
  }

  /**
   * What a text comes to.
   *
   * @param length how long it is
   * @param first its first character
   * @param last its last character
   * @return a number for {@link #tick}
   */
  public static int text(int length, int first, int last) {
    return (length << 16) + (first << 8) + last;
  }

  /**
   * What a text comes to.
   *
   * @param text not empty
   * @return a number for {@link #tick}
   */
  public static int text(String text) {
    return text(text.length(), text.charAt(0), text.charAt(text.length() - 1));
  }
}
