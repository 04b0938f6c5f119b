package io.peregrine.conductor;

import io.peregrine.Node;
import io.peregrine.io.Admission;
import io.peregrine.policy.NodePlaces;
import org.jspecify.annotations.Nullable;

/** Where the nodes of a token map are in a routing table. Immutable; any thread may ask. */
final class AlignedNodes implements NodePlaces {
  private final RoutingTable<?> routes;
  private final Node[] nodes;
  private final int[] places;

  /** What counts the requests on the only way to each node; null if some nodes have several. */
  private final Admission @Nullable [] admissions;

  /**
   * Finds them.
   *
   * @param routes the table
   * @param nodes the nodes of the map, not copied
   */
  AlignedNodes(RoutingTable<?> routes, Node[] nodes) {
    this.routes = routes;
    this.nodes = nodes;
    places = new int[nodes.length];
    Admission[] admissions = new Admission[nodes.length];
    boolean isSingle = true;
    for (int i = 0; i < nodes.length; i++) {
      int place = routes.indexOf(nodes[i]);
      places[i] = place;
      Admission admission = place == RoutingTable.NONE ? Admission.NEVER : routes.admission(place);
      isSingle &= admission != null;
      admissions[i] = admission;
    }
    this.admissions = isSingle ? admissions : null;
  }

  Node[] nodes() {
    return nodes;
  }

  @Override
  public int place(int node) {
    return places[node];
  }

  @Override
  public int inFlight(int node) {
    Admission[] admissions = this.admissions;
    if (admissions != null) {
      return admissions[node].aboutTaken();
    }
    int place = places[node];
    return place == RoutingTable.NONE ? Integer.MAX_VALUE : routes.inFlight(place);
  }
}
