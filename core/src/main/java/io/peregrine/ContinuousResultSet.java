package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.ColumnDefinitions;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a request in continuous paging. Not thread-safe: it belongs to one thread at a time,
 * but for {@link #cancel}, {@link #close} and {@link #isStreaming}, which any thread may call.
 *
 * <p>Pages come without being asked for, and wait in a queue of the size that the options say. Rows
 * are taken once; when no page is there, the thread waits for one. A failure comes behind the pages
 * that had come before it.
 */
public final class ContinuousResultSet implements Iterable<Row>, AutoCloseable {
  private final PageStream stream;
  private final RequestRouter router;
  private final Patience patience;
  private ResultPage page = ResultPage.empty();
  private @Nullable ExecutionInfo info;
  private boolean isLast;

  private ContinuousResultSet(PageStream stream, RequestRouter router, Patience patience) {
    this.stream = stream;
    this.router = router;
    this.patience = patience;
  }

  /** The rows of a request that was offered, once the first page is there. */
  static ContinuousResultSet of(PageStream stream, RequestRouter router, Patience patience) {
    ContinuousResultSet result = new ContinuousResultSet(stream, router, patience);
    try {
      result.goToNextPage();
    } catch (DriverException e) {
      stream.cancel();
      throw e;
    }
    return result;
  }

  /**
   * How the page was had that the last row was taken from.
   *
   * @return which node gave it, and what it said beside the rows; the tracing id is that of the
   *     request, whichever page has told it, and the time is that from the offer to this page
   */
  public ExecutionInfo executionInfo() {
    ExecutionInfo info = this.info;
    // Without a page there was an answer that is none.
    return info == null ? stream.info().last() : info;
  }

  /**
   * The columns.
   *
   * @return name and type of each
   */
  public ColumnDefinitions columnDefinitions() {
    return page.columnDefinitions();
  }

  /**
   * Whether the server may still have pages to send.
   *
   * @return false once the last one has come, it has failed, or it was cancelled; there may be rows
   *     to take all the same
   */
  public boolean isStreaming() {
    return stream.queue().end() == null;
  }

  /**
   * Where the page ends that the last row was taken from, if the server has ended with it because
   * of {@link ContinuousPagingOptions#maxPages} and has more: to go on from there in another
   * request for the same rows.
   *
   * @return the state; null if this page is not the last, or no row is left behind it
   */
  public @Nullable PagingState pagingState() {
    return page.pagingState();
  }

  /**
   * The next row. Waits for it if need be.
   *
   * @return the row, or null if there are no more
   * @throws DriverException if the request has failed; a leaf class says how
   */
  public @Nullable Row one() {
    return hasRow() ? page.nextRow() : null;
  }

  private boolean hasRow() {
    if (stream.queue().end() == PageQueue.CANCELLED) {
      return false;
    }
    while (page.rowsLeft() == 0) {
      if (!goToNextPage()) {
        return false;
      }
    }
    return true;
  }

  private boolean goToNextPage() {
    PageQueue queue = stream.queue();
    while (true) {
      // In this order: what has ended by now has put all of its pages.
      PageQueue.End end = queue.end();
      PageQueue.Arrival next = stream.take();
      if (next != null) {
        page = next.rows();
        info = next.info();
        isLast = next.isLast();
        return true;
      }
      if (end != null) {
        if (end.error() != null) {
          patience.await(CompletableFuture.failedFuture(end.error()));
        }
        return false;
      }
      router.begin("Waiting for a page");
      patience.await(queue.arrival());
    }
  }

  /**
   * Tells the server to send nothing more. Rows that were not taken are dropped, and there are no
   * others. Does not wait for the server, whose stream id is free again when it has answered.
   *
   * @throws ContinuousPagingException if there is nothing to cancel: the last page has come, the
   *     request has failed, or it was cancelled before
   */
  public void cancel() {
    if (!stream.cancel()) {
      throw new ContinuousPagingException(
          "There is nothing to cancel: the last page has come, or the request has failed or was"
              + " cancelled before; ask isStreaming(), or call close(), which may come late");
    }
  }

  /** Cancels the request if it has not ended. May be called more than once. */
  @Override
  public void close() {
    stream.cancel();
  }

  /**
   * The rows that are left, in order, for a stream. As that of {@link ResultSet#stream}, a parallel
   * one shares the rows of the page that is being taken, and on a thread of the driver, before the
   * last page, nothing.
   *
   * @return what takes rows from this result
   */
  @Override
  public Spliterator<Row> spliterator() {
    return new RowSpliterator(new Source(), patience);
  }

  /** Keeps what spliterators need out of the public interface. */
  private final class Source implements RowSource {
    @Override
    public ResultPage page() {
      return stream.queue().end() == PageQueue.CANCELLED ? ResultPage.empty() : page;
    }

    @Override
    public boolean isLastPage() {
      // Only then nobody can drop its rows any more.
      return isLast && stream.queue().end() == PageQueue.COMPLETE;
    }

    @Override
    public @Nullable Row one() {
      return ContinuousResultSet.this.one();
    }

    @Override
    public void onTaken() {
      // The next page comes by itself.
    }
  }

  @Override
  public Iterator<Row> iterator() {
    return new Iterator<>() {
      private boolean promised;

      @Override
      public boolean hasNext() {
        promised = hasRow();
        return promised;
      }

      @Override
      public Row next() {
        // Another thread may have cancelled since, and what was promised is still here.
        Row row = promised && page.rowsLeft() > 0 ? page.nextRow() : one();
        promised = false;
        if (row == null) {
          throw new NoSuchElementException("there are no more rows");
        }
        return row;
      }
    };
  }
}
