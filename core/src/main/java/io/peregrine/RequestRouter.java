package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.conductor.RoutingTable;
import io.peregrine.conductor.SessionPool;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.RequestProxy;
import io.peregrine.io.ResponseHandler;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection for a request: the next in turn, or the one after it if that is busy. Any
 * thread may use it; nothing is allocated on the way of a request.
 */
final class RequestRouter {
  private final NanoClock clock;
  private final RequestDefaults defaults;
  private final Patience patience;
  private final BooleanSupplier clusterClosed;
  private volatile @Nullable SessionPool<Route> pool;
  private volatile boolean closed;

  RequestRouter(
      NanoClock clock, RequestDefaults defaults, Patience patience, BooleanSupplier clusterClosed) {
    this.clusterClosed = clusterClosed;
    this.clock = clock;
    this.defaults = defaults;
    this.patience = patience;
  }

  void open(SessionPool<Route> pool) {
    this.pool = pool;
  }

  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  RequestDefaults defaults() {
    return defaults;
  }

  SessionPool<Route> pool() {
    SessionPool<Route> pool = this.pool;
    if (pool == null) {
      throw new IllegalStateException("the session is not open yet");
    }
    return pool;
  }

  /** Offers a statement whose answer goes to a handler of the user's. */
  long offer(Statement<?> statement, RequestHandler handler, long correlationId) {
    statement.conclude(defaults);
    return offer(
        statement.encoder(),
        null,
        handler,
        statement.pin(),
        correlationId,
        statement.timeoutNanos(defaults));
  }

  /** Offers a statement whose answer goes to a future. */
  long offer(Statement<?> statement, ResponseFuture future) {
    statement.conclude(defaults);
    return offer(statement.encoder(), null, future, statement.pin(), 0, future.timeoutNanos());
  }

  /**
   * Offers a request. Its answer goes to the handler if there is one, else on the road that belongs
   * to the attachment.
   */
  long offer(
      RequestEncoder request,
      @Nullable ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Pinned pinned,
      long correlationId,
      long timeoutNanos) {
    if (closed) {
      return RequestProxy.CLOSED;
    }
    RoutingTable<Route> routes = pool().routes();
    int size = routes.size();
    int start = routes.nextStart();
    long result = RequestProxy.NOT_CONNECTED;
    for (int i = 0; i < size; i++) {
      Route route = routes.way(start + i);
      long offered =
          route
              .connection()
              .offer(
                  request,
                  handler == null ? road(route, attachment) : handler,
                  attachment,
                  pinned,
                  correlationId,
                  timeoutNanos);
      if (offered != RequestProxy.BUSY && offered != RequestProxy.NOT_CONNECTED) {
        return offered;
      }
      if (offered == RequestProxy.BUSY) {
        result = offered;
      }
    }
    return size == 0 && clusterClosed.getAsBoolean() ? RequestProxy.CLOSED : result;
  }

  private static ResponseHandler road(Route route, @Nullable Object attachment) {
    return attachment instanceof ResponseFuture ? route.futureRoad() : route.flyweightRoad();
  }

  /** Why a request was not taken. */
  DriverException refusal(long result) {
    RoutingTable<Route> routes = pool().routes();
    if (result == RequestProxy.CLOSED) {
      return closed
          ? new SessionClosedException("The session was closed")
          : new ClusterClosedException("The cluster was closed");
    }
    if (result == RequestProxy.NOT_CONNECTED) {
      return new NoHostAvailableException(
          "No node is connected; the driver keeps trying to reconnect", Map.of());
    }
    int inFlight = 0;
    for (int i = 0; i < routes.size(); i++) {
      inFlight += routes.way(i).connection().inFlight();
    }
    return new BackPressureException(
        (result == RequestProxy.BUSY
                ? "Every connection has as many requests in flight as it may ("
                : "The request ring is full (")
            + inFlight
            + " in flight on "
            + routes.size()
            + " connections); send fewer at a time, or wait for answers before sending more");
  }

  /** Asks for the page after one. */
  ResponseFuture fetch(ResultPage page) {
    ResponseFuture future = new ResponseFuture(page.timeoutNanos());
    try {
      long result = offerFetch(page, new RawRequest(page.nextRequest()), future);
      if (result != RequestProxy.ACCEPTED) {
        future.completeExceptionally(refusal(result));
      }
    } catch (DriverException e) {
      future.completeExceptionally(e);
    }
    return future;
  }

  /** Asks for the page after one and waits for it, and for room to ask if need be. */
  ResultSet fetchAndWait(ResultPage page) {
    patience.checkMayWait("Fetching the next page");
    RawRequest request = new RawRequest(page.nextRequest());
    ResponseFuture future = new ResponseFuture(page.timeoutNanos());
    insist(
        offerFetch(page, request, future),
        page.timeoutNanos(),
        () -> offerFetch(page, request, future));
    return patience.await(future);
  }

  private long offerFetch(ResultPage page, RawRequest request, ResponseFuture future) {
    return offer(request, null, future, page.pinned(), 0, page.timeoutNanos());
  }

  /** Offers again for as long as the driver is full, up to the request's timeout. */
  void insist(long refused, long timeoutNanos, LongSupplier again) {
    long result = refused;
    long begin = result == RequestProxy.ACCEPTED ? 0 : nanoTime();
    for (int idleCount = 0; result != RequestProxy.ACCEPTED; idleCount++) {
      boolean mayPass = result == RequestProxy.BACK_PRESSURED || result == RequestProxy.BUSY;
      boolean late = timeoutNanos != RequestProxy.NO_TIMEOUT && nanoTime() - begin >= timeoutNanos;
      if (!mayPass || late) {
        throw refusal(result);
      }
      patience.idle(idleCount);
      result = again.getAsLong();
    }
  }

  /** The server has told new columns for a prepared statement: later requests go by them. */
  void onMetadataChanged(RowCursor rows, @Nullable Pinned pinned) {
    byte[] id = rows.newResultMetadataId();
    if (id != null && pinned instanceof ResultMetadata old) {
      PreparedStatement statement = old.statement();
      statement.resultMetadata(new ResultMetadata(statement, id, rows.columnDefinitions()));
    }
  }

  /** A {@code USE} that one connection has run is run on the others. */
  CompletableFuture<Void> useKeyspace(String keyspace) {
    return pool().useKeyspace(keyspace);
  }
}
