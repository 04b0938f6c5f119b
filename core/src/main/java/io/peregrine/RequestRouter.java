package io.peregrine;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.SchemaChange;
import io.peregrine.codec.row.RowCursor;
import io.peregrine.conductor.ClusterView;
import io.peregrine.conductor.RoutingTable;
import io.peregrine.conductor.SessionPool;
import io.peregrine.io.Connection;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.ResponseHandler;
import io.peregrine.io.SelectorAgent;
import io.peregrine.policy.QueryPlan;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection for a request: the first node of the policy's plan, there the connection
 * with the fewest requests in flight, and the others after them if that takes none. Any thread may
 * use it, unless the session belongs to one; nothing is allocated on the way of a request.
 */
final class RequestRouter {
  private static final int GOLDEN = 0x9E3779B9;

  /** Less than any reason not to take a request. */
  private static final long NOT_OFFERED = Long.MIN_VALUE;

  private final ClusterView view;
  private final NanoClock clock;
  private final SessionProfiles profiles;
  private final SessionAccess access;
  private final Repreparations repreparations = new Repreparations();
  private final MaterialisingLog materialising = new MaterialisingLog();
  private final NodeRouter nodes = new NodeRouter(this);
  private final PageFetcher pages = new PageFetcher(this);
  private final WarningLog warningLog;
  private @Nullable QueryTraceReader traces;
  private SchemaChangeWait schemaChanges =
      (connection, change, mostNanos) -> CompletableFuture.completedFuture(true);
  private volatile @Nullable SessionPool<Route> pool;

  RequestRouter(ClusterView view, NanoClock clock, SessionProfiles profiles, SessionAccess access) {
    this.view = view;
    this.clock = clock;
    this.profiles = profiles;
    this.access = access;
    this.warningLog = new WarningLog(clock);
  }

  void open(SessionPool<Route> pool) {
    this.pool = pool;
  }

  /** Sets what is to be done when a request has changed the schema; before the first request. */
  void schemaChanges(SchemaChangeWait changes) {
    schemaChanges = changes;
  }

  /**
   * A request has changed the schema.
   *
   * @return whether all nodes know, when they do or are not waited for any longer
   */
  CompletableFuture<Boolean> onSchemaChange(
      Connection connection, SchemaChange change, long mostNanos) {
    return schemaChanges.begin(connection, change, mostNanos);
  }

  SessionAccess access() {
    return access;
  }

