package io.peregrine;

import io.peregrine.graph.GraphExecutionProfile;
import io.peregrine.graph.GraphOptions;
import io.peregrine.graph.GraphProtocol;
import io.peregrine.graph.GraphResultSet;
import io.peregrine.graph.SimpleGraphStatement;
import io.peregrine.io.Offer;
import io.peregrine.metadata.KeyspaceMetadata;
import io.peregrine.metadata.Metadata;
import io.peregrine.policy.LoadBalancingPolicy;
import io.peregrine.policy.TargetHostPolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session that executes graph queries, which DSE has. The threads may use it that may use the
 * session; it goes by its connections, and is closed with it.
 *
 * <p>A graph query is a QUERY like any other, with a payload that has DSE's graph engine answer it,
 * and rows of JSON for an answer. What fails, fails with a {@link
 * io.peregrine.codec.DriverException}, of which a leaf class says how. A call whose profile the
 * cluster does not know, or that is none for graph queries, is refused with an {@link
 * IllegalArgumentException}.
 */
public final class GraphSession {
  private static final String CORE_ENGINE = "Core";

  private final RequestRouter router;
  private final StatementSender sender;
  private final Supplier<Metadata> metadata;
  private final AnalyticsMaster master;

  /**
   * @param metadata what is known of the cluster at the moment
   */
  GraphSession(RequestRouter router, StatementSender sender, Supplier<Metadata> metadata) {
    this.router = router;
    this.sender = sender;
    this.metadata = metadata;
    this.master = new AnalyticsMaster(router, sender);
  }

  /**
   * One query, as it is sent.
   *
   * @param statement has all that is set, and nobody else's
   * @param protocol what is answered in
   * @param toMaster whether the analytics nodes' master is to be found out first
   */
  private record Call(SimpleStatement statement, GraphProtocol protocol, boolean toMaster) {}

  /**
   * Executes a query and waits for its results.
   *
   * @param query the text
   * @return the results
   */
  public GraphResultSet execute(String query) {
    return execute(query, Map.of());
  }

  /**
   * Executes a query and waits for its results.
   *
   * @param query the text
   * @param parameters the values by the names that the text has for them; see {@link
   *     SimpleGraphStatement#of(String, Map)}
   * @return the results
   */
  public GraphResultSet execute(String query, Map<String, ? extends @Nullable Object> parameters) {
    return execute(SimpleGraphStatement.of(query, parameters), RequestOptions.none());
  }

  /**
   * Executes a query and waits for its results, and for room to send it if need be.
   *
   * @param query the query
   * @param options what applies to this call; its profile is one for graph queries, {@link
   *     ProfileKey#GRAPH_DEFAULT} if it names none
   * @return the results
   */
  public GraphResultSet execute(SimpleGraphStatement query, RequestOptions options) {
    long begin = router.begin("graph().execute()");
    Call call = call(query, options);
    SimpleStatement statement = call.statement();
    Patience patience = router.patience();
    if (call.toMaster()) {
      long timeout = timeoutNanos(statement);
      patience.await(master.find(timeout)).ifPresent(statement::setTargetNode);
      statement.setTimeout(Duration.ofNanos(timeLeft(begin, timeout)));
    }
    ResultSet rows = patience.await(sender.sendPatiently(statement, RequestOptions.none(), null));
    return GraphResultSet.of(rows, call.protocol());
  }

  /**
   * Executes a query. Never waits: if the driver can take no more requests, the future fails with
   * {@link BackPressureException}.
   *
   * @param query the query
   * @param options what applies to this call; its profile is one for graph queries, {@link
   *     ProfileKey#GRAPH_DEFAULT} if it names none
   * @return the results, when they are there; completed on a thread of the driver, which must not
   *     be blocked
   */
  public GraphResponseFuture executeAsync(SimpleGraphStatement query, RequestOptions options) {
    Call call = call(query, options);
    return new GraphResponseFuture(router, query, send(call), call.protocol());
  }

