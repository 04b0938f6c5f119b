package io.peregrine;

import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.type.RowMapper;
import io.peregrine.type.RowMappers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a request gave, page by page. Not thread-safe: it belongs to one thread at a time.
 *
 * <p>Rows are taken once: iterating, {@link #one} and {@link #all} go on where the last of them has
 * stopped. When a page is used up, the next is fetched with the request's own timeout, and the
 * thread waits for it, unless it was {@linkplain #prefetch asked for ahead}. If that fails, the
 * error comes where the page's first row would have, and who goes on asks for the page again.
 */
public final class ResultSet implements Iterable<Row> {
  private final RequestRouter router;
  private ResultPage page;
  private ResponseFuture future;
  private @Nullable PageAhead ahead;

  /** Under which ids the pages before were traced. */
  private List<UUID> tracedBefore = List.of();

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
   * What the servers have recorded of the requests for the pages that this result has been through,
   * if they were traced. Asks for it each time, and waits until each is complete, as long as {@link
   * QueryTraceReader#maxWait} says.
   *
   * @return a trace for each page, the present one's last, or one for all pages that came by one
   *     request; empty if nothing was traced
   * @throws TraceUnavailableException if one is not complete in time
   */
  public List<QueryTrace> queryTraces() {
    Set<UUID> ids = new LinkedHashSet<>(tracedBefore);
    UUID present = executionInfo().tracingId();
    if (present != null) {
      ids.add(present);
    }
    List<QueryTrace> traces = new ArrayList<>();
    for (UUID id : ids) {
      traces.add(future.traces().read(id));
    }
    return traces;
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
   * Whether the present page has no rows left. There may be more on other pages, see {@link
   * #hasMorePages}.
   *
   * @return true if no row can be had without asking the server
   */
  public boolean isEmpty() {
    return page.rowsLeft() == 0;
  }

  /**
   * The rows of the present page that have not been taken. They are not taken by this.
   *
   * @return the rows, in order; none after the last
   */
  public List<Row> currentPage() {
    return page.rows();
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
    return page.pagingState();
  }

  /**
   * Where this page ends, as the server says it.
   *
   * @return bytes that mean something to the server alone; null after the last page
   */
  public byte @Nullable [] rawPagingState() {
    return page.rawPagingState();
  }

  /**
   * Asks for the next page, without waiting. This result stays as it is; a loop over it would ask
   * for that page once more.
   *
   * @return its rows, in a result of its own
   * @throws QueryExhaustedException if this is the last page
   */
  public ResponseFuture fetchNextPage() {
    if (!page.hasNext()) {
      throw new QueryExhaustedException("This is the last page; ask hasMorePages() before");
    }
    PageAhead ahead = this.ahead;
    ResponseFuture asked = ahead == null ? null : ahead.take();
    return asked == null ? router.pages().fetch(page, future.next()) : asked;
  }

  /**
   * Goes on to the next page and waits for it. What was left of this page is dropped; if the next
   * cannot be had, this page stays.
   *
   * @return false if this was the last page; then no rows are left
   * @throws io.peregrine.codec.DriverException if it cannot be fetched; a leaf class says how
   */
  public boolean nextPage() {
    if (!page.hasNext()) {
      page.drop();
      return false;
    }
    turnPage();
    return true;
  }

  /**
   * Has pages asked for before the rows before them are used up, so that there is less to wait for.
   * At most one page is asked for ahead, and once. In a session that the application drives, the
   * question goes out when the thread next waits for something, or calls {@link Session#invoke}.
   *
   * @param rowsLeft the next page is asked for when the present one has no more rows than this
   *     left; 0 to ask when the last one is taken
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public ResultSet prefetch(int rowsLeft) {
    if (rowsLeft < 0) {
      throw new IllegalArgumentException("asking ahead when " + rowsLeft + " rows are left");
    }
    PageAhead ahead = this.ahead;
    if (ahead == null) {
      ahead = new PageAhead(router);
      this.ahead = ahead;
    }
    ahead.askAt(rowsLeft);
    ahead.look(page, future, page.rowsLeft());
    return this;
  }

  /**
   * The next page, which must be there, in a result of its own; waits for it, and for room to ask.
   */
  ResultSet awaitNextPage() {
    return router.pages().fetchAndWait(page, future.next());
  }

  /** What a decoder has made of the page; null if none has read it. */
  @Nullable Object decoded() {
    return page.decoded();
  }

  /** Nobody wants the rows that are left; what would come by itself is not to come. */
  void abandon() {
    page.drop();
    StreamedPages behind = page.behind();
    if (behind != null) {
      behind.cancel();
    }
  }

  private void turnPage() {
    PageAhead ahead = this.ahead;
    ResultSet next = ahead == null ? awaitNextPage() : ahead.await(page, future);
    UUID traced = future.executionInfo().tracingId();
    if (traced != null && !tracedBefore.contains(traced)) {
      if (tracedBefore.isEmpty()) {
        tracedBefore = new ArrayList<>();
      }
      tracedBefore.add(traced);
    }
    page = next.page;
    future = next.future;
  }

  /**
   * The next row.
   *
   * @return the row, or null if there are no more
   */
  public @Nullable Row one() {
    if (!hasRow()) {
      return null;
    }
    PageAhead ahead = this.ahead;
    if (ahead != null) {
      ahead.look(page, future, page.rowsLeft() - 1);
    }
    return page.nextRow();
  }

  /** Whether there is another row; fetches pages until there is, or there are no more. */
  private boolean hasRow() {
    while (page.rowsLeft() == 0) {
      if (!page.hasNext()) {
        return false;
      }
      turnPage();
    }
    return true;
  }

  /**
   * All rows that are left, of all pages, which are in memory at the same time then. Of more pages
   * than one the log warns, once a minute at most.
   *
   * @return the rows, in order; those that were taken before are not among them
   */
  public List<Row> all() {
    onMaterialising();
    List<Row> rows = new ArrayList<>(availableWithoutFetching());
    for (Row row = one(); row != null; row = one()) {
      rows.add(row);
    }
    return rows;
  }

  void onMaterialising() {
    if (page.hasNext()) {
      router.materialising().onMorePages(router.nanoTime());
    }
  }

  /**
   * The rows that are left as objects of a class: as the profile says that the request went by, see
   * {@link ExecutionProfile.Builder#rowMapper}, and if it does not, as records, see {@link
   * RowMappers#records}.
   *
   * @param as the class
   * @param <R> that class
   * @return what takes the rows from this result, page by page as this does
   * @throws io.peregrine.type.MappingException if the columns do not fit the record, or it is none
   */
  public <R> MappedRows<R> map(Class<R> as) {
    return map(future.defaults().rowMapper(as));
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
   * Whether a write took effect: what the server says in the first column, {@code [applied]}, of
   * the answer to a conditional one, whether the row has been taken or not. A write without a
   * condition gives no columns, and has taken effect.
   *
   * @return true if it has
   * @throws IllegalStateException if the result does not tell: it has other columns, or not exactly
   *     one row; a batch may give several, if they say the same
   */
  public boolean wasApplied() {
    return ConditionalAnswer.isApplied(page, future.statement() instanceof BatchStatement);
  }

  /**
   * The rows that are left, as a stream. It takes rows from this result, and fetches pages, as a
   * loop does.
   *
   * <p>A parallel stream shares the rows of the present page between its threads; those of the
   * pages behind go to one of them, one page at a time. What it does with rows runs on threads that
   * may wait; but on a thread of the driver, where a page that is not there cannot be waited for,
   * it is not shared before the last page, and fails with {@link BlockingCallException} when it
   * needs another page.
   *
   * @return a sequential stream, in order
   */
  public Stream<Row> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /**
   * The rows that are left, in order: see {@link #stream}. Their number is known on the last page.
   *
   * @return what takes rows from this result
   */
  @Override
  public Spliterator<Row> spliterator() {
    return new RowSpliterator(new Source(), router.patience());
  }

  /** Keeps what spliterators need out of the public interface. */
  private final class Source implements RowSource {
    @Override
    public ResultPage page() {
      return page;
    }

    @Override
    public boolean isLastPage() {
      return !page.hasNext();
    }

    @Override
    public @Nullable Row one() {
      return ResultSet.this.one();
    }

    @Override
    public void onTaken() {
      PageAhead ahead = ResultSet.this.ahead;
      if (ahead != null) {
        ahead.look(page, future, page.rowsLeft());
      }
    }
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
