package io.peregrine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a session's connections to one node carry, at some moment. Immutable.
 *
 * @param openConnections how many can take requests; 0 if the node is not connected now
 * @param inFlight how many requests wait for them or are in flight on them, the orphaned included
 * @param orphaned how many requests have timed out whose answers have not come yet
 */
public record PoolState(int openConnections, int inFlight, int orphaned) {
  static Map<Node, PoolState> of(Map<Node, List<Route>> ways) {
    Map<Node, PoolState> states = new LinkedHashMap<>();
    ways.forEach(
        (node, routes) -> {
          int inFlight = 0;
          int orphaned = 0;
          for (Route route : routes) {
            inFlight += route.connection().inFlight();
            orphaned += route.connection().orphans();
          }
          states.put(node, new PoolState(routes.size(), inFlight, orphaned));
        });
    return Collections.unmodifiableMap(states);
  }
}
