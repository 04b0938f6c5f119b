package io.peregrine;

import io.peregrine.conductor.RoutingTable;
import io.peregrine.io.Connection;
import io.peregrine.io.Offer;
import io.peregrine.io.RequestFailure;
import io.peregrine.io.SelectorAgent;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not taken, in figures: what waits in the rings and what is in flight. Confined
 * to the thread that makes it; the figures move on meanwhile.
 */
final class Refusal {
  private int connections;
  private int inFlight;
  private int limit;
  private int congested;
  private @Nullable SelectorAgent fullest;

  private Refusal() {}

  /** A request that no connection took. */
  static BackPressureException of(RoutingTable<Route> routes, long result) {
    Refusal refusal = new Refusal();
    for (int node = 0; node < routes.size(); node++) {
      for (int i = 0; i < routes.ways(node); i++) {
        refusal.add(routes.way(node, i).connection());
      }
    }
    return refusal.exception(
        result == Offer.BUSY
            ? "No connection takes more requests now"
            : "The request ring is full, or too many large requests are under way");
  }

  /** A request that was taken, but that its connection had no room to send. */
  static BackPressureException of(RequestFailure failure) {
    Refusal refusal = new Refusal();
    refusal.add(failure.connection());
    return refusal.exception("Not sent: " + failure.describe());
  }

  /** Nothing can go to one node. */
  static RequestAbortedException notConnected(Node node) {
    return new RequestAbortedException("Not sent: no connection to " + node + " is open", null);
  }

  /** Nothing can go to any of the nodes that it may go to. */
  static NoHostAvailableException notConnected(RoutingTable<Route> routes) {
    Map<InetSocketAddress, Throwable> errors = new LinkedHashMap<>();
    for (Node node : routes.nodes()) {
      int index = routes.indexOf(node);
      boolean open = false;
      for (int i = 0; i < routes.ways(index); i++) {
        open |= routes.way(index, i).connection().isReady();
      }
      if (!open) {
        errors.put(node.address(), notConnected(node));
      }
    }
    return new NoHostAvailableException(
        errors.size() == routes.size()
            ? "No node is connected; the driver keeps trying to reconnect"
            : "The load balancing policy names none of the nodes that are connected, out of "
                + routes.nodes(),
        errors);
  }

  private void add(Connection connection) {
    SelectorAgent agent = connection.agent();
    connections++;
    inFlight += connection.inFlight();
    limit += connection.maxInFlight();
    congested += connection.isCongested() ? 1 : 0;
    if (fullest == null || agent.requestRingBytes() > fullest.requestRingBytes()) {
      fullest = agent;
    }
  }

  private BackPressureException exception(String what) {
    SelectorAgent agent = fullest;
    int queued = agent == null ? 0 : agent.requestRingBytes();
    int capacity = agent == null ? 0 : agent.requestRingCapacity();
    long leased = agent == null ? 0 : agent.leasedBytes();
    return new BackPressureException(
        what
            + " ("
            + inFlight
            + " in flight of "
            + limit
            + " on "
            + connections
            + (connections == 1 ? " connection" : " connections")
            + (congested == 0 ? "" : ", " + congested + " of them to a server that does not read")
            + "; "
            + queued
            + " of "
            + capacity
            + " bytes wait in the ring"
            + (agent == null ? "" : " of " + agent.roleName())
            + (leased == 0 ? "" : " and " + leased + " bytes of large requests beside it")
            + "); send fewer at a time, or wait for answers before sending more",
        queued,
        capacity,
        inFlight);
  }
}