  private ResponseFuture send(Call call) {
    SimpleStatement statement = call.statement();
    if (!call.toMaster()) {
      return sender.send(statement, RequestOptions.none(), null);
    }
    ResponseFuture future = sender.announce(statement);
    long begin = router.nanoTime();
    long timeout = future.timeoutNanos();
    try {
      master
          .find(timeout)
          .thenAccept(
              node -> {
                node.ifPresent(statement::setTargetNode);
                sender.sendAnnounced(statement, future, timeLeft(begin, timeout));
              })
          .whenComplete((sent, error) -> failUnsent(future, error));
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
      throw e;
    }
    return future;
  }

  /** Nothing else would end a query that was not sent: it has no deadline yet. */
  private static void failUnsent(ResponseFuture future, @Nullable Throwable error) {
    if (error != null) {
      future.completeExceptionally(Patience.unwrapped(error));
    }
  }

  private long timeoutNanos(SimpleStatement statement) {
    RequestSettings settings = statement.settings();
    return settings.timeoutNanos(settings.defaults(router.profiles()));
  }

  /** What the search for the master has left of a query's time; throws if that is nothing. */
  private long timeLeft(long beginNanos, long timeoutNanos) {
    if (timeoutNanos == Offer.NO_TIMEOUT) {
      return Offer.NO_TIMEOUT;
    }
    long left = timeoutNanos - (router.nanoTime() - beginNanos);
    if (left <= 0) {
      throw new OperationTimedOutException(
          "The search for the master of the analytics nodes took the whole "
              + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
              + " ms that the query may take, so it was not sent: give it more time, or a target"
              + " node, which need not be looked for",
          null);
    }
    return left;
  }

  private Call call(SimpleGraphStatement query, RequestOptions options) {
    SessionProfiles profiles = router.profiles();
    ProfileChoice chosen = options.settings().profile;
    GraphExecutionProfile profile =
        chosen == null ? profiles.graph(ProfileKey.GRAPH_DEFAULT) : chosen.graphIn(profiles);
    GraphOptions graph = complete(profile.graphOptions());
    GraphProtocol protocol = graph.protocol().orElse(GraphProtocol.GRAPHSON_1);
    ByteBuffer parameters = query.encodedParameters(protocol);
    SimpleStatement statement =
        SimpleStatement.encoded(query.query(), parameters).setIdempotent(query.isIdempotent());
    ExecutionProfile execution = targeted(profile.execution(), profiles);
    RequestSettings settings = options.settings().copy();
    settings.profile = ProfileChoice.of(execution);
    statement.inherit(settings.over(statement.settings()));
    Map<String, ByteBuffer> payload = graph.payload();
    long timeout = timeoutNanos(statement);
    if (timeout != Offer.NO_TIMEOUT) {
      payload.put("request-timeout", millis(timeout));
    }
    payload.putAll(statement.customPayload());
    statement.setCustomPayload(payload);
    return new Call(statement, protocol, graph.isAnalytics() && settings.target == null);
  }

  /** Options with a protocol, where the server's own would not do. */
  private GraphOptions complete(GraphOptions graph) {
    if (graph.protocol().isPresent()) {
      return graph;
    }
    boolean core =
        graph
            .name()
            .flatMap(metadata.get()::keyspace)
            .map(KeyspaceMetadata::settings)
            .filter(settings -> settings.graphEngine().equals(CORE_ENGINE))
            .isPresent();
    if (core) {
      return graph.toBuilder().protocol(GraphProtocol.GRAPHSON_3).build();
    }
    return graph.language().equals(GraphOptions.GREMLIN_GROOVY)
        ? graph
        : graph.toBuilder().protocol(GraphProtocol.GRAPHSON_2).build();
  }

  /**
   * The same, but that a node which is named comes first. The policy inside is the one that is told
   * of nodes; this one around it is asked for plans and nothing else.
   */
  private static ExecutionProfile targeted(ExecutionProfile execution, SessionProfiles profiles) {
    LoadBalancingPolicy policy = profiles.loadBalancing(execution);
    return execution.toBuilder().loadBalancingPolicy(new TargetHostPolicy(policy)).build();
  }

  /** As the server takes it; what is less than a millisecond is one. */
  private static ByteBuffer millis(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    boolean rest = TimeUnit.MILLISECONDS.toNanos(millis) < nanos;
    return ByteBuffer.allocate(Long.BYTES).putLong(0, rest ? millis + 1 : millis);
  }
}
