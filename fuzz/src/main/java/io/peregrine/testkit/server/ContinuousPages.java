package io.peregrine.testkit.server;

import static io.peregrine.testkit.server.RequestMatcher.where;
import static io.peregrine.testkit.server.RowsBuilder.rows;

import com.datastax.dse.protocol.internal.request.Revise;
import com.datastax.dse.protocol.internal.request.query.DseQueryOptions;
import com.datastax.oss.protocol.internal.Message;
import com.datastax.oss.protocol.internal.ProtocolConstants.DataType;
import com.datastax.oss.protocol.internal.ProtocolConstants.ErrorCode;
import com.datastax.oss.protocol.internal.request.Execute;
import com.datastax.oss.protocol.internal.request.Query;
import com.datastax.oss.protocol.internal.request.query.QueryOptions;
import com.datastax.oss.protocol.internal.response.Error;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Continuous paging as DSE has it: pages that nobody asks for one by one, no more of them at a time
 * than the client says it can take (DSE_V2), until the last, an error, or a cancel. Thread-safe.
 *
 * <pre>{@code
 * ContinuousPages pages = new ContinuousPages(20, n -> rows(columns).row(int32(n)));
 * pages.serve(server, query("SELECT all"));
 * }</pre>
 */
public final class ContinuousPages {
  private static final int CANCEL = 1;
  private static final int NO_LIMIT = Integer.MAX_VALUE;
  private static final Columns STATUS = Columns.of("", "").and("[status]", DataType.BOOLEAN);

  private final int count;
  private final IntFunction<RowsBuilder> page;
  private final List<PageStream> streams = new CopyOnWriteArrayList<>();
  private final List<Revise> revisions = new CopyOnWriteArrayList<>();
  private volatile @Nullable ScriptedServer server;
  private volatile int stopBefore = NO_LIMIT;
  private volatile Responder stop = Exchange::silence;
  private volatile boolean stopEnds;
  private volatile boolean endsAfterCancel = true;
  private volatile boolean heedsClient = true;

  /**
   * A result of some pages.
   *
   * @param count how many there are
   * @param page makes each of them, by its number, from 1 on; called by the server's threads
   */
  public ContinuousPages(int count, IntFunction<RowsBuilder> page) {
    this.count = count;
    this.page = page;
  }

  /**
   * Answers some requests with the pages, and what revises them.
   *
   * @param server the server, which must speak DSE_V1 or DSE_V2
   * @param matcher which requests
   * @return this
   */
  public ContinuousPages serve(ScriptedServer server, RequestMatcher matcher) {
    this.server = server;
    server.on(matcher, this::begin);
    server.on(where(frame -> frame.message instanceof Revise), this::revise);
    return this;
  }

  /**
   * Does something else in the place of a page, and nothing after it.
   *
   * @param number the page's number
   * @param responder what to do; silence, for example
   * @return this
   */
  public ContinuousPages insteadOf(int number, Responder responder) {
    stopEnds = false;
    stop = responder;
    stopBefore = number;
    return this;
  }

  /**
   * Answers with an error in the place of a page.
   *
   * @param number the page's number
   * @param error the error
   * @return this
   */
  public ContinuousPages failAt(int number, Message error) {
    insteadOf(number, exchange -> exchange.reply(error));
    stopEnds = true;
    return this;
  }

  /** Goes on with the page that something else was done for. */
  public void goOn() {
    goOnUpTo(NO_LIMIT);
  }

  /**
   * Goes on with the page that something else was done for, and does the same for a later one.
   *
   * @param number that page's number; the same as before does it for that one once more
   */
  public void goOnUpTo(int number) {
    stopBefore = number;
    streams.forEach(PageStream::goOnAgain);
  }

  /**
   * Sends nothing on a stream that was cancelled, not even an error at its end.
   *
   * @return this
   */
  public ContinuousPages sayNothingAfterCancel() {
    endsAfterCancel = false;
    return this;
  }

  /**
   * Sends pages that the client has no room for.
   *
   * @return this
   */
  public ContinuousPages sendMoreThanAskedFor() {
    heedsClient = false;
    return this;
  }

  /**
   * Requests that were answered with pages.
   *
   * @return how many
   */
  public int streams() {
    return streams.size();
  }

  /**
   * Streams that have not ended.
   *
   * @return how many
   */
  public long openStreams() {
    return streams.stream().filter(stream -> !stream.isOver()).count();
  }

  /**
   * Pages that were sent.
   *
   * @return the sum of all streams
   */
  public int pagesSent() {
    return streams.stream().mapToInt(PageStream::sent).sum();
  }