  boolean isClosed() {
    return access.isClosed();
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  /** How much of a request's time is left, in ns. */
  long timeLeft(long deadlineNanos) {
    return deadlineNanos == Offer.NO_DEADLINE
        ? Offer.NO_TIMEOUT
        : Math.max(1, deadlineNanos - nanoTime());
  }

  MaterialisingLog materialising() {
    return materialising;
  }

  Repreparations repreparations() {
    return repreparations;
  }

  /** Sets what reads traces; before the first request. */
  void traces(QueryTraceReader traces) {
    this.traces = traces;
  }

  QueryTraceReader traces() {
    return Objects.requireNonNull(traces, "the session is not open yet");
  }

  /** The way to one node, for what is sent again. */
  NodeRouter nodes() {
    return nodes;
  }

  WarningLog warningLog() {
    return warningLog;
  }

  ClusterView view() {
    return view;
  }

  /** What applies to requests that name no profile. */
  RequestDefaults defaults() {
    return profiles.standard();
  }

  SessionProfiles profiles() {
    return profiles;
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
    RequestSettings settings = statement.settings();
    RequestDefaults defaults = settings.defaults(profiles);
    statement.conclude(defaults);
    return offer(
        statement.itinerary(defaults),
        statement.encoder(),
        null,
        handler,
        statement.pin(),
        correlationId,
        settings.timeoutNanos(defaults));
  }

  /**
   * The future of a statement that is about to be offered.
   *
   * @param decoder reads the pages of the answer; null to have rows
   */
  ResponseFuture future(Statement<?> statement, @Nullable PageDecoder<?> decoder) {
    RequestSettings settings = statement.settings();
    RequestDefaults defaults = settings.defaults(profiles);
    return new ResponseFuture(
        this,
        statement,
        defaults.with(settings.retries(defaults), settings.target).with(decoder),
        settings.timeoutNanos(defaults),
        statement.isIdempotent());
  }

  /** Offers a statement whose answer goes to a future, within the time that is left for it. */
  long offer(Statement<?> statement, ResponseFuture future, long timeoutNanos) {
    RequestDefaults defaults = future.defaults();
    statement.conclude(defaults);
    return offer(
        statement.itinerary(defaults),
        statement.encoder(),
        null,
        future,
        statement.pin(),
        0,
        future.firstTimeout(timeoutNanos));
  }

  /**
   * Offers a request. Its answer goes to the handler if there is one, else on the road that belongs
   * to the attachment.
   */
  long offer(
      Itinerary itinerary,
      RequestEncoder request,
      @Nullable ResponseHandler handler,
      @Nullable Object attachment,
      @Nullable Pinned pinned,
      long correlationId,
      long timeoutNanos) {
    if (!access.isOpen()) {
      return Offer.CLOSED;
    }
    RoutingTable<Route> routes = pool().routes();
    int nodes = routes.size();
    if (nodes == 0) {
      return noRoute();
    }
    int turn = routes.nextTurn();
    int round = turn / nodes;
    QueryPlan plan = itinerary.plan(this, routes, turn);
    if (attachment instanceof ResponseFuture future) {
      future.replicas(itinerary.askedFor());
    }
    // The constants stand in this order: what is nearest to being taken is what is told.
    long result = NOT_OFFERED;
    SelectorAgent full = null;
    for (Node node = plan.next(); node != null; node = plan.next()) {
      int place = plan.place();
      int index = place == QueryPlan.UNKNOWN ? routes.indexOf(node) : place;
      int ways = index == RoutingTable.NONE ? 0 : routes.ways(index);
      int way = ways <= 1 ? 0 : lessBusy(routes, index, ways, round);
      for (int j = 0; j < ways; j++) {
        Route route = routes.way(index, way);
        Connection connection = route.connection();
        // A ring that is full for one connection is full for all of its agent's.
        if (connection.agent() != full) {
          long offered =
              connection.offer(
                  request,
                  handler == null ? road(route, attachment) : handler,
                  attachment,
                  pinned,
                  correlationId,
                  timeoutNanos);
          if (offered == Offer.ACCEPTED) {
            return offered;
          }
          if (offered == Offer.BACK_PRESSURED) {
            full = connection.agent();
          }
          result = Math.max(result, offered);
        }
        way = way + 1 == ways ? 0 : way + 1;
      }
    }
    return result == NOT_OFFERED ? Offer.NOT_CONNECTED : result;
  }

  /**
   * The one of two connections that has fewer requests in flight, and if both have as many, the one
   * whose turn it is. To compare two of many is nearly as good as to compare all.
   */
  static int lessBusy(RoutingTable<Route> routes, int node, int ways, int round) {
    int one = round % ways;
    int step = ways == 2 ? 1 : 1 + (round * GOLDEN >>> 16) % (ways - 1);
    int other = one + step < ways ? one + step : one + step - ways;
    int inFlight = routes.way(node, one).connection().inFlight();
    return routes.way(node, other).connection().inFlight() < inFlight ? other : one;
  }

  private long noRoute() {
    if (access.isClusterClosed()) {
      return Offer.CLOSED;
    }
    if (access.hasOwner()) {
      pool().resume();
    }
    return Offer.NOT_CONNECTED;
  }

  private static ResponseHandler road(Route route, @Nullable Object attachment) {
    return attachment instanceof ResponseFuture ? route.futureRoad() : route.flyweightRoad();
  }

  /** Why a request was not taken. */
  DriverException refusal(long result) {
    RoutingTable<Route> routes = pool().routes();
    if (result == Offer.CLOSED) {
      return isClosed()
          ? new SessionClosedException("The session was closed")
          : new ClusterClosedException("The cluster was closed");
    }
    if (result == Offer.NOT_CONNECTED) {
      return Refusal.notConnected(routes);
    }
    return Refusal.of(routes, result);
  }

  /** Why a node did not take a request that was to go to it. */
  DriverException refusal(Node node, long result) {
    return result == Offer.NOT_CONNECTED ? Refusal.notConnected(node) : refusal(result);
  }

  /**
   * The beginning of a call that waits for its answer.
   *
   * @return the time from which on its timeout counts
   */
  long begin(String what) {
    access.begin(what);
    return nanoTime();
  }

  Patience patience() {
    return access.patience();
  }

  /** Asks for the pages behind the first. */
  PageFetcher pages() {
    return pages;
  }

  /**
   * Offers again for as long as the driver is full, or about to be connected again. The time that
   * this takes is the request's: only what is left of its timeout is offered.
   *
   * @param refused how the first offer ended, other than accepted
   * @param begin when the request was made
   * @param timeoutNanos its timeout from then on
   * @param again offers it with the timeout that is left
   */
  void insist(long refused, long begin, long timeoutNanos, LongUnaryOperator again) {
    boolean limited = timeoutNanos != Offer.NO_TIMEOUT;
    long result = refused;
    // Looked at before each offer: the connections may come right after it was refused.
    boolean rested = access.hasOwner();
    for (int idleCount = 0; result != Offer.ACCEPTED; idleCount++) {
      boolean resting = result == Offer.NOT_CONNECTED && pool().isResting();
      boolean mayPass =
          result == Offer.BACK_PRESSURED
              || result == Offer.BUSY
              || result == Offer.NOT_CONNECTED && (resting || rested);
      rested = resting;
      if (!mayPass || limited && nanoTime() - begin >= timeoutNanos) {
        throw refusal(result);
      }
      patience().idle(idleCount);
      long left = limited ? timeoutNanos - (nanoTime() - begin) : timeoutNanos;
      if (!limited || left > 0) {
        result = again.applyAsLong(left);
      }
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

  /** A {@code USE} that one connection has run is run on the others, within the time given. */
  CompletableFuture<Void> useKeyspace(String keyspace, long mostNanos) {
    return pool().useKeyspace(keyspace, mostNanos);
  }
}
