package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.type.RowMapper;
import io.peregrine.type.RowMappers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a request gave, page by page. Not thread-safe: it belongs to one thread at a time.
 *
 * <p>Rows are taken once: iterating, {@link #one} and {@link #all} go on where the last of them has
 * stopped. When a page is used up, the next is fetched with the request's own timeout, and the
 * thread waits for it.
 */
public final class ResultSet implements Iterable<Row> {
  private final RequestRouter router;
  private ResultPage page;
  private ResponseFuture future;

  /**
   * @param future what has brought the page
   */
  ResultSet(ResultPage page, RequestRouter router, ResponseFuture future) {
    this.page = page;
    this.router = router;
    this.future = future;
  }

  /**
   * How the page was had that this result stands on.
   *
   * @return which node gave it, after what, and what it said beside the rows
   */
  public ExecutionInfo executionInfo() {
    return future.executionInfo();
  }

  /**
   * Whether all nodes know of the change, if the request has changed the schema.
   *
   * @return false if they did not come to know it while the driver waited for that
   */
  public boolean isSchemaAgreed() {
    return future.isSchemaAgreed();
  }

  /**
   * The columns.
   *
   * @return name and type of each; empty if the request gives no rows
   */
  public ColumnDefinitions columnDefinitions() {
    return page.columnDefinitions();
  }

  /**
   * How many rows can be had without asking the server.
   *
   * @return at least 0
   */
  public int availableWithoutFetching() {
    return page.rowsLeft();
  }

  /**
   * Whether the server has more rows than this page.
   *
   * @return true if another page can be fetched
   */
  public boolean hasMorePages() {
    return page.hasNext();
  }

  /**
   * Where this page ends, to go on from there in another request for the same rows.
   *
   * @return a state that can be kept as text, and that no other query takes; null after the last
   *     page
   */
  public @Nullable PagingState pagingState() {
    byte[] raw = page.pagingState();
    return raw == null ? null : PagingState.of(raw, page.nextRequest(), page.pinned());
  }

  /**
   * Where this page ends, as the server says it.
   *
   * @return bytes that mean something to the server alone; null after the last page
   */
  public byte @Nullable [] rawPagingState() {
    return page.pagingState();
  }

  /**
   * Asks for the next page, without waiting.
   *
   * @return its rows, in a result of its own
   * @throws QueryExhaustedException if this is the last page
   */
  public ResponseFuture fetchNextPage() {
    if (!page.hasNext()) {
      throw new QueryExhaustedException("This is the last page; ask hasMorePages() before");
    }
    return router.fetch(page, future.next());
  }

  /**
   * The next row.
   *
   * @return the row, or null if there are no more
   */
  public @Nullable Row one() {
    return hasRow() ? page.nextRow() : null;
  }

  /** Whether there is another row; fetches pages until there is, or there are no more. */
  private boolean hasRow() {
    while (page.rowsLeft() == 0) {
      if (!page.hasNext()) {
        return false;
      }
      ResultSet next = router.fetchAndWait(page, future.next());
      page = next.page;
      future = next.future;
    }
    return true;
  }

  /**
   * All rows that are left, of all pages.
   *
   * @return the rows, in order
   */
  public List<Row> all() {
    List<Row> rows = new ArrayList<>(availableWithoutFetching());
    for (Row row = one(); row != null; row = one()) {
      rows.add(row);
    }
    return rows;
  }

  /**
   * The rows that are left as records: see {@link RowMappers#records}.
   *
   * @param as a record
   * @param <R> that record
   * @return what takes the rows from this result, page by page as this does
   * @throws io.peregrine.type.MappingException if the columns do not fit the record
   */
  public <R> MappedRows<R> map(Class<R> as) {
    return map(RowMappers.records(as));
  }

  /**
   * The rows that are left as what a mapper makes of them.
   *
   * @param mapper makes an object of each
   * @param <R> what it makes
   * @return what takes the rows from this result, page by page as this does
   * @throws io.peregrine.codec.DriverException if the columns do not fit the mapper
   */
  public <R> MappedRows<R> map(RowMapper<R> mapper) {
    return new MappedRows<>(this, mapper, router.defaults().codecs());
  }

  /**
   * Whether a conditional write took effect.
   *
   * @return what the first row says in its column {@code [applied]}; true if there is no such
   *     column
   */
  public boolean wasApplied() {
    ResultPage page = this.page;
    int applied = page.columnDefinitions().indexOf("\"[applied]\"");
    if (applied < 0) {
      return true;
    }
    Row first = page.firstRow();
    return first == null || first.getBoolean(applied);
  }

  @Override
  public Iterator<Row> iterator() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return hasRow();
      }

      @Override
      public Row next() {
        Row row = one();
        if (row == null) {
          throw new NoSuchElementException("there are no more rows");
        }
        return row;
      }
    };
  }
}
