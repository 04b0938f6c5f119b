package io.peregrine;

import io.peregrine.conductor.RoutingTable;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import io.peregrine.policy.QueryPlan;
import io.peregrine.policy.RoutingRequest;
import org.jspecify.annotations.Nullable;

/**
 * How one request finds its way: what the policy is told of it, and the plan that it makes.
 * Confined to the thread that sends the request; a statement has one for all of its requests.
 */
final class Itinerary implements RoutingRequest {
  private final @Nullable Statement<?> statement;
  private final QueryPlan plan = new QueryPlan();
  private @Nullable RoutingKey key;
  private @Nullable RequestRouter router;
  private @Nullable RoutingTable<Route> routes;
  private final Replicas replicas = new Replicas();
  private boolean found;
  private int turn;

  /**
   * A way for requests of a statement.
   *
   * @param statement the statement, or null for requests that any node can answer
   */
  Itinerary(@Nullable Statement<?> statement) {
    this.statement = statement;
  }

  /** Has a plan made for the next request. */
  QueryPlan plan(RequestRouter router, RoutingTable<Route> routes, int turn) {
    // With G1, to store a reference takes as long as to find a key's nodes.
    if (this.router != router) {
      this.router = router;
    }
    if (this.routes != routes) {
      this.routes = routes;
    }
    this.turn = turn;
    found = false;
    plan.clear();
    router.view().policy().plan(this, plan);
    return plan;
  }

  @Override
  public Replicas replicas() {
    return found || find() ? replicas : Replicas.NONE;
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
    RequestRouter router = this.router;
    return statement != null && router != null && statement.isConditional(router.defaults());
  }

  @Override
  public @Nullable Node target() {
    Statement<?> statement = this.statement;
    return statement == null ? null : statement.target();
  }

  @Override
  public int turn() {
    return turn;
  }

  @Override
  public int inFlight(Node node) {
    RoutingTable<Route> routes = this.routes;
    int index = routes == null ? RoutingTable.NONE : routes.indexOf(node);
    if (routes == null || index == RoutingTable.NONE) {
      return Integer.MAX_VALUE;
    }
    int inFlight = 0;
    for (int i = 0; i < routes.ways(index); i++) {
      inFlight += routes.way(index, i).connection().inFlight();
    }
    return inFlight;
  }
}
