package io.peregrine;

import io.peregrine.codec.BodyReader;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.ErrorCode;
import io.peregrine.codec.Opcode;
import io.peregrine.codec.envelope.ErrorDecoder;
import io.peregrine.codec.envelope.ResponsePrefix;
import io.peregrine.codec.envelope.ResultKind;
import io.peregrine.codec.row.ColumnDefinitions;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.io.Connection;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.Response;
import io.peregrine.io.StreamHandler;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One request in continuous paging: its pages go into a queue that never gets longer than the
 * options say. Confined to the agent's thread, but for {@link #take}, which one thread at a time
 * may call, and {@link #cancel}, which any may.
 *
 * <p>In DSE_V2 the server sends as many pages as it was told that there is room for; when half of
 * the queue is free it is told more. While it may send nothing, no time counts, unless it is not
 * certain that somebody comes to take pages: the stream id is not kept for who never does.
 */
final class PageStream implements StreamHandler {
  /** For requests that may take forever. */
  private static final long END_TIMEOUT_NANOS = 10_000_000_000L;

  private final RequestRouter router;
  private final ContinuousPagingOptions options;
  private final long timeoutNanos;
  private final StreamInfo info;
  private final PageQueue queue = new PageQueue();
  private final AtomicLong granted = new AtomicLong();
  private final ResponsePrefix prefix = new ResponsePrefix();
  private final RowCursor rows = new RowCursor();
  private volatile @Nullable Connection connection;
  private volatile boolean wanted = true;
  private int streamId;
  private long received;
  private long allowed;
  private @Nullable Pinned pinned;
  private @Nullable ColumnDefinitions columns;
  private boolean cancelSent;
  private byte @Nullable [] sentAgain;

  /** The server sends nothing now: it is not asked yet, or has said all, or nobody will know. */
  private boolean over = true;

  PageStream(
      RequestRouter router,
      Statement<?> statement,
      ContinuousPagingOptions options,
      long timeoutNanos) {
    this.router = router;
    this.info = new StreamInfo(router, statement);
    this.options = options;
    this.timeoutNanos = timeoutNanos;
    this.granted.set(options.firstPages());
    this.allowed = options.firstPages();
  }

  PageQueue queue() {
    return queue;
  }

  /**
   * Time counts while a full queue waits for who takes pages, until {@link #want} is called. To be
   * said before it is offered.
   */
  void awaitTaker() {
    wanted = false;
  }

  /** From now on somebody takes pages, however slowly. For any thread. */
  void want() {
    wanted = true;
    // If it has not been sent yet, its first page sees this.
    Connection connection = this.connection;
    if (connection != null) {
      connection.agent().connections().run(() -> stopClock(connection));
    }
  }

  private void stopClock(Connection connection) {
    if (!over && queue.end() == null && !mayCome(connection)) {
      connection.awaitNext(streamId, Offer.NO_TIMEOUT);
    }
  }

  /** Whether the server has been told that there is room. */
  private boolean mayCome(Connection connection) {
    return received < allowed || !connection.version().hasNextPages();
  }

  long timeoutNanos() {
    return timeoutNanos;
  }

  StreamInfo info() {
    return info;
  }

  /** The next page, if it is here; the server may send another one for it. */
  PageQueue.@Nullable Arrival take() {
    PageQueue.Arrival page = queue.take();
    Connection connection = this.connection;
    if (page != null && connection != null) {
      int more = connection.version().hasNextPages() ? grant() : 0;
      if (more > 0) {
        connection.agent().connections().run(() -> askForMore(connection, more));
      } else if (!wanted) {
        connection.agent().connections().run(() -> onTaken(connection));
      }
    }
    return page;
  }

  /** Somebody takes pages, slowly: while the server may send none, his time begins anew. */
  private void onTaken(Connection connection) {
    if (!over && queue.end() == null && !mayCome(connection)) {
      connection.awaitNext(streamId, timeToNext(false));
    }
  }

  /** How many more pages there is room for, if that is worth a request. */
  private int grant() {
    long granted = this.granted.get();
    long more = options.maxQueueSize() + queue.taken() - granted;
    boolean enough = more * 2 >= options.maxQueueSize();
    if (options.maxPages() > 0 && granted + more >= options.maxPages()) {
      more = options.maxPages() - granted;
      enough = more > 0;
    }
    return enough && this.granted.compareAndSet(granted, granted + more) ? (int) more : 0;
  }

  private void askForMore(Connection connection, int more) {
    if (!over && queue.end() == null) {
      allowed += more;
      connection.sendDirectly(
          new PageRevision(streamId, more),
          new RevisionHandler(error -> abort(connection, error)),
          timeoutNanos);
      connection.awaitNext(streamId, timeoutNanos);
    }
  }

  /**
   * Ends the request early: pages that were not taken are dropped, and the server is told.
   *
   * @return false if it has ended already
   */
  boolean cancel() {
    boolean first = queue.end(PageQueue.CANCELLED);
    if (first) {
      queue.signal();
      router.access().wakeUp();
      // If it has not been sent yet, sending it does this.
      Connection connection = this.connection;
      if (connection != null) {
        connection.agent().connections().run(() -> sendCancel(connection));
      }
    }
    return first;
  }

  private void sendCancel(Connection connection) {
    if (!over && !cancelSent) {
      cancelSent = true;
      connection.sendDirectly(
          new PageRevision(streamId, PageRevision.CANCEL),
          new RevisionHandler(e -> {}),
          endTimeoutNanos());
      connection.awaitNext(streamId, endTimeoutNanos());
    }
  }

  /** How long a stream id is waited for that nothing is wanted of any more, or not yet. */
  private long endTimeoutNanos() {
    return timeoutNanos == Offer.NO_TIMEOUT ? END_TIMEOUT_NANOS : timeoutNanos;
  }

  @Override
  public void onSent(Connection connection, int streamId, @Nullable Object attachment) {
    this.streamId = streamId;
    info.onSent(connection);
    this.connection = connection;
    over = false;
    if (queue.end() != null) {
      sendCancel(connection);
    }
  }

  @Override
  public boolean isLast(Response response) {
    BodyReader body = response.body();
    prefix.wrap(response.flags(), body);
    return response.opcode() != Opcode.RESULT
        || body.readInt("result kind") != ResultKind.ROWS
        || RowCursor.isLastOfItsRequest(body);
  }

  @Override
  public void onResponse(
      Response response, long correlationId, @Nullable Object attachment, @Nullable Object pinned) {
    Connection connection = response.connection();
    try {
      over = response.opcode() == Opcode.ERROR || isLast(response);
      if (queue.end() == null) {
        if (pinned instanceof Pinned sentWith) {
          this.pinned = sentWith;
        }
        read(response);
      } else if (!over) {
        connection.awaitNext(streamId, endTimeoutNanos());
      }
    } catch (RuntimeException e) {
      abort(connection, Road.fault(e));
    }
    queue.signal();
  }

  private void read(Response response) {
    BodyReader body = response.body();
    prefix.wrap(response.flags(), body);
    if (response.opcode() == Opcode.ERROR) {
      ErrorDecoder error = new ErrorDecoder().wrap(response.version(), body);
      if (!repaired(error, response)) {
        fail(ErrorAdapter.toException(error));
      }
      return;
    }
    int kind = response.opcode() == Opcode.RESULT ? body.readInt("result kind") : 0;
    switch (kind) {
      case ResultKind.ROWS -> onPage(response, body);
      case ResultKind.VOID -> {
        info.onAnswer(response, prefix, requestBytes(response));
        queue.end(PageQueue.COMPLETE);
      }
      default ->
          fail(
              new UnexpectedAnswerException(
                  response.connection().remoteAddress()
                      + " did not answer with rows to continuous paging but with "
                      + Opcode.name(response.opcode())
                      + (kind == 0 ? "" : " of the kind " + kind)
                      + "; use execute()",
                  null));
    }
  }

  /**
   * A statement that the node does not know any more is prepared again, and the request re-sent,
   * once.
   */
  private boolean repaired(ErrorDecoder error, Response response) {
    Pinned pinned = this.pinned;
    if (error.code() != ErrorCode.UNPREPARED
        || sentAgain != null
        || pinned == null
        || response.requestLength() == 0) {
      return false;
    }
    PreparedStatement statement = pinned.statement(error.unpreparedId());
    if (statement == null) {
      return false;
    }
    byte[] request = new byte[response.requestLength()];
    response.requestBuffer().getBytes(response.requestOffset(), request);
    Connection connection = response.connection();
    StreamRepair repair = new StreamRepair(this, router, statement, connection, request);
    sentAgain = request;
    repair.begin(connection, timeoutNanos);
    return true;
  }

  /** The node knows the statement again. */
  void onRepaired(Connection connection, byte[] request) {
    if (queue.end() == null) {
      connection.sendDirectly(new RawRequest(request, true), this, timeoutNanos);
    }
  }

  /** The node does not know the statement, and will not. */
  void onNotRepaired(DriverException error) {
    fail(error);
    queue.signal();
  }

  private void onPage(Response response, BodyReader body) {
    RowCursor rows = this.rows;
    Pinned pinned = this.pinned;
    if (received == 0) {
      columns = pinned == null ? null : pinned.known();
    }
    rows.wrap(response.version(), body.buffer(), body.position(), body.remaining(), columns);
    if (rows.carriesMetadata()) {
      // The pages that follow may leave the columns out.
      columns = rows.columnDefinitions();
      router.onMetadataChanged(rows, pinned);
    }
    received++;
    if (rows.isContinuousPage() && rows.continuousPageNumber() != received) {
      abort(
          response.connection(),
          ContinuousPagingException.missing(
              response.connection(), received, rows.continuousPageNumber()));
    } else if (received - queue.taken() > options.maxQueueSize()) {
      Connection connection = response.connection();
      abort(
          connection,
          ContinuousPagingException.overflow(connection, received, options.maxQueueSize()));
    } else {
      put(response);
    }
  }

  private void put(Response response) {
    NextPage next = over ? next(response) : null;
    queue.put(
        new PageQueue.Arrival(
            ResultPage.streamed(rows, router.defaults().codecs(), next),
            info.onAnswer(response, prefix, requestBytes(response)),
            over));
    if (over) {
      queue.end(PageQueue.COMPLETE);
    } else {
      Connection connection = response.connection();
      connection.awaitNext(streamId, timeToNext(mayCome(connection)));
    }
  }

  private int requestBytes(Response response) {
    byte[] request = sentAgain;
    return request == null ? response.requestLength() : request.length;
  }

  private long timeToNext(boolean mayCome) {
    if (mayCome) {
      return timeoutNanos;
    }
    return wanted ? Offer.NO_TIMEOUT : endTimeoutNanos();
  }

  /** How to go on behind the last page, if it is not the end of the result. */
  private @Nullable NextPage next(Response response) {
    byte[] pagingState = rows.hasMorePages() ? rows.pagingState() : null;
    if (pagingState == null) {
      return null;
    }
    byte[] request = sentAgain;
    if (request == null && response.requestLength() > 0) {
      request = new byte[response.requestLength()];
      response.requestBuffer().getBytes(response.requestOffset(), request);
    }
    return new NextPage(pagingState, request, router.defaults(), timeoutNanos, pinned);
  }

  @Override
  public void onFailure(
      RequestFailure failure,
      long correlationId,
      @Nullable Object attachment,
      @Nullable Object pinned) {
    boolean goesOn = failure.wasSent() && failure.kind() == RequestFailure.Kind.TIMED_OUT;
    if (goesOn && !over && !mayCome(failure.connection())) {
      fail(
          ContinuousPagingException.nobodyCame(
              failure.connection(), received, endTimeoutNanos() / 1_000_000));
    } else {
      fail(FailureAdapter.toException(failure, router.isClosed()));
    }
    if (goesOn) {
      sendCancel(failure.connection());
    }
    over = true;
    queue.signal();
  }

  /** Pages that cannot be used are not to come for nothing. */
  private void abort(Connection connection, DriverException error) {
    fail(error);
    sendCancel(connection);
    queue.signal();
  }

  private void fail(DriverException error) {
    queue.end(new PageQueue.End(error));
  }
}
