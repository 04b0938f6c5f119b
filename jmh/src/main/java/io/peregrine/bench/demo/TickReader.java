package io.peregrine.bench.demo;

import io.peregrine.ResultSet;
import io.peregrine.Row;
import io.peregrine.Session;
import java.util.Objects;

/**
 * Reads every tick back, partition by partition and page by page, through the convenient API.
 * Confined to the application thread, but for {@link #rows()}.
 */
final class TickReader {
  /** How many rows come in one answer. */
  static final int PAGE_SIZE = 500;

  private final Session session;
  private final Market market;
  private volatile long rows;
  private long pages;
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

  long pages() {
    return pages;
  }

  long checksum() {
    return checksum;
  }

  private void readPartition(String symbol, int day) {
    ResultSet page = session.execute(market.selectDay(symbol, day).setPageSize(PAGE_SIZE));
    readPage(page);
    while (page.hasMorePages()) {
      page = page.fetchNextPage().join();
      readPage(page);
    }
  }

  private void readPage(ResultSet page) {
    long read = 0;
    long sum = 0;
    for (int left = page.availableWithoutFetching(); left > 0; left--) {
      Row row = Objects.requireNonNull(page.one());
      sum +=
          TickTape.checksum(
              Objects.requireNonNull(row.getString(0)),
              row.getInt(1),
              row.getLong(2),
              row.getDouble(3),
              row.getInt(4),
              Objects.requireNonNull(row.getString(5)));
      read++;
    }
    checksum += sum;
    pages++;
    rows += read;
  }
}