  /**
   * What clients have asked to change.
   *
   * @return a copy, in order
   */
  public List<Revise> revisions() {
    return List.copyOf(revisions);
  }

  /**
   * How often a client has cancelled.
   *
   * @return at least 0
   */
  public long cancels() {
    return revisions.stream().filter(revise -> revise.revisionType == CANCEL).count();
  }

  private void begin(Exchange exchange) {
    PageStream stream = new PageStream(exchange, options(exchange.request().message()));
    streams.add(stream);
    stream.goOnLater();
  }

  private static DseQueryOptions options(Message request) {
    QueryOptions options =
        request instanceof Execute execute ? execute.options : ((Query) request).options;
    return (DseQueryOptions) options;
  }

  private void revise(Exchange exchange) {
    Revise revise = (Revise) exchange.request().message();
    revisions.add(revise);
    PageStream target = null;
    for (PageStream stream : streams) {
      if (stream.is(exchange.connection(), revise.streamId)) {
        target = stream;
      }
    }
    boolean done = target != null && target.mayRevise(revise);
    exchange.reply(rows(STATUS).row(ByteBuffer.wrap(new byte[] {(byte) (done ? 1 : 0)})).build());
    if (done) {
      target.revise(revise);
    }
  }

  /** The pages that answer one request. Thread-safe. */
  private final class PageStream {
    private final Exchange exchange;
    private final int first;
    private final int last;
    private long mayHaveSent;
    private int sent;
    private boolean stopped;
    private boolean over;

    private PageStream(Exchange exchange, DseQueryOptions options) {
      this.exchange = exchange;
      ByteBuffer state = options.pagingState;
      this.first = state == null ? 0 : state.get(state.position());
      int maxPages = options.continuousPagingOptions.maxPages;
      this.last = maxPages == 0 ? count : Math.min(count, first + maxPages);
      int nextPages = options.continuousPagingOptions.nextPages;
      // DSE_V1 has no such number.
      this.mayHaveSent = nextPages <= 0 ? NO_LIMIT : nextPages;
    }

    private boolean is(ServerConnection connection, int streamId) {
      return exchange.connection() == connection && exchange.streamId() == streamId;
    }

    private synchronized boolean isOver() {
      return over;
    }

    private synchronized int sent() {
      return sent;
    }

    private synchronized boolean mayRevise(Revise revise) {
      if (over) {
        return false;
      }
      if (revise.revisionType == CANCEL) {
        over = true;
      } else {
        mayHaveSent += revise.nextPages;
      }
      return true;
    }

    private void revise(Revise revise) {
      if (revise.revisionType != CANCEL) {
        goOnLater();
      } else if (endsAfterCancel) {
        exchange.reply(new Error(ErrorCode.SERVER_ERROR, "Session cancelled by the user"));
      }
    }

    private synchronized void goOnAgain() {
      stopped = false;
      goOnLater();
    }

    /** One page at a time, so that the server reads what the client says meanwhile. */
    private void goOnLater() {
      Objects.requireNonNull(server).later(Duration.ZERO, this::goOn);
    }

    private void goOn() {
      synchronized (this) {
        int number = first + sent + 1;
        if (over || heedsClient && sent >= mayHaveSent || number >= stopBefore && stopped) {
          return;
        }
        if (number >= stopBefore) {
          stopped = true;
          over = stopEnds;
          stop.respond(exchange);
          return;
        }
        stopped = false;
        send(number);
      }
      goOnLater();
    }

    private void send(int number) {
      sent++;
      over = number == last;
      RowsBuilder rows = page.apply(number).continuousPage(number - first, over);
      if (over && number < count) {
        rows.pagingState((byte) number);
      }
      Message message = rows.buildFor(exchange.request().message());
      if (over) {
        exchange.reply(message);
      } else {
        exchange.replyAndGoOn(message);
      }
    }
  }

  /**
   * All pages of a result of one column.
   *
   * @param columns that column
   * @param rowsPerPage how many rows each page has
   * @param cell makes a cell of the row's number, from 0 on
   * @param count how many pages
   * @return the pages
   */
  public static ContinuousPages of(
      Columns columns, int count, int rowsPerPage, IntFunction<ByteBuffer> cell) {
    return new ContinuousPages(
        count,
        number -> {
          RowsBuilder rows = rows(columns);
          for (int i = 0; i < rowsPerPage; i++) {
            rows.row(cell.apply((number - 1) * rowsPerPage + i));
          }
          return rows;
        });
  }
}
