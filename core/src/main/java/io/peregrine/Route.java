package io.peregrine;

import io.peregrine.io.Admission;
import io.peregrine.io.Connection;
import io.peregrine.io.Way;

/**
 * A way to a node: its connection, and the two ways back. Immutable; the roads belong to the
 * agent's thread.
 */
final class Route implements Way {
  private final Node node;
  private final Connection connection;
  private final FlyweightRoad flyweightRoad;
  private final FutureRoad futureRoad;

  Route(Node node, Connection connection, RequestRouter router) {
    this.node = node;
    this.connection = connection;
    this.flyweightRoad = new FlyweightRoad(router);
    this.futureRoad = new FutureRoad(router, node);
  }

  Node node() {
    return node;
  }

  Connection connection() {
    return connection;
  }

  @Override
  public Admission admission() {
    return connection.admission();
  }

  FlyweightRoad flyweightRoad() {
    return flyweightRoad;
  }

  FutureRoad futureRoad() {
    return futureRoad;
  }
}
