package io.peregrine.bench.rig;

/** What is asked for, and what the answer must come to. Constants: any thread may use them. */
public enum Shape {
  /** One row of about 100 bytes. */
  ROW(Ticks.SELECT_TICKS, 1, 0, Ticks.SINGLE_ROWS),
  /** A page of 100 rows of about 100 bytes. */
  PAGE(Ticks.SELECT_TICKS, 100, Ticks.SINGLE_ROWS, 1),
  /** A page of 5,000 rows of four numbers. */
  SCAN(Ticks.SELECT_NUMBERS, 5000, Ticks.SINGLE_ROWS + 1, 1),
  /** One row to write; the answer is empty. */
  WRITE(Ticks.INSERT, 0, 1_000_000, 1 << 20);

  private final String query;
  private final int rows;
  private final long firstKey;
  private final int keys;

  Shape(String query, int rows, long firstKey, int keys) {
    this.query = query;
    this.rows = rows;
    this.firstKey = firstKey;
    this.keys = keys;
  }

  /**
   * What to prepare.
   *
   * @return the text
   */
  public String query() {
    return query;
  }

  /**
   * How many rows each answer has.
   *
   * @return at least 0
   */
  public int rows() {
    return rows;
  }

  /**
   * The key of a request.
   *
   * @param request the request's number, from 0 on
   * @return a key that there is data for, or that may be written to
   */
  public long key(long request) {
    return firstKey + (request & keys - 1);
  }

  /**
   * What the cells of an answer come to, by {@link Ticks#tick} or {@link Ticks#numbers}.
   *
   * @return 0 if the answer is empty
   */
  public long checksum() {
    long sum = 0;
    for (int seq = 0; seq < rows; seq++) {
      sum +=
          this == SCAN
              ? Ticks.numbers(seq, Ticks.size(seq), Ticks.ts(seq), Ticks.price(seq))
              : Ticks.tick(
                  Ticks.size(seq), Ticks.ts(seq), Ticks.price(seq), Ticks.text(Ticks.VENUE));
    }
    return sum;
  }
}
