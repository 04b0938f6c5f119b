package io.peregrine;

import io.peregrine.conductor.RoutingTable;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestEncoder;
import io.peregrine.io.SelectorCounter;
import io.peregrine.policy.QueryPlan;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the connection for a request that goes to one node and no other, because it was on its way
 * before. Any thread may use it.
 */
final class NodeRouter {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRouter.class);
  private static final long NOT_OFFERED = Long.MIN_VALUE;

  private final RequestRouter router;

  NodeRouter(RequestRouter router) {
    this.router = router;
  }

  /**
   * A plan for a request that is on its way already, anew from its beginning. A policy that throws
   * names no node: nobody else is there who could be told.
   */
  QueryPlan plan(Itinerary itinerary) {
    RoutingTable<Route> routes = routes();
    try {
      return itinerary.plan(router, routes, routes.nextTurn());
    } catch (Throwable e) {
      LOG.warn("A load balancing policy threw, so no other node is asked", e);
      return new QueryPlan();
    }
  }

  /** The next node of a plan; none if the policy throws. */
  @Nullable Node next(QueryPlan plan) {
    try {
      return plan.next();
    } catch (Throwable e) {
      LOG.warn("A load balancing policy threw, so no other node is asked", e);
      return null;
    }
  }

  /** Offers a request to a node. */
  long offer(
      Node node,
      RequestEncoder request,
      ResponseFuture future,
      @Nullable Pinned pinned,
      long timeoutNanos) {
    if (router.isClosed()) {
      return Offer.CLOSED;
    }
    RoutingTable<Route> routes = routes();
    int index = routes.indexOf(node);
    int ways = index == RoutingTable.NONE ? 0 : routes.ways(index);
    int way = ways <= 1 ? 0 : RequestRouter.lessBusy(routes, index, ways, routes.nextTurn());
    long result = NOT_OFFERED;
    for (int i = 0; i < ways && result != Offer.ACCEPTED; i++) {
      Route route = routes.way(index, way);
      long offered =
          route.connection().offer(request, route.futureRoad(), future, pinned, 0, timeoutNanos);
      result = Math.max(result, offered);
      way = way + 1 == ways ? 0 : way + 1;
    }
    return result == NOT_OFFERED ? Offer.NOT_CONNECTED : result;
  }

  /**
   * Runs something on the thread that drives a node's connections, after what it is doing now.
   *
   * @return false if the node is not connected
   */
  boolean runSoon(Node node, Runnable task) {
    RoutingTable<Route> routes = routes();
    int index = routes.indexOf(node);
    if (index == RoutingTable.NONE) {
      return false;
    }
    routes.way(index, 0).connection().agent().connections().run(task);
    return true;
  }

  /** Counts something with the agent that drives a node's connections, if there is one. */
  void count(Node node, SelectorCounter counter) {
    RoutingTable<Route> routes = routes();
    int index = routes.indexOf(node);
    if (index != RoutingTable.NONE) {
      routes.way(index, 0).connection().agent().counters().increment(counter);
    }
  }

  private RoutingTable<Route> routes() {
    return router.pool().routes();
  }
}
