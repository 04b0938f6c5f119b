package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
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
  private final boolean schemaAgreed;

  ResultSet(ResultPage page, RequestRouter router) {
    this(page, router, true);
  }

  /**
   * @param schemaAgreed whether all nodes know of the change of the schema, if it was one
   */
  ResultSet(ResultPage page, RequestRouter router, boolean schemaAgreed) {
    this.page = page;
    this.router = router;
    this.schemaAgreed = schemaAgreed;
  }

  /**
   * Whether all nodes know of the change, if the request has changed the schema.
   *
   * @return false if they did not come to know it while the driver waited for that
   */
  public boolean isSchemaAgreed() {
    return schemaAgreed;
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
   * Where this page ends, to go on from there in another request.
   *
   * @return bytes that mean something to the server alone; null after the last page
   */
  public byte @Nullable [] pagingState() {
    return page.pagingState();
  }

  /**
   * Asks for the next page, without waiting.
   *
   * @return its rows, in a result of its own
   * @throws IllegalStateException if this is the last page
   */
  public ResponseFuture fetchNextPage() {
    if (!page.hasNext()) {
      throw new IllegalStateException("this is the last page; ask hasMorePages() before");
    }
    return router.fetch(page);
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
      page = router.fetchAndWait(page).page;
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
