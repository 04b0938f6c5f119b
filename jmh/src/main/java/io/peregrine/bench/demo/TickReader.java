package io.peregrine.bench.demo;

import io.peregrine.Row;
import io.peregrine.Session;
import java.util.Objects;

/**
 * Reads every tick back, partition by partition and page by page, through the convenient API: the
 * loop over the rows asks for the next page when one is used up. Confined to the application
 * thread, but for {@link #rows()}.
 */
final class TickReader {
  /** How many rows come in one answer. */
  static final int PAGE_SIZE = 500;

  private final Session session;
  private final Market market;
  private volatile long rows;
  private long checksum;

  TickReader(Session session, Market market) {
    this.session = session;
    this.market = market;
  }

  void run() {
    for (int day = 0; day < TickTape.DAYS; day++) {
      for (String symbol : TickTape.symbols()) {
        readPartition(symbol, TickTape.dayAt(day));
      }
    }
  }

  /** How many rows have been read; any thread may ask. */
  long rows() {
    return rows;
  }

  long checksum() {
    return checksum;
  }

  private void readPartition(String symbol, int day) {
    long read = rows;
    for (Row row : session.execute(market.selectDay(symbol, day).setPageSize(PAGE_SIZE))) {
      checksum +=
          TickTape.checksum(
              Objects.requireNonNull(row.getString(0)),
              row.getInt(1),
              row.getLong(2),
              row.getDouble(3),
              row.getInt(4),
              Objects.requireNonNull(row.getString(5)));
      read++;
      rows = read;
    }
  }
}
