package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import io.peregrine.metadata.TokenMap;
import org.jspecify.annotations.Nullable;

/** What a policy may know of a request. Valid during the call that gets it, on that thread. */
public interface RoutingRequest {
  /**
   * The nodes that have what is asked for. It is computed when it is first asked for.
   *
   * @return the replicas, in the order of the ring; empty if the request does not tell its key, or
   *     the driver not where keys are, or there is but one node to choose from
   */
  Replicas replicas();

  /**
   * Whether it is a conditional write or a serial read: these are better coordinated by one
   * replica, always the same.
   *
   * @return true if it is
   */
  boolean isConditional();

  /**
   * The node that the application wants to be asked first.
   *
   * @return the node, or null if it does not care
   */
  @Nullable Node target();

  /**
   * The request's number, by which to take nodes in turn. Threads count for themselves, each from
   * another number on, so that they do not get into each other's way.
   *
   * @return at least 0; one more for each request
   */
  int turn();

  /**
   * How many requests are on their way to a node.
   *
   * @param node the node
   * @return those of this session, at least 0; {@link Integer#MAX_VALUE} if it is not connected to
   *     the node
   */
  int inFlight(Node node);

  /**
   * Where the session has the nodes of a token map, so that none need be looked for.
   *
   * @param nodes what {@link TokenMap#nodes} says
   * @return their places; null, as by default, if that is not known, and each has to be looked for
   */
  default @Nullable NodePlaces places(Node[] nodes) {
    return null;
  }
}
