package io.peregrine.policy;

import io.peregrine.Node;
import io.peregrine.metadata.Replicas;
import org.jspecify.annotations.Nullable;

/** What a policy may know of a request. Valid during the call that gets it, on that thread. */
public interface RoutingRequest {
  /**
   * The nodes that have what is asked for.
   *
   * @return the replicas, in the order of the ring; empty if the request does not tell its key, or
   *     the driver not where keys are
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
   * How many requests are on their way to a node.
   *
   * @param node the node
   * @return those of this session, at least 0
   */
  int inFlight(Node node);
}
