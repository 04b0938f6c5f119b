package io.peregrine;

import io.peregrine.conductor.RoutingTable;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.NodePlaces;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoutingRequest;
import org.jspecify.annotations.Nullable;

/**
 * How one request finds its way: what the policy is told of it, and the plan that it makes.
 * Confined to the thread that sends the request; a statement has one for all of its requests.
 */
final class Itinerary implements RoutingRequest {
  private final @Nullable Statement<?> statement;
  private final @Nullable Replicas known;
  private RequestDefaults defaults;
  private final QueryPlan plan = new QueryPlan();
  private @Nullable RoutingKey key;
  private @Nullable RequestRouter router;
  private @Nullable RoutingTable<Route> routes;
  private final Replicas replicas = new Replicas();
  private boolean found;
  private int turn;

  private Itinerary(
      @Nullable Statement<?> statement, @Nullable Replicas known, RequestDefaults defaults) {
    this.statement = statement;
    this.known = known;
    this.defaults = defaults;
  }

  /** A way for requests of a statement. */
  static Itinerary of(Statement<?> statement, RequestDefaults defaults) {
    return new Itinerary(statement, null, defaults);
  }

  /** A way for requests that any node can answer. */
  static Itinerary anywhere(RequestDefaults defaults) {
    return new Itinerary(null, Replicas.NONE, defaults);
  }

  /** A way for a request that was on its way before: its key may not be known any more. */
  static Itinerary again(ResponseFuture future) {
    Replicas replicas = future.replicas();
    return new Itinerary(
        future.statement(), replicas == null ? Replicas.NONE : replicas, future.defaults());
  }

  /** From now on requests have what a profile says. */
  Itinerary by(RequestDefaults defaults) {
    this.defaults = defaults;
    return this;
  }

  /** Has a plan made for the next request. */
  QueryPlan plan(RequestRouter router, RoutingTable<Route> routes, int turn) {
    // A store that changes nothing would still cost the collector's barrier.
    if (this.router != router) {
      this.router = router;
    }
    if (this.routes != routes) {
      this.routes = routes;
    }
    this.turn = turn;
    found = false;
    plan.clear();
    defaults.loadBalancing().plan(this, plan);
    return plan;
  }

  @Override
  public Replicas replicas() {
    Replicas known = this.known;
    if (known != null) {
      return known;
    }
    return found || find() ? replicas : Replicas.NONE;
  }

  /** The replicas that the policy has asked for, to be kept; null if it has got none. */
  @Nullable Replicas askedFor() {
    return known == null && found ? replicas.copy() : known;
  }

  /** Whether it is known where the key is. */
  private boolean find() {
    Statement<?> statement = this.statement;
    RequestRouter router = this.router;
    RoutingTable<Route> routes = this.routes;
    if (statement == null || router == null || routes == null || routes.size() == 1) {
      return false;
    }
    TokenMap tokens = router.view().tokens();
    String keyspace = statement.routingKeyspace();
    if (keyspace == null) {
      keyspace = router.pool().keyspace();
    }
    RoutingKey key = key();
    if (tokens == null || keyspace == null || !statement.findKey(key)) {
      return false;
    }
    tokens.find(keyspace, key.buffer(), key.offset(), key.length(), replicas);
    found = true;
    return true;
  }

  private RoutingKey key() {
    RoutingKey key = this.key;
    if (key == null) {
      key = new RoutingKey();
      this.key = key;
    }
    return key;
  }

  @Override
  public boolean isConditional() {
    Statement<?> statement = this.statement;
    return statement != null
        && (statement.settings().consistency(defaults).isSerial()
            || statement.isConditionalWrite());
  }

  @Override
  public @Nullable Node target() {
    // What was on its way before keeps its target, whatever the statement has now.
    Statement<?> statement = known == null ? this.statement : null;
    return statement == null ? defaults.target() : statement.settings().target;
  }

  @Override
  public int turn() {
    return turn;
  }

  @Override
  public int inFlight(Node node) {
    RoutingTable<Route> routes = this.routes;
    int index = routes == null ? RoutingTable.NONE : routes.indexOf(node);
    return routes == null || index == RoutingTable.NONE
        ? Integer.MAX_VALUE
        : routes.inFlight(index);
  }

  @Override
  public @Nullable NodePlaces places(Node[] nodes) {
    RoutingTable<Route> routes = this.routes;
    return routes == null ? null : routes.places(nodes);
  }
}
